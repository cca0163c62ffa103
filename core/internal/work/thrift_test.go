package work

import (
	"runtime/debug"
	"testing"
)

// TestThriftEndsWithTheLastRun: what the process had for the garbage collector before, it has again.
func TestThriftEndsWithTheLastRun(t *testing.T) {
	before := debug.SetGCPercent(77)
	defer debug.SetGCPercent(before)
	first, second := beThrifty(), beThrifty()
	first()
	if now := debug.SetGCPercent(thriftyPercent); now != thriftyPercent {
		t.Errorf("%d%% while a run is thrifty", now)
	}
	second()
	if now := debug.SetGCPercent(77); now != 77 {
		t.Errorf("%d%% when all are over, not what it was", now)
	}
}
