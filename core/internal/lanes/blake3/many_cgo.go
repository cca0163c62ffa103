//go:build cgo

package blake3

/*
#include "many.h"

// It calls nothing back, and keeps no pointer.
#cgo noescape checksig_blake3_many
#cgo nocallback checksig_blake3_many
*/
import "C"

import (
	"unsafe"

	"checksig/internal/lanes"
)

// native does so many jobs with a kernel, if that is in C, and returns whether it
// is. To go through them in Go, job by job, takes a fifth of the time of hashing them.
func (e *engine) native(kernel *lanes.Runner, count int, j job, data, values []byte, step int) bool {
	if kernel.C == nil {
		return false
	}
	for lane := range kernel.Lanes {
		e.memory.Put(lane, e.memory.State(lane), data)
	}
	run := C.struct_run{
		data:    (*C.uint8_t)(unsafe.Pointer(&data[0])),
		values:  (*C.uint8_t)(unsafe.Pointer(&values[0])),
		count:   C.size_t(count),
		blocks:  C.size_t(len(j.data) / block),
		counter: C.uint64_t(j.counter),
		step:    C.uint32_t(step),
		first:   C.uint32_t(j.first),
		last:    C.uint32_t(j.last),
	}
	batch := (*C.struct_batch)(e.memory.Batch())
	if C.checksig_blake3_many((*C.kernel)(kernel.C), C.int(kernel.Lanes), batch, &run) != 0 {
		j.from.lost = true
	}
	return true
}
