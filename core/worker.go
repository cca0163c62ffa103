package checksig

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"
	"time"

	"checksig/internal/digest"
	"checksig/internal/lanes"
	"checksig/internal/tree"
)

// flushAfter bounds how long a result waits for its batch to fill up.
const flushAfter = 50 * time.Millisecond

// worker is what one goroutine needs to check files, as many at a time as it
// has lanes.
type worker struct {
	run      *Run
	open     opener
	sets     []lanes.Set     // by the algorithm's place in the table; nil if not in use
	mixes    map[string]*mix // by the numbers of their algorithms
	key      []byte          // of a mix, while one is looked up
	busy     []lanes.Set     // those in use
	messages []*message
	free     []*message     // those without a file
	parts    map[*part]bool // under way
	failed   error          // what ends the run
	digits   []byte         // a digest in hexadecimal
	line     []byte         // of a list that is made
	batch    []Result
	flushed  time.Time
}

func (r *Run) worker(open opener) *worker {
	return &worker{
		run: r, open: open, mixes: make(map[string]*mix), parts: make(map[*part]bool), flushed: time.Now(),
	}
}

// set returns the lanes for an algorithm.
func (w *worker) set(a *Algorithm) lanes.Set {
	i := digest.Index(a)
	if w.sets == nil {
		w.sets = make([]lanes.Set, len(digest.All()))
	}
	if w.sets[i] == nil {
		w.sets[i] = a.Set(w.run.on)
		w.busy = append(w.busy, w.sets[i])
	}
	return w.sets[i]
}

// lanes returns the lanes for a file.
func (w *worker) lanes(e *Entry, mixed *mix) lanes.Set {
	if mixed != nil {
		return mixed.set
	}
	return w.set(e.Algorithm)
}

// check starts to read and judge a file, and hashes others meanwhile. Its error
// ends the run; what is wrong with the file is in the result.
func (w *worker) check(e *Entry, file tree.File) error {
	if w.run.opts.Fault {
		panic("a fault that a test asked for")
	}
	mixed, err := w.mix(e)
	if err != nil {
		file.Close()
		return err
	}
	set := w.lanes(e, mixed)
	for set.Full() {
		if err := w.step(set); err != nil {
			file.Close()
			return err
		}
	}
	m := w.message()
	m.begin(e, file, mixed)
	set.Start(m)
	return w.failed
}

// opener opens the file of a name.
type opener func(name string) (tree.File, error)

// first opens the file of an entry, and starts to check it unless it is large
// and noted for later.
func (w *worker) first(e *Entry, index int, late *lateFiles) error {
	if result, refused := w.run.refuse(e); refused {
		return w.emit(result)
	}
	if e.Link {
		return cmp.Or(w.checkLink(e), w.run.ctx.Err())
	}
	file, err := w.open(e.Name)
	if err == tree.ErrLink && w.run.opts.RecordLinks && w.run.purpose == listing {
		return cmp.Or(w.record(e), w.run.ctx.Err())
	}
	if err != nil {
		return cmp.Or(w.emit(failure(*e, err)), w.run.ctx.Err())
	}
	if result, settled := w.run.bySize(e, file.Size()); settled {
		file.Close()
		return cmp.Or(w.emit(result), w.run.ctx.Err())
	}
	w.run.totalBytes.Add(file.Size())
	if late != nil && file.Size() >= large {
		late.add(index, file.Size())
		file.Close()
		return w.run.ctx.Err()
	}
	return w.check(e, file)
}

// late opens a large file again, and starts to check it.
func (w *worker) late(late *lateFiles, i int, entries []Entry) error {
	// What is ready should not wait for a file that takes long.
	if err := w.flush(); err != nil {
		return err
	}
	if f := late.files[i]; f.whole != nil {
		return w.checkPart(f.whole, f.part)
	}
	e := &entries[late.files[i].index]
	file, err := w.open(e.Name)
	if err != nil {
		return cmp.Or(w.emit(failure(*e, err)), w.run.ctx.Err())
	}
	if err := w.check(e, file); err != nil {
		return err
	}
	if late.alone(i, w.run.workers()) {
		return w.drain()
	}
	return nil
}

// step hashes more of the files under way.
func (w *worker) step(set lanes.Set) error {
	set.Step()
	if w.failed == nil {
		w.failed = w.run.ctx.Err()
	}
	return w.failed
}

// held is the number of files under way.
func (w *worker) held() (n int) {
	for _, set := range w.busy {
		n += set.Live()
	}
	return n
}

// drain finishes the files under way.
func (w *worker) drain() error {
	for _, set := range w.busy {
		for set.Live() > 0 {
			if err := w.step(set); err != nil {
				return err
			}
		}
	}
	return w.failed
}

// stepAll hashes more of all files under way.
func (w *worker) stepAll() error {
	for _, set := range w.busy {
		if err := w.step(set); err != nil {
			return err
		}
	}
	return w.failed
}

// close gives back what the worker holds, after the end or in the middle.
func (w *worker) close() {
	for _, m := range w.messages {
		m.close()
	}
	for p := range w.parts {
		p.section.Close()
	}
	for _, set := range w.busy {
		set.Close()
	}
}

// message returns a message that is free.
func (w *worker) message() *message {
	if n := len(w.free); n > 0 {
		m := w.free[n-1]
		w.free = w.free[:n-1]
		return m
	}
	m := &message{worker: w}
	w.messages = append(w.messages, m)
	return m
}

// failure is the result for an entry that could not be read to its end.
func failure(e Entry, err error) Result {
	result := resultOf(&e)
	result.Text = err.Error()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		result.Status = Missing
	case errors.Is(err, tree.ErrUnsafe):
		result.Status = UnsafePath
	case errors.Is(err, tree.ErrNotRegular), errors.Is(err, tree.ErrLink), errors.Is(err, tree.ErrNoLink):
		result.Status = NotRegular
	case errors.Is(err, tree.ErrChanged):
		result.Status = Changed
	default:
		result.Status = Unreadable
	}
	return result
}

// emit counts a result, and passes it on if somebody wants to see it.
func (w *worker) emit(result Result) error {
	w.run.counts[result.Status].Add(1)
	switch {
	case result.Status == Missing && w.run.mayMiss(result.Name):
		w.run.ignored.Add(1)
		return nil
	case result.Status == OK && !w.run.opts.KeepOK:
		return nil
	case result.Status == Unlisted && !w.run.opts.Complete:
		return nil
	}
	result.Listed = strings.ToLower(result.Listed)
	w.batch = append(w.batch, result)
	if len(w.batch) >= batchSize || time.Since(w.flushed) > flushAfter {
		return w.flush()
	}
	return nil
}

// flush passes on the results so far, and waits while nobody takes them.
func (w *worker) flush() error {
	if len(w.batch) == 0 {
		return nil
	}
	select {
	case w.run.batches <- w.batch:
	case <-w.run.ctx.Done():
		return w.run.ctx.Err()
	}
	select {
	case w.batch = <-w.run.spare:
	default:
		w.batch = make([]Result, 0, batchSize)
	}
	w.flushed = time.Now()
	return nil
}
