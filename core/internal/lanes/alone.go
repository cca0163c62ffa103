package lanes

import (
	"runtime"
	"sync"
)

// Pool lends memory to streams: a hash.Hash is never closed, and so has none of
// its own.
type Pool struct {
	pool sync.Pool
}

// NewPool returns a pool of memory for so many lanes, with buffers of that many
// bytes.
func NewPool(lanes, size int) *Pool {
	return &Pool{sync.Pool{New: func() any {
		m := NewMemory(lanes, size)
		m.freeUnused()
		return m
	}}}
}

// Get returns memory that nobody else has until it is Put back.
func (p *Pool) Get() *Memory { return p.pool.Get().(*Memory) }

// Put takes memory back.
func (p *Pool) Put(m *Memory) { p.pool.Put(m) }

// single is memory for one state.
var single = NewPool(1, 0)

// alone returns a kernel for one message, for the use of one goroutine. The bytes
// of the message may lie anywhere.
func (k *Kernel) alone(block int) Compress {
	if k.C == nil {
		return k.Go()
	}
	runner := &Runner{Kernel: k}
	return func(state *State, data []byte) {
		memory := single.Get()
		defer single.Put(memory)
		var pin runtime.Pinner
		pin.Pin(&data[0])
		defer pin.Unpin()
		*memory.State(0) = *state
		memory.Put(0, memory.State(0), data)
		memory.Run(runner, 1, len(data), block)
		*state = *memory.State(0)
	}
}
