//go:build cgo

package blake3

/*
#include "many.h"

// It calls nothing back, and keeps no pointer.
#cgo noescape checksig_blake3_many
#cgo nocallback checksig_blake3_many
*/
import "C"

import "unsafe"

// many does the first of count jobs that are like j, as many as fill the lanes of
// the widest kernel again and again, and returns how many those were. Their data
// and their values lie one behind the other, and their counters grow by step. To
// go through them in Go, job by job, takes a fifth of the time of hashing them.
func (e *engine) many(count int, j job, data, values []byte, step int) int {
	kernel := e.kernels[len(e.kernels)-1]
	count -= count % kernel.Lanes
	if kernel.C == nil || count == 0 {
		return 0
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
	return count
}
