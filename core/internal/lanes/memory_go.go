//go:build !cgo

package lanes

// Memory is what kernels work on: a state and a buffer for each of some lanes.
type Memory struct {
	states  []State
	buffers [][]byte
	put     [MaxLanes]struct {
		state *State
		data  []byte
	}
}

// NewMemory returns memory for so many lanes, with buffers of that many bytes.
func NewMemory(lanes, size int) *Memory {
	m := &Memory{states: make([]State, lanes)}
	for range lanes {
		m.buffers = append(m.buffers, make([]byte, size, size+padding))
	}
	return m
}

// State returns the state of a lane.
func (m *Memory) State(lane int) *State { return &m.states[lane] }

// Buffer returns the buffer of a lane. Its capacity has room for padding.
func (m *Memory) Buffer(lane int) []byte { return m.buffers[lane] }

func (m *Memory) freeUnused() {}

// Free gives the memory back.
func (m *Memory) Free() {}

// Put says what the next Run hashes in lane i: data, into a state.
func (m *Memory) Put(i int, state *State, data []byte) {
	m.put[i].state, m.put[i].data = state, data
}

// Run hashes so many bytes in each of the first n lanes.
func (m *Memory) Run(r *Runner, n, size, _ int) (lost uint32) {
	for _, lane := range m.put[:n] {
		r.compress(lane.state, lane.data[:size])
	}
	return 0
}

// Guards reports whether mapped memory may be hashed. Nothing here would catch
// its going away.
func Guards() bool { return false }

func guarded(compress Compress, state *State, data []byte) bool {
	compress(state, data)
	return true
}
