package work

import (
	"context"
	"errors"
	"testing"
	"time"

	"checksig/internal/claim"
	"checksig/internal/lanes"
	"checksig/internal/verdict"
)

func TestAnUncountedFileIsAnError(t *testing.T) {
	r := Start(context.Background(), Reading{}, claim.Rules{}, func(r *Run) error {
		r.tally.counts[verdict.OK].Store(2)
		r.tally.counts[verdict.Unlisted].Store(1)
		r.tally.uncounted.Store(1)
		return r.tally.account(nil, 3)
	})
	if r.Err() == nil {
		t.Error("two of three files, and no error")
	}
}

func TestNextReturnsWhenTheWaitIsOver(t *testing.T) {
	hold := make(chan struct{})
	defer close(hold)
	run := Start(context.Background(), Reading{}, claim.Rules{}, func(*Run) error { <-hold; return nil })
	for _, wait := range []time.Duration{0, time.Millisecond} {
		if batch, err := run.Next(wait); batch != nil || err != nil {
			t.Errorf("%v, %v", batch, err)
		}
	}
}

func TestWithoutMemoryForLanesThereIsAnErrorThatSaysSo(t *testing.T) {
	err := guard(func() error { panic(lanes.ErrNoMemory) })
	if err != lanes.ErrNoMemory {
		t.Error(err)
	}
	if err := guard(func() error { panic([]int{1}) }); err == nil || errors.Is(err, lanes.ErrNoMemory) {
		t.Error(err)
	}
}
