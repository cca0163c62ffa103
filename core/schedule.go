package checksig

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"

	"checksig/internal/digest"
	"checksig/internal/sums"
	"checksig/internal/tree"
)

// large is the size in bytes from which the order of files matters: a worker
// that starts one late finishes late. Smaller files stay in the order of the
// list, in which neighbours share a directory.
const large = 1 << 20

// maxWorkers bounds the threads and file descriptors that a run can use.
const maxWorkers = 256

// verify checks all entries beneath dir, and looks for files that are not
// among them at the same time.
func (r *Run) verify(dir *tree.Root, entries []Entry, malformed []sums.Malformed) error {
	r.files.Store(int64(len(entries) + len(malformed)))
	r.note(entries)
	var extras chan error
	if r.opts.Unlisted || r.opts.Complete {
		extras = make(chan error, 1)
		go func() { extras <- guard(func() error { return r.unlisted(dir, entries) }) }()
	}
	err := r.reportMalformed(malformed)
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
	settled := -r.strays.Load()
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
		if a := entries[i].Algorithm; a != last && a != nil {
			r.algorithms.Or(1 << digest.Index(a))
			last = a
		}
	}
}

func (r *Run) reportMalformed(malformed []sums.Malformed) error {
	w := r.worker(nil)
	for _, m := range malformed {
		if err := w.emit(Result{Status: Malformed, Line: m.Line, Size: -1, Text: m.Reason}); err != nil {
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
	err := dir.Walk(r.ctx, newListed(nil, r.opts.Exclude).in, func(name string, err error) {
		if err != nil {
			r.strays.Add(1)
			failed = cmp.Or(failed, w.emit(failure(Entry{Name: name}, err)))
			return
		}
		entries = append(entries, Entry{Name: name, Algorithm: r.opts.Algorithm, Style: r.opts.Style})
		r.files.Add(1)
	})
	if err = cmp.Or(err, failed, w.flush()); err != nil {
		return err
	}
	r.note(entries)
	return r.account(r.checkAll(dir, entries), int64(len(entries)))
}

// hash hashes files that are beneath no root.
func (r *Run) hash(paths []string) error {
	r.purpose = hashing
	entries := make([]Entry, len(paths))
	order := make([]int32, len(paths))
	for i, path := range paths {
		entries[i] = Entry{Name: path, Algorithm: r.opts.Algorithm, Line: i + 1}
		order[i] = int32(i)
	}
	r.files.Store(int64(len(paths)))
	r.note(entries)
	return r.account(r.each(order, func() (*worker, func()) {
		return r.worker(tree.OpenFile), func() {}
	}, func(w *worker, i int32) error {
		return w.check(&entries[i])
	}), int64(len(entries)))
}

// checkAll checks entries beneath dir, largest first.
func (r *Run) checkAll(dir *tree.Root, entries []Entry) error {
	find := func() (*worker, func()) {
		finder := dir.Finder()
		w := r.worker(finder.Open)
		w.size = finder.Size
		return w, finder.Close
	}
	order, sizes := make([]int32, len(entries)), make([]int64, len(entries))
	for i := range order {
		order[i] = int32(i)
	}
	err := r.each(order, find, func(w *worker, i int32) (err error) {
		sizes[i], err = w.measure(&entries[i])
		return err
	})
	if err != nil {
		return err
	}
	order = largestFirst(order, sizes)
	return r.each(order, find, func(w *worker, i int32) error {
		if sizes[i] >= large {
			// What is ready should not wait for a file that takes long.
			if err := w.flush(); err != nil {
				return err
			}
		}
		return w.check(&entries[i])
	})
}

// largestFirst drops the entries that are settled (of negative size) and sorts
// the rest.
func largestFirst(order []int32, sizes []int64) []int32 {
	order = slices.DeleteFunc(order, func(i int32) bool { return sizes[i] < 0 })
	rank := func(i int32) int64 {
		if sizes[i] < large {
			return 0
		}
		return sizes[i]
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(a, b))
	})
	return order
}

// each gives every index to one of the workers. There are as many as
// the options say, whatever the number of files.
func (r *Run) each(order []int32, hire func() (*worker, func()), work func(*worker, int32) error) error {
	var taken atomic.Int64
	return r.group(min(r.workers(), len(order)), func() error {
		w, dismiss := hire()
		defer dismiss()
		for {
			i := taken.Add(1) - 1
			if i >= int64(len(order)) {
				return w.flush()
			}
			if err := work(w, order[i]); err != nil {
				return err
			}
		}
	})
}

func (r *Run) workers() int {
	if r.opts.Workers > 0 {
		return min(r.opts.Workers, maxWorkers)
	}
	return runtime.GOMAXPROCS(0)
}

// unlisted looks for files that entries do not name.
func (r *Run) unlisted(dir *tree.Root, entries []Entry) error {
	w := r.worker(nil)
	var failed error
	err := dir.Walk(r.ctx, newListed(entries, r.opts.Exclude).in, func(name string, err error) {
		r.strays.Add(1)
		result := Result{Name: name, Status: Unlisted, Size: -1}
		if err != nil && r.opts.Complete {
			result = failure(Entry{Name: name}, err)
		}
		failed = cmp.Or(failed, w.emit(result))
	})
	return cmp.Or(err, failed, w.flush())
}
