package work

import "testing"

// TestAStoreThatIsAskedTooMuchIsAskedHalfAsMuchOnceForEachRound: all readers that had asked before may
// be told the same.
func TestAStoreThatIsAskedTooMuchIsAskedHalfAsMuchOnceForEachRound(t *testing.T) {
	throttle := newThrottle(0)
	busy := int64(0)
	for _, want := range []int{8, 4, 2, 1, 1} {
		throttle.active = max(throttle.active, throttle.allowed)
		for round := throttle.active; round > 0; round-- {
			busy++
			throttle.done(busy, false)
			if throttle.allowed != want {
				t.Fatalf("%d readers, want %d, when %d were at work", throttle.allowed, want, round)
			}
		}
	}
}

func TestAStoreThatIsNotBusyAnyMoreGetsMoreReaders(t *testing.T) {
	throttle := newThrottle(0)
	throttle.active = firstReaders
	throttle.done(1, true)
	for range 1000 {
		throttle.active++
		throttle.done(1, true)
	}
	if throttle.allowed <= firstReaders {
		t.Errorf("%d readers", throttle.allowed)
	}
}
