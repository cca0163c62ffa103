package checksig

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"

	"checksig/internal/digest"
	"checksig/internal/sums"
	"checksig/internal/tree"
)

// cores is how many workers there are if nobody says otherwise: as many as can
// run at a time, by the affinity and the limits of the process.
var cores = runtime.GOMAXPROCS(0)

// Cores returns the number of workers that a run has if its options do not say.
func Cores() int { return cores }

// A kernel runs longer than Go's scheduler lets a call of C keep its place: after
// 20 microseconds the place goes to another thread, which finds nothing to do,
// and the worker has to wait for it. Where a place is idle, that is left alone:
// with more places than cores, two workers are a quarter faster.
func init() { runtime.GOMAXPROCS(4 * cores) }

// large is the size in bytes from which a file is put off until all others are
// known, so that the largest can go first: started late, it would finish late.
// Smaller files stay in the order of the list, in which neighbours share a
// directory.
const large = 4 << 20

// maxWorkers bounds the threads and file descriptors that a run can use.
const maxWorkers = 256

// verify checks all entries beneath dir, and looks for files that are not
// among them at the same time.
func (r *Run) verify(dir *tree.Root, entries []Entry, malformed []sums.Malformed) error {
	entries, listedAs, err := r.resolve(entries, malformed)
	if err != nil {
		return err
	}
	var extras chan error
	if r.opts.Unlisted || r.opts.Complete {
		extras = make(chan error, 1)
		go func() { extras <- guard(func() error { return r.unlisted(dir, listedAs) }) }()
	}
	err = r.reportMalformed(malformed)
	if err == nil {
		err = r.checkAll(dir, entries)
	}
	if extras != nil {
		if err != nil {
			r.cancel()
		}
		// The first error is the cause, the other may be its consequence.
		err = cmp.Or(err, <-extras)
	}
	return r.account(err, int64(len(entries)+len(malformed)))
}

// account holds the counts against what there was to do: a file that no path
// through the code has counted must not be taken for one that is right.
func (r *Run) account(err error, files int64) error {
	if err != nil {
		return err
	}
	settled := -r.uncounted.Load()
	for status := range r.counts {
		settled += r.counts[status].Load()
	}
	if settled != files {
		return fmt.Errorf("internal error: %d verdicts on %d files", settled, files)
	}
	return nil
}

// note records which algorithms are in use.
func (r *Run) note(entries []Entry) {
	var last *Algorithm
	for i := range entries {
		for e := &entries[i]; e != nil; e = e.Also {
			if a := e.Algorithm; a != last && a != nil {
				r.algorithms[digest.Index(a)/64].Or(1 << (digest.Index(a) % 64))
				last = a
			}
		}
	}
}

func (r *Run) reportMalformed(malformed []sums.Malformed) error {
	w := r.worker(nil)
	for _, m := range malformed {
		result := Result{Status: Malformed, Line: m.Line, List: int(m.List), Size: -1, ListedSize: -1, Text: m.Reason}
		if err := w.emit(result); err != nil {
			return err
		}
	}
	return w.flush()
}

// create hashes whatever is below dir.
func (r *Run) create(dir *tree.Root) error {
	r.purpose = listing
	w := r.worker(nil)
	var entries []Entry
	var failed error
	model := r.model()
	err := dir.Walk(r.ctx, newListed(nil, r.opts.Own).in, func(name string, err error) {
		if err != nil {
			r.uncounted.Add(1)
			failed = cmp.Or(failed, w.emit(failure(Entry{Name: name, Size: -1}, err)))
			return
		}
		if r.chosen.Has(name) {
			entry := model
			entry.Name = name
			entries = append(entries, entry)
			r.files.Add(1)
		}
	})
	if err = cmp.Or(err, failed, w.flush()); err != nil {
		return err
	}
	r.note(entries)
	return r.account(r.checkAll(dir, entries), int64(len(entries)))
}

// model returns an entry that asks for the digests of a file.
func (r *Run) model() Entry {
	entry := Entry{Algorithm: r.opts.Algorithms[0], Size: -1, Style: r.opts.Style}
	for _, algorithm := range slices.Backward(r.opts.Algorithms[1:]) {
		entry.Also = &Entry{Algorithm: algorithm, Also: entry.Also}
	}
	return entry
}

// hash hashes files beneath dir, or if that is nil, wherever they lie.
func (r *Run) hash(dir *tree.Root, paths []string) error {
	r.purpose = hashing
	entries := make([]Entry, len(paths))
	for i, path := range paths {
		entries[i] = r.model()
		entries[i].Name, entries[i].Line = path, i+1
	}
	r.files.Store(int64(len(paths)))
	r.note(entries)
	if dir != nil {
		return r.account(r.checkAll(dir, entries), int64(len(entries)))
	}
	return r.account(r.checkEach(entries, tree.Flash, func() (opener, func()) {
		return tree.OpenFile, func() {}
	}), int64(len(entries)))
}

// checkAll checks entries beneath dir.
func (r *Run) checkAll(dir *tree.Root, entries []Entry) error {
	r.readLink = dir.ReadLink
	return r.checkEach(entries, dir.Device(), func() (opener, func()) {
		finder := dir.Finder()
		return finder.Open, finder.Close
	})
}

// checkEach checks entries, in the order of the list but for the large files,
// which come last, largest first. Each worker has an opener of its own.
func (r *Run) checkEach(entries []Entry, device tree.Device, openers func() (opener, func())) error {
	open, closeOpener := openers()
	defer closeOpener()
	if !r.cold(entries, open) {
		return r.checkTwice(entries, 0, openers)
	}
	if device != tree.Spinning {
		return r.checkTwice(entries, r.readers(device), openers)
	}
	order, err := r.inPlace(entries, open)
	if err != nil {
		return err
	}
	return r.pass(order, r.readers(device), openers, func(i int) span {
		return span{&entries[i], 0, never, never}
	}, func(w *worker, i int) error {
		return w.first(&entries[i], i, nil)
	})
}

// checkTwice goes through entries twice: for all files that are not large, and
// for those that are.
func (r *Run) checkTwice(entries []Entry, readers int, openers func() (opener, func())) error {
	var late lateFiles
	err := r.pass(sequence(len(entries)), readers, openers, func(i int) span {
		return span{&entries[i], 0, never, large}
	}, func(w *worker, i int) error {
		return w.first(&entries[i], i, &late)
	})
	if err != nil {
		return err
	}
	late.sort()
	late.split(entries)
	defer late.close()
	return r.pass(sequence(len(late.files)), readers, openers, func(i int) span {
		file := late.files[i]
		if file.whole != nil {
			return span{&entries[file.index], int64(file.part) * partSize, partSize, never}
		}
		return span{&entries[file.index], 0, never, never}
	}, func(w *worker, i int) error {
		return w.late(&late, i, entries)
	})
}

// pass does work on each number of order, behind readers if there are any.
func (r *Run) pass(order []int, readers int, openers func() (opener, func()), find func(i int) span, work func(w *worker, i int) error) error {
	f := newFeed(len(order), r.workers())
	if readers == 0 {
		return r.each(f, openers, func(w *worker, i int) error { return work(w, order[i]) })
	}
	wait := r.readAhead(f, order, readers, openers, find)
	err := r.each(f, openers, work)
	if err != nil {
		r.cancel()
	}
	// The first error is the cause, the other may be its consequence.
	return cmp.Or(err, wait())
}

// each gives everything in a feed to one of the workers.
func (r *Run) each(f *feed, openers func() (opener, func()), work func(w *worker, i int) error) error {
	return r.group(f.workers, func() error {
		open, closeOpener := openers()
		defer closeOpener()
		w := r.worker(open)
		defer w.close()
		var own share
		for {
			i, state := f.take(&own, w.held())
			switch state {
			case taken:
				if err := work(w, i); err != nil {
					return err
				}
			case wait:
				if err := w.stepAll(); err != nil {
					return err
				}
			case over:
				return cmp.Or(w.drain(), w.flush())
			}
		}
	})
}

func (r *Run) workers() int {
	if r.opts.Workers > 0 {
		return min(r.opts.Workers, maxWorkers)
	}
	return cores
}

// unlisted looks for files that no entry names.
func (r *Run) unlisted(dir *tree.Root, known *listed) error {
	w := r.worker(nil)
	var failed error
	err := dir.Walk(r.ctx, known.in, func(name string, err error) {
		if err == nil && (!r.chosen.Has(name) || !r.within(name)) {
			return
		}
		r.uncounted.Add(1)
		result := Result{Name: name, Status: Unlisted, Size: -1, ListedSize: -1}
		if err != nil && r.opts.Complete {
			result = failure(Entry{Name: name, Size: -1}, err)
		}
		failed = cmp.Or(failed, w.emit(result))
	})
	return cmp.Or(err, failed, w.flush())
}
