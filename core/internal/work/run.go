// Package work reads and hashes files, and counts and passes on what becomes of them.
// It knows no list: entries and judges come from package claim.
package work

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"checksig/internal/claim"
	"checksig/internal/digest"
	"checksig/internal/lanes"
	"checksig/internal/tree"
	"checksig/internal/verdict"
)

// Reading says how files are read.
type Reading struct {
	// Workers is how many files are read at a time, 256 at most; 0 means one
	// per core.
	Workers int
	// Readers is how many files are read ahead of the workers at a time, 256 at
	// most; 0 means what suits the device, and none if the files are in the
	// page cache.
	Readers int
	// DropCache drops files from the page cache before they are read, and
	// afterwards: what counts is what the device has.
	DropCache bool
	// Stat asks for a Stat of each file that is opened, after it was read. What has
	// changed by then is Changed, even if its digest is the one listed.
	Stat bool
	// BWLimit is how many bytes are read a second, by all workers together; 0 means as
	// many as can be.
	BWLimit int64
	// Sizes asks for what there is to read, for who watches: the totals are known soon
	// then, and not when the last file is opened.
	Sizes bool
	// Served says that the run reads from servers, and no files.
	Served bool
	// Disable names kernels that are not to be used, with commas between, as
	// doctor lists them; a star stands for any part of a name: "*/avx512".
	Disable string

	// Fault makes a worker panic, so that a test can see what becomes of it.
	Fault bool
}

// Run is work under way. Its results must be taken, or the run closed: the
// workers wait for whoever takes them.
type Run struct {
	ctx      context.Context
	cancel   context.CancelFunc
	reading  Reading
	scope    *claim.Scope
	on       lanes.On // which kernels may be used
	ring     bool     // whether small files are read through a ring, where there is one
	queue    queue
	pending  pending
	offers   chan []claim.Item        // for MatchOffered; none are the last
	fetching atomic.Pointer[fetching] // nil if no URLs are read
	tally    tally
	few      few
	ordered  *ordered      // of Create and Hash; nil if each file has a result
	taken    limit         // of what workers take
	fetched  limit         // of what readers bring, which workers then find in the page cache
	done     chan struct{} // closed when everything has ended and err is set
	err      error
}

// Start starts a run that does work.
func Start(ctx context.Context, reading Reading, rules claim.Rules, work func(*Run) error) *Run {
	ctx, cancel := context.WithCancel(ctx)
	r := &Run{ctx: ctx, cancel: cancel, reading: reading, queue: newQueue(), done: make(chan struct{})}
	r.offers = make(chan []claim.Item, 1)
	r.tally.started = time.Now()
	r.taken.rate, r.fetched.rate = reading.BWLimit, reading.BWLimit
	go func() {
		defer cancel()
		defer close(r.done)
		defer close(r.queue.batches)
		enter(reading.Served)
		defer leave(reading.Served)
		defer tree.Unmap()
		r.err = guard(func() (err error) {
			if r.on, r.ring, err = digest.Switch(reading.Disable); err != nil {
				return err
			}
			if r.scope, err = claim.NewScope(rules); err != nil {
				return err
			}
			return work(r)
		})
		if r.err == nil {
			r.err = ctx.Err()
		}
		r.tally.found.Store(true)
		r.tally.elapsed.Store(int64(time.Since(r.tally.started)))
	}()
	return r
}

// PanicError is a fault of this package that was caught before it could end
// the process.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("internal error: %v\n%s", e.Value, e.Stack)
}

// guard turns a panic into an error: one that is not caught in the goroutine
// where it happens ends the process, and with it the Python that called.
func guard(work func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{value, debug.Stack()}
			if cause, ok := value.(error); ok && errors.Is(cause, lanes.ErrNoMemory) {
				err = cause // no fault of this package
			}
		}
	}()
	return work()
}

// group runs work in n goroutines and returns the first error. An error, or a
// panic, in one of them ends the others.
func (r *Run) group(n int, work func() error) error {
	var (
		wait  sync.WaitGroup
		once  sync.Once
		first error
	)
	for range n {
		wait.Go(func() {
			if err := guard(work); err != nil {
				once.Do(func() { first = err })
				r.cancel()
			}
		})
	}
	wait.Wait()
	return first
}

// Scope returns what the run is about.
func (r *Run) Scope() *claim.Scope { return r.scope }

// Context returns what ends with the run.
func (r *Run) Context() context.Context { return r.ctx }

// Kernels returns which kernels may be used.
func (r *Run) Kernels() lanes.On { return r.on }

// Ring reports whether small files may be read through a ring, where there is one.
func (r *Run) Ring() bool { return r.ring }

// Uses notes that an algorithm is in use.
func (r *Run) Uses(a *digest.Algorithm) { r.tally.note([]claim.Entry{{Algorithm: a}}) }

// Forever is the wait of a caller with nothing else to do.
const Forever time.Duration = -1

// Next returns the next results, waiting for them at most that long; nil, nil
// means that there are none yet. After the last it returns io.EOF, or the error
// that ended the run. The slice is the caller's until the next call.
func (r *Run) Next(wait time.Duration) ([]verdict.Result, error) {
	batch, more := r.queue.next(wait)
	if more {
		return batch, nil
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// Results yields the results as they come, in no particular order, but no remarks, and no lines
// that are handed over together. Err
// tells afterwards whether these were all of them.
func (r *Run) Results() iter.Seq[verdict.Result] {
	return func(yield func(verdict.Result) bool) {
		for {
			batch, err := r.Next(Forever)
			if err != nil {
				return
			}
			for _, result := range batch {
				if result.Status != verdict.Remarked && result.Status != verdict.Written && !yield(result) {
					return
				}
			}
		}
	}
}

// Err waits for the end of the run and returns the error that ended it, or
// nil. A run that was cut short returns why.
func (r *Run) Err() error {
	<-r.done
	return r.err
}

// Close ends the run, if it has not ended, without waiting: see Ended.
func (r *Run) Close() { r.cancel() }

// Ended is closed when no goroutine of the run is left.
func (r *Run) Ended() <-chan struct{} { return r.done }

// Totals says how far the run has come.
func (r *Run) Totals() verdict.Totals { return r.tally.totals() }
