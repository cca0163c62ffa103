package checksig

import (
	"context"
	"io"
	"iter"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"checksig/internal/digest"
	"checksig/internal/lanes"
	"checksig/internal/pattern"
	"checksig/internal/verdict"
)

// Run is work under way. Its results must be taken, or the run closed: the
// workers wait for whoever takes them.
type Run struct {
	ctx     context.Context
	cancel  context.CancelFunc
	opts    Options
	purpose purpose
	on      lanes.On // which kernels may be used
	batches chan []Result
	spare   chan []Result // batches to fill again
	last    []Result      // what Next returned last
	done    chan struct{} // closed when everything has ended and err is set
	err     error
	started time.Time

	files, totalBytes, bytes atomic.Int64
	ahead                    atomic.Int64 // bytes that readers have read
	uncounted                atomic.Int64 // results that are not among the entries in files
	counts                   [verdict.StatusCount]atomic.Int64
	elapsed                  atomic.Int64 // nanoseconds, once the run has ended
	algorithms               [2]atomic.Uint64
	repeated, excluded       atomic.Int64 // entries
	ignored                  atomic.Int64 // files that are missing, and may be
	chosen                   *pattern.Choice
	required                 map[string]bool
	readLink                 func(name string) (string, error)
}

// batchSize is how many results travel together: enough that the channel costs
// nothing per result, few enough that a caller sees them soon.
const batchSize = 1024

// purpose is what a run does with the digest of a file.
type purpose uint8

const (
	verifying purpose = iota // compares it with the one listed
	listing                  // writes a line of a list
	hashing                  // reports it
)

func start(ctx context.Context, opts Options, work func(*Run) error) *Run {
	ctx, cancel := context.WithCancel(ctx)
	r := &Run{
		ctx: ctx, cancel: cancel, opts: opts, started: time.Now(),
		batches: make(chan []Result, 16), spare: make(chan []Result, 16),
		done: make(chan struct{}),
	}
	go func() {
		defer cancel()
		defer close(r.done)
		defer close(r.batches)
		r.err = guard(func() (err error) {
			if r.on, err = digest.Switch(opts.Disable); err != nil {
				return err
			}
			if r.chosen, err = pattern.New(opts.Include, opts.Exclude); err != nil {
				return err
			}
			return work(r)
		})
		if r.err == nil {
			r.err = ctx.Err()
		}
		r.elapsed.Store(int64(time.Since(r.started)))
	}()
	return r
}

// guard turns a panic into an error: one that is not caught in the goroutine
// where it happens ends the process, and with it the Python that called.
func guard(work func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{value, debug.Stack()}
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

// Forever is the wait of a caller with nothing else to do.
const Forever time.Duration = -1

// Next returns the next results, waiting for them at most that long; nil, nil
// means that there are none yet. After the last it returns io.EOF, or the error
// that ended the run. The slice is the caller's until the next call.
func (r *Run) Next(wait time.Duration) ([]Result, error) {
	r.recycle()
	select {
	case batch, ok := <-r.batches:
		return r.took(batch, ok)
	default:
	}
	if wait == 0 {
		return nil, nil
	}
	var timeout <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case batch, ok := <-r.batches:
		return r.took(batch, ok)
	case <-timeout:
		return nil, nil
	}
}

func (r *Run) took(batch []Result, ok bool) ([]Result, error) {
	if ok {
		r.last = batch
		return batch, nil
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// recycle hands the batch that the caller is done with back to the workers.
func (r *Run) recycle() {
	if r.last == nil {
		return
	}
	select {
	case r.spare <- r.last[:0]:
	default:
	}
	r.last = nil
}

// Results yields the results as they come, in no particular order. Err tells
// afterwards whether these were all of them.
func (r *Run) Results() iter.Seq[Result] {
	return func(yield func(Result) bool) {
		for {
			batch, err := r.Next(Forever)
			if err != nil {
				return
			}
			for _, result := range batch {
				if !yield(result) {
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
func (r *Run) Close() {
	r.cancel()
}

// Ended is closed when no goroutine of the run is left.
func (r *Run) Ended() <-chan struct{} {
	return r.done
}

// Totals says how far the run has come.
func (r *Run) Totals() Totals {
	s := Totals{
		Files: r.files.Load(), TotalBytes: r.totalBytes.Load(), Bytes: r.bytes.Load(),
		Elapsed: time.Duration(r.elapsed.Load()),
	}
	if s.Elapsed == 0 {
		s.Elapsed = time.Since(r.started)
	}
	s.Repeated, s.Excluded, s.Ignored = r.repeated.Load(), r.excluded.Load(), r.ignored.Load()
	for status := range s.Counts {
		s.Counts[status] = r.counts[status].Load()
	}
	for i, algorithm := range digest.All() {
		if r.algorithms[i/64].Load()&(1<<(i%64)) != 0 {
			s.Algorithms = append(s.Algorithms, algorithm)
		}
	}
	return s
}
