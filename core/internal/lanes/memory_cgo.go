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
	"runtime"
	"runtime/debug"
	"unsafe"

	_ "checksig/internal/lanes/simd" // headers
)

// Memory is what kernels work on: a state and a buffer for each of some lanes.
// Kernels in C get arrays of pointers, and memory that Go manages must not be
// reached through such an array: so all of it comes from C, in one allocation
// that Free gives back.
//
// It belongs to one set, and the set to one goroutine: nobody else has a
// pointer into it.
type Memory struct {
	batch *C.struct_batch
	lanes int // with states and buffers
	size  int // of a buffer, in bytes, without the room for padding
}

// NewMemory returns memory for so many lanes, with buffers of that many bytes. It panics
// with ErrNoMemory if there is none.
func NewMemory(lanes, size int) *Memory {
	m := &Memory{lanes: lanes, size: size}
	total := m.offset(lanes)
	m.batch = (*C.struct_batch)(C.calloc(1, C.size_t(total)))
	if m.batch == nil {
		panic(ErrNoMemory)
	}
	return m
}

// offset returns where the buffer of a lane begins, behind the states of all
// lanes and one that nobody looks at.
func (m *Memory) offset(lane int) uintptr {
	states := unsafe.Sizeof(C.struct_batch{}) + uintptr(m.lanes+1)*unsafe.Sizeof(State{})
	return states + uintptr(lane)*uintptr(m.size+padding+stagger)
}

// State returns the state of a lane.
func (m *Memory) State(lane int) *State {
	first := unsafe.Add(unsafe.Pointer(m.batch), unsafe.Sizeof(C.struct_batch{}))
	return (*State)(unsafe.Add(first, uintptr(lane)*unsafe.Sizeof(State{})))
}

// Buffer returns the buffer of a lane. Its capacity has room for padding.
func (m *Memory) Buffer(lane int) []byte {
	start := (*byte)(unsafe.Add(unsafe.Pointer(m.batch), m.offset(lane)))
	return unsafe.Slice(start, m.size+padding)[:m.size]
}

// Batch returns what a kernel is run on, for C that runs one again and again: the
// state and the data of each lane have been Put.
func (m *Memory) Batch() unsafe.Pointer { return unsafe.Pointer(m.batch) }

// freeUnused gives the memory back when nobody has it any more. Free must not be
// called then.
func (m *Memory) freeUnused() {
	runtime.AddCleanup(m, func(batch *C.struct_batch) { C.free(unsafe.Pointer(batch)) }, m.batch)
}

// Free gives the memory back.
func (m *Memory) Free() {
	C.free(unsafe.Pointer(m.batch))
	m.batch = nil
}

// Put says what the next Run hashes in the kernel's lane i: data, into a state
// of this memory. The data is not copied: it must lie in memory that Go does
// not manage, or be pinned.
func (m *Memory) Put(i int, state *State, data []byte) {
	point(&m.batch.state[i], unsafe.Pointer(state))
	point(&m.batch.data[i], unsafe.Pointer(&data[0]))
}

// point says where something lies, as a number. To store a pointer would have the
// garbage collector look at the one that was there before: after a stream, that
// is to bytes which were pinned then, and may have been freed since.
func point(place **C.uint8_t, to unsafe.Pointer) {
	*(*uintptr)(unsafe.Pointer(place)) = uintptr(to)
}

// Run hashes so many bytes, whole blocks, in each of the first n lanes, and
// returns a bit for each lane whose bytes went away meanwhile. Lanes of the
// kernel that nobody needs hash what the first one does, into a state that
// nobody looks at.
func (m *Memory) Run(r *Runner, n, size, block int) (lost uint32) {
	b := m.batch
	if r.C == nil {
		for i := range n {
			data := unsafe.Slice((*byte)(unsafe.Pointer(b.data[i])), size)
			if !guarded(r.compress, (*State)(unsafe.Pointer(b.state[i])), data) {
				lost |= 1 << i
			}
		}
		return lost
	}
	for i := n; i < r.Lanes; i++ {
		point(&b.state[i], unsafe.Pointer(m.State(m.lanes)))
		point(&b.data[i], unsafe.Pointer(b.data[0]))
	}
	b.lanes, b.blocks, b.size = C.int(r.Lanes), C.size_t(size/block), C.size_t(size)
	C.checksig_run((*C.kernel)(r.C), b)
	return uint32(b.lost)
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
