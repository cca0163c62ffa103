package work

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"checksig/internal/verdict"
)

// queue is results on their way to whoever takes them.
type queue struct {
	batches chan []verdict.Result
	spare   chan []verdict.Result // batches to fill again
	last    []verdict.Result      // what next returned last

	mu    sync.Mutex
	alone []verdict.Result // results that were added one by one
	added chan struct{}    // says so to who waits

	offered, matched atomic.Int64  // lots of items, by Offer
	through          chan struct{} // another was matched
}

// batchSize is how many results travel together: enough that the channel costs
// nothing per result, few enough that a caller sees them soon.
const batchSize = 1024

func newQueue() queue {
	return queue{
		batches: make(chan []verdict.Result, 16), spare: make(chan []verdict.Result, 16),
		added: make(chan struct{}, 1), through: make(chan struct{}, 1),
	}
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

// add passes a result on without waiting: who adds it may be who takes it.
func (q *queue) add(result verdict.Result) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.alone = append(q.alone, result)
	select {
	case q.added <- struct{}{}:
	default:
	}
}

// match notes that all that comes of a lot of items is on its way.
func (q *queue) match() {
	q.matched.Add(1)
	select {
	case q.through <- struct{}{}:
	default:
	}
}

// takeAlone takes the results that were added one by one.
func (q *queue) takeAlone() (results []verdict.Result) {
	q.mu.Lock()
	defer q.mu.Unlock()
	results, q.alone = q.alone, nil
	return results
}

// next returns the next batch, waiting for it at most that long; nil if there is
// none yet, or nothing more comes of what was offered. After the last, more is false.
func (q *queue) next(wait time.Duration) (batch []verdict.Result, more bool) {
	q.recycle()
	var timeout <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		timeout = timer.C
	}
	for {
		if batch = q.takeAlone(); batch != nil {
			return batch, true
		}
		select {
		case batch, more = <-q.batches:
			return q.took(batch, more)
		default:
		}
		if wait == 0 {
			return nil, true
		}
		select {
		case batch, more = <-q.batches:
			return q.took(batch, more)
		case <-q.added:
		case <-q.through:
			if q.matched.Load() == q.offered.Load() {
				wait = 0 // what came of it is there by now
			}
		case <-timeout:
			return nil, true
		}
	}
}

// took notes a batch that was taken. After the last of them there may be results
// that were added while nobody looked.
func (q *queue) took(batch []verdict.Result, more bool) ([]verdict.Result, bool) {
	if !more {
		batch = q.takeAlone()
		return batch, batch != nil
	}
	q.last = batch
	return batch, true
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
