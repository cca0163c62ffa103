//go:build cgo

package lanes

/*
#include <stdlib.h>
#include "run.h"

// A kernel calls nothing back, and keeps no pointer.
#cgo noescape checksig_run
#cgo nocallback checksig_run
*/
import "C"

import (
	"runtime/debug"
	"unsafe"

	_ "checksig/internal/lanes/simd" // headers
)

// memory is what kernels work on. Kernels in C get arrays of pointers, and
// memory that Go manages must not be reached through such an array: so all of
// it comes from C, in one allocation that free gives back.
//
// It belongs to one set, and the set to one goroutine: nobody else has a
// pointer into it.
type memory struct {
	batch *C.struct_batch
	lanes int // with states and buffers
	size  int // of a buffer, in bytes, without the room for padding
}

// padding is room behind a buffer: a block that is nearly full, and one more.
const padding = 256

func newMemory(lanes, size int) *memory {
	m := &memory{lanes: lanes, size: size}
	total := m.offset(lanes)
	m.batch = (*C.struct_batch)(C.calloc(1, C.size_t(total)))
	return m
}

// offset returns where the buffer of a lane begins, behind the states of all
// lanes and one that nobody looks at.
func (m *memory) offset(lane int) uintptr {
	states := unsafe.Sizeof(C.struct_batch{}) + uintptr(m.lanes+1)*unsafe.Sizeof(State{})
	return states + uintptr(lane)*uintptr(m.size+padding+stagger)
}

func (m *memory) state(lane int) *State {
	first := unsafe.Add(unsafe.Pointer(m.batch), unsafe.Sizeof(C.struct_batch{}))
	return (*State)(unsafe.Add(first, uintptr(lane)*unsafe.Sizeof(State{})))
}

func (m *memory) buffer(lane int) []byte {
	start := (*byte)(unsafe.Add(unsafe.Pointer(m.batch), m.offset(lane)))
	return unsafe.Slice(start, m.size+padding)[:m.size]
}

func (m *memory) free() {
	C.free(unsafe.Pointer(m.batch))
	m.batch = nil
}

// run runs a kernel in C on a group of at most as many lanes as it has. Lanes
// of the kernel that nobody needs hash what the first one does, into the state
// that nobody looks at.
func (m *memory) run(kernel unsafe.Pointer, lanes int, group []*lane, blocks, size int) {
	b := m.batch
	for i := range lanes {
		b.state[i] = (*C.uint8_t)(unsafe.Pointer(m.state(m.lanes)))
		b.data[i] = (*C.uint8_t)(unsafe.Pointer(&group[0].rest[0]))
	}
	for i, l := range group {
		b.state[i] = (*C.uint8_t)(unsafe.Pointer(l.state))
		b.data[i] = (*C.uint8_t)(unsafe.Pointer(&l.rest[0]))
	}
	b.lanes, b.blocks, b.size = C.int(lanes), C.size_t(blocks), C.size_t(size)
	C.checksig_run((*C.kernel)(kernel), b)
	for i, l := range group {
		l.lost = l.lost || b.lost&(1<<i) != 0
	}
}

// The handler takes its place as soon as the Go runtime has taken its own. What
// it passes on, faults of kernels in Go among it, must go to the runtime, not to
// whoever came between.
func init() { Guards() }

// Guards reports whether mapped memory may be hashed: whether its going away
// would only cost the message its digest, and not the process its life.
func Guards() bool {
	return C.checksig_guards() != 0
}

// guarded runs a kernel in Go and returns false if its data went away: then the
// Go runtime, to which our handler passes on what is not a kernel's in C, makes
// the signal a panic.
func guarded(compress Compress, state *State, data []byte) (whole bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			if _, isFault := fault.(interface{ Addr() uintptr }); !isFault {
				panic(fault)
			}
			whole = false
		}
	}()
	compress(state, data)
	return true
}
