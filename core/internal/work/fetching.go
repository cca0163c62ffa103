package work

import (
	"cmp"
	"context"
	"errors"
	"hash"
	"sync"
	"sync/atomic"

	"checksig/internal/digest"
	"checksig/internal/fetch"
	"checksig/internal/lanes"
)

// Fetching says how pending files are read that have a URL.
type Fetching struct {
	fetch.Settings
	// Readers is how many objects are read at a time, 256 at most; 0 means as many as the store
	// takes.
	Readers int
	// Window is how many files are pending at a time, at most.
	Window int
}

// fetching is pending files that are read by their URLs: readers bring them, and workers hash what
// they bring.
type fetching struct {
	run    *Run
	ctx    context.Context // ends with the run, or when there is nothing more to read
	stop   context.CancelFunc
	client *fetch.Client
	ready  chan *stream  // with blocks that nobody hashes yet
	help   chan struct{} // says that one worker is too slow
	first  atomic.Bool   // whether one waits for streams
	long   atomic.Int64  // streams under way of which there is much to hash
	ended  chan struct{} // closed when there is nothing more to do

	mu       sync.Mutex
	changed  *sync.Cond // there may be something to do for a reader
	throttle throttle
	orders   []Order
	checks   []func()  // what comes before them
	split    []*stream // that readers may help with
	over     bool
	memory   []*lanes.Memory
}

// newFetching returns what reads the pending files of a run.
func newFetching(r *Run, settings Fetching) (*fetching, error) {
	f := &fetching{run: r, ended: make(chan struct{}), throttle: newThrottle(settings.Readers)}
	f.ctx, f.stop = context.WithCancel(r.ctx)
	f.help = make(chan struct{}, 1)
	f.changed = sync.NewCond(&f.mu)
	// A stream is in it once, and has a block of some reader, but for those that have failed.
	f.ready = make(chan *stream, f.throttle.most*blocksEach)
	settings.Connections = max(f.throttle.most, mostReaders)
	var err error
	f.client, err = fetch.NewClient(settings.Settings)
	return f, err
}

// during reads what is ordered for as long as something takes.
func (f *fetching) during(something func() error) error {
	unwatch := context.AfterFunc(f.run.ctx, f.close)
	defer unwatch()
	go func() { _ = guard(func() error { watch(f.ended); return nil }) }()
	working := make(chan error, 1)
	go func() {
		hashed := make(chan error, 1)
		go func() { hashed <- f.run.group(workers(f.run), f.hashing) }()
		read := f.run.group(f.throttle.most, f.reading)
		working <- cmp.Or(read, <-hashed)
	}()
	err := something()
	f.close()
	worked := <-working
	for _, m := range f.memory {
		m.Free()
	}
	if worked != nil && !errors.Is(worked, context.Canceled) {
		return worked // the cause, of which the other is the consequence
	}
	return err
}

// close ends readers and workers.
func (f *fetching) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.over {
		f.over = true
		close(f.ended)
		f.stop()
		f.changed.Broadcast()
	}
}

// order has files read.
func (f *fetching) order(orders []Order) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders = append(f.orders, orders...)
	f.changed.Broadcast()
}

// check has a reader do something soon.
func (f *fetching) check(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checks = append(f.checks, do)
	f.changed.Signal()
}

// offer lets other readers help with a stream.
func (f *fetching) offer(s *stream) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.split = append(f.split, s)
	f.changed.Broadcast()
}

// reading is what a reader does.
func (f *fetching) reading() error {
	r := &reader{own: make(chan *block, blocksEach), hashes: make(map[*digest.Algorithm]hash.Hash)}
	for first := true; ; first = false {
		do := f.next()
		if do == nil {
			return nil
		}
		if first {
			f.provide(r.own)
		}
		do(r)
		f.mu.Lock()
		f.throttle.done(f.client.Busy(), len(f.ready) == 0)
		f.changed.Signal()
		f.mu.Unlock()
	}
}

// provide makes the blocks of a reader.
func (f *fetching) provide(own chan *block) {
	memory := lanes.NewMemory(blocksEach, blockSize)
	for i := range blocksEach {
		own <- &block{data: memory.Buffer(i), home: own}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.memory = append(f.memory, memory)
}

// next waits for something that a reader can do, and returns it; nil when it is over.
func (f *fetching) next() (do func(r *reader)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for !f.over {
		if f.throttle.active < f.throttle.allowed {
			if do := f.choose(); do != nil {
				f.throttle.active++
				return do
			}
		}
		f.changed.Wait()
	}
	return nil
}

func (f *fetching) choose() func(r *reader) {
	if len(f.checks) > 0 {
		do := f.checks[0]
		f.checks = f.checks[1:]
		return func(*reader) { do() }
	}
	if len(f.orders) > 0 {
		order := f.orders[0]
		f.orders = f.orders[1:]
		return func(r *reader) {
			if file := f.run.pending.get(order.Number); file.entry != nil {
				f.carry(newStream(order, file.entry, max(file.size, 0)), r)
			}
		}
	}
	for len(f.split) > 0 {
		if s := f.split[0]; s.splits() {
			return func(r *reader) { f.carry(s, r) }
		}
		f.split = f.split[1:]
	}
	return nil
}
