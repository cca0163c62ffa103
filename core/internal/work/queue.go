package work

import (
	"context"
	"time"

	"checksig/internal/verdict"
)

// queue is results on their way to whoever takes them.
type queue struct {
	batches chan []verdict.Result
	spare   chan []verdict.Result // batches to fill again
	last    []verdict.Result      // what next returned last
}

// batchSize is how many results travel together: enough that the channel costs
// nothing per result, few enough that a caller sees them soon.
const batchSize = 1024

func newQueue() queue {
	return queue{batches: make(chan []verdict.Result, 16), spare: make(chan []verdict.Result, 16)}
}

// put passes a batch on, waiting while nobody takes it, and returns one to fill.
func (q *queue) put(ctx context.Context, batch []verdict.Result) ([]verdict.Result, error) {
	select {
	case q.batches <- batch:
	case <-ctx.Done():
		return batch, ctx.Err()
	}
	select {
	case batch = <-q.spare:
		return batch, nil
	default:
		return make([]verdict.Result, 0, batchSize), nil
	}
}

// next returns the next batch, waiting for it at most that long; nil if there is
// none yet. After the last, more is false.
func (q *queue) next(wait time.Duration) (batch []verdict.Result, more bool) {
	q.recycle()
	select {
	case q.last, more = <-q.batches:
		return q.last, more
	default:
	}
	if wait == 0 {
		return nil, true
	}
	var timeout <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case q.last, more = <-q.batches:
		return q.last, more
	case <-timeout:
		return nil, true
	}
}

// recycle hands the batch that the caller is done with back to the workers.
func (q *queue) recycle() {
	if q.last == nil {
		return
	}
	select {
	case q.spare <- q.last[:0]:
	default:
	}
	q.last = nil
}
