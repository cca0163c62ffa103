package work

import (
	"checksig/internal/digest"
	"checksig/internal/lanes"
)

// bench is the lanes of one goroutine, for whatever algorithms there are.
type bench struct {
	on   lanes.On
	sets []lanes.Set // by the algorithm's place in the table; nil if not in use
	busy []lanes.Set // those in use, and others that were put there
}

// set returns the lanes for an algorithm.
func (b *bench) set(a *digest.Algorithm) lanes.Set {
	i := digest.Index(a)
	if b.sets == nil {
		b.sets = make([]lanes.Set, len(digest.All()))
	}
	if b.sets[i] == nil {
		b.sets[i] = a.Set(b.on)
		b.busy = append(b.busy, b.sets[i])
	}
	return b.sets[i]
}

// held is the number of messages under way.
func (b *bench) held() (n int) {
	for _, set := range b.busy {
		n += set.Live()
	}
	return n
}

// close gives back memory.
func (b *bench) close() {
	for _, set := range b.busy {
		set.Close()
	}
}
