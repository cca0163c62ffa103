package work

import "sync/atomic"

// feed hands out numbers from 0 to size-1, each to one of its workers.
type feed struct {
	size    int64
	workers int
	next    atomic.Int64
	ready   chan int // numbers that readers are done with; nil without readers
}

// share is what a worker has taken of a feed and not begun: from next up to end.
type share struct {
	next, end int
}

// maxShare is how many numbers a worker takes at a time, at most: neighbours in a
// list mostly share a directory, which only one worker then has to open.
const maxShare = 32

func newFeed(size, workers int) *feed {
	return &feed{size: int64(size), workers: min(workers, size)}
}

// offer is what a worker hears when it asks for more.
type offer int

const (
	taken offer = iota // here is one
	wait               // go on with what you have: the rest is for others
	over               // there is nothing left
)

// take offers a number to a worker that holds so many files in its lanes. When
// the end is near, a worker may hold no more than its share of what is left:
// the first to come would take all, and leave the other cores idle.
func (f *feed) take(s *share, held int) (int, offer) {
	if f.ready != nil {
		return f.takeReady(held)
	}
	if s.next == s.end {
		left := f.size - f.next.Load()
		if left <= 0 {
			return 0, over
		}
		if held > 0 && int64(held)*int64(f.workers) >= left+int64(held) {
			return 0, wait
		}
		// Less and less towards the end, so that all workers are done at the same time.
		n := max(1, min(maxShare, left/int64(16*f.workers)))
		end := f.next.Add(n)
		s.next, s.end = int(end-n), int(min(end, f.size))
		if s.next >= s.end {
			s.next = s.end
			return 0, over
		}
	}
	s.next++
	return s.next - 1, taken
}

// takeReady offers what a reader is done with. A worker with nothing else to do
// waits for it.
func (f *feed) takeReady(held int) (i int, answer offer) {
	more := true
	if held == 0 {
		i, more = <-f.ready
	} else {
		select {
		case i, more = <-f.ready:
		default:
			return 0, wait
		}
	}
	if !more {
		return 0, over
	}
	return i, taken
}
