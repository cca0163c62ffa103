package work

// Readers of a store, if nobody says how many.
const (
	firstReaders = 16
	mostReaders  = 64
)

// throttle is how many readers are at work. A store that is asked too much says so, and gets half
// as many; one that keeps the workers waiting gets more, one by one. Answers to what was asked before
// there were half as many do not count.
type throttle struct {
	most    int // readers there are
	allowed int // to be at work
	active  int
	fixed   bool
	busy    int64 // how often the store has said that it is asked too much
	since   int   // readers that were done since the last change
	asked   int   // readers that were at work when there came to be half as many
}

func newThrottle(readers int) throttle {
	if readers > 0 {
		n := min(readers, maxWorkers)
		return throttle{most: n, allowed: n, fixed: true}
	}
	return throttle{most: mostReaders, allowed: firstReaders}
}

// done notes that a reader is done, how often the store has complained by now, and whether workers
// have nothing to do.
func (t *throttle) done(busy int64, idle bool) {
	t.active--
	t.since++
	switch {
	case t.fixed:
	case busy > t.busy && t.since > t.asked:
		t.busy, t.allowed, t.since, t.asked = busy, max(1, t.allowed/2), 0, t.active
	case busy > t.busy:
		t.busy = busy
	case idle && t.since >= t.allowed && t.allowed < t.most:
		t.allowed++
		t.since, t.asked = 0, 0
	}
}
