package work

import (
	"cmp"
	"time"

	"checksig/internal/claim"
	"checksig/internal/lanes"
	"checksig/internal/tree"
	"checksig/internal/verdict"
)

// worker is what one goroutine needs to check files, as many at a time as it
// has lanes.
type worker struct {
	Outbox
	crew *crew
	bench
	open     opener
	own      share // of the feed
	batched  batched
	mixes    map[string]*mix // by the numbers of their algorithms
	key      []byte          // of a mix, while one is looked up
	messages []*message
	free     []*message     // those without a file
	parts    map[*part]bool // under way
	failed   error          // what ends the run
}

func (c *crew) worker(open opener) *worker {
	return &worker{
		Outbox: c.run.Outbox(), bench: bench{on: c.run.on}, crew: c, open: open,
		mixes: make(map[string]*mix), parts: make(map[*part]bool),
	}
}

// lanes returns the lanes for a file.
func (w *worker) lanes(e *claim.Entry, mixed *mix) lanes.Set {
	if mixed != nil {
		return mixed.set
	}
	return w.set(e.Algorithm)
}

// check starts to read and judge a file, and hashes others meanwhile. Its error
// ends the run; what is wrong with the file is in the result.
func (w *worker) check(i int, file tree.File) error {
	e := &w.crew.entries[i]
	if w.run.reading.Fault {
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
	m.begin(i, e, file, mixed)
	set.Start(m)
	return w.failed
}

// first opens the file of entry i, and starts to check it unless it is large and
// noted for later.
func (w *worker) first(i int, late *lateFiles) error {
	e, judge := &w.crew.entries[i], w.crew.judge
	if result, refused := judge.Refusal(e); refused {
		return w.settled(i, 0, result)
	}
	if e.Link {
		return w.settled(i, 0, w.link(e))
	}
	file, err, ended := w.openEntry(i)
	if ended != nil {
		return ended
	}
	if err == tree.ErrLink && judge.TakesLinks() {
		return w.settled(i, 0, w.link(e))
	}
	if err != nil {
		return w.settled(i, 0, failure(e, err))
	}
	if result, settled := judge.ResultBySize(e, file.Size()); settled {
		w.note(&file, &result)
		file.Close()
		return w.settled(i, 0, result)
	}
	w.crew.expect(i, 0, file.Size())
	if late != nil && file.Size() >= large {
		late.add(i, file.Size())
		file.Close()
		return w.run.ctx.Err()
	}
	return w.check(i, file)
}

// openEntry is openFile for entry i, which may be open by now.
func (w *worker) openEntry(i int) (file tree.File, failed, err error) {
	if file, ok := w.ready(i, w.own.end); ok {
		return file, nil, nil
	}
	return w.openFile(w.crew.entries[i].Name)
}

// settled emits a result that no lane brought, of a file of which some bytes were expected,
// and looks whether the run is over.
func (w *worker) settled(i int, expected int64, result verdict.Result) error {
	w.crew.expect(i, expected, 0)
	return cmp.Or(w.Emit(result), w.run.ctx.Err())
}

// link returns the result of an entry that is, or should be, a symbolic link.
func (w *worker) link(e *claim.Entry) verdict.Result {
	target, err := w.crew.readLink(e.Name)
	switch {
	case err == nil:
		return w.crew.judge.ResultByTarget(e, target)
	case err == tree.ErrNoLink && e.Link:
		return claim.NoLink(e)
	}
	result := failure(e, err)
	if e.Link {
		result.Listed = "" // a target is no digest
	}
	return result
}

// late opens a large file again, and starts to check it.
func (w *worker) late(late *lateFiles, i int) error {
	// What is ready should not wait for a file that takes long.
	if err := w.Flush(); err != nil {
		return err
	}
	if f := late.files[i]; f.whole != nil {
		return w.checkPart(f.whole, f.part)
	}
	index, size := late.files[i].index, late.files[i].size
	e := &w.crew.entries[index]
	file, err, ended := w.openFile(e.Name)
	if ended != nil {
		return ended
	}
	if err != nil {
		return w.settled(index, size, failure(e, err))
	}
	w.crew.expect(index, size, file.Size())
	if err := w.check(index, file); err != nil {
		return err
	}
	if late.alone(i, w.crew.workers()) {
		return w.drain()
	}
	return nil
}

// step hashes more of the files under way.
func (w *worker) step(set lanes.Set) error {
	set.Step()
	if w.waits() && time.Since(w.flushed) > flushAfter {
		w.failed = cmp.Or(w.failed, w.Flush())
	}
	w.failed = cmp.Or(w.failed, w.run.ctx.Err())
	return w.failed
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
	w.batched.close()
	w.bench.close()
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
