//go:build !cgo

package lanes

import "unsafe"

const padding = 256

// memory is what kernels work on.
type memory struct {
	states  []State
	buffers [][]byte
}

func newMemory(lanes, size int) *memory {
	m := &memory{states: make([]State, lanes)}
	for range lanes {
		m.buffers = append(m.buffers, make([]byte, size, size+padding))
	}
	return m
}

func (m *memory) state(lane int) *State  { return &m.states[lane] }
func (m *memory) buffer(lane int) []byte { return m.buffers[lane] }
func (m *memory) free()                  {}

func (m *memory) run(unsafe.Pointer, int, []*lane, int, int) {
	panic("a kernel in C, in a build without C")
}

// Guards reports whether mapped memory may be hashed. Nothing here would catch
// its going away.
func Guards() bool { return false }

func guarded(compress Compress, state *State, data []byte) bool {
	compress(state, data)
	return true
}
