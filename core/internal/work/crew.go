package work

import (
	"cmp"
	"runtime"
	"sync/atomic"

	"checksig/internal/claim"
	"checksig/internal/tree"
)

// cores is how many workers there are if nobody says otherwise: as many as can
// run at a time, by the affinity and the limits of the process.
var cores = runtime.GOMAXPROCS(0)

// Cores returns the number of workers that a run has if its options do not say.
func Cores() int { return cores }

// large is the size in bytes from which a file is put off until all others are
// known, so that the largest can go first: started late, it would finish late.
// Smaller files stay in the order of the list, in which neighbours share a
// directory.
const large = 4 << 20

// maxWorkers bounds the threads and file descriptors that a run can use.
const maxWorkers = 256

// crew is the workers of a run and the readers ahead of them, for one check of files.
type crew struct {
	run      *Run
	judge    claim.Judge
	entries  []claim.Entry
	openers  func() (opener, func()) // each worker and reader has an opener of its own
	batches  func() *tree.Batch      // and each worker a batch; nil if there is none
	readLink func(name string) (string, error)
	sizers   func() (sizer, func()) // and each who asks for sizes
	ahead    atomic.Int64           // bytes that readers have read
	sizes    []atomic.Int64         // to be read of each entry: see expect; nil if nobody watches
}

// opener opens the file of a name.
type opener func(name string) (tree.File, error)

// sizer returns the size in bytes of the regular file of a name; 0 if there is none.
type sizer func(name string) int64

// beneath makes a crew for entries beneath dir.
func (r *Run) beneath(dir *tree.Root, judge claim.Judge, entries []claim.Entry) *crew {
	return &crew{run: r, judge: judge, entries: entries, readLink: dir.ReadLink, batches: dir.Batch, openers: func() (opener, func()) {
		finder := dir.Finder()
		return finder.Open, finder.Close
	}, sizers: func() (sizer, func()) {
		finder := dir.Finder()
		return finder.Size, finder.Close
	}}
}

// anywhere makes a crew for entries that are named outright, wherever they lie.
func (r *Run) anywhere(judge claim.Judge, entries []claim.Entry) *crew {
	return &crew{run: r, judge: judge, entries: entries, batches: tree.NewBatch, openers: func() (opener, func()) {
		return tree.OpenFile, func() {}
	}, sizers: func() (sizer, func()) {
		return tree.SizeOf, func() {}
	}}
}

// check checks all entries, and finds out meanwhile how much there is to read, if
// somebody watches.
func (c *crew) check(device tree.Device) error {
	return c.surveyed(device, func() error { return c.checkAll(device) })
}

// checkAll checks all entries, in the order of the list but for the large files, which
// come last, largest first.
func (c *crew) checkAll(device tree.Device) error {
	open, closeOpener := c.openers()
	defer closeOpener()
	if !c.cold(open) {
		return c.checkTwice(0)
	}
	if device != tree.Spinning {
		return c.checkTwice(c.readers(device))
	}
	order, err := c.inPlace(open)
	if err != nil {
		return err
	}
	return c.pass(c.readers(device), pass{order, func(i int) span {
		return span{&c.entries[i], 0, never, never}
	}, func(w *worker, i int) error {
		return w.first(i, nil)
	}})
}

// checkTwice goes through entries twice: for all files that are not large, and
// for those that are.
func (c *crew) checkTwice(readers int) error {
	var late lateFiles
	err := c.pass(readers, pass{sequence(len(c.entries)), func(i int) span {
		return span{&c.entries[i], 0, never, large}
	}, func(w *worker, i int) error {
		return w.first(i, &late)
	}})
	if err != nil {
		return err
	}
	late.sort()
	late.split(c.entries)
	defer late.close()
	return c.pass(readers, pass{sequence(len(late.files)), func(i int) span {
		file := late.files[i]
		if file.whole != nil {
			return span{&c.entries[file.index], int64(file.part) * PartSize, PartSize, never}
		}
		return span{&c.entries[file.index], 0, never, never}
	}, func(w *worker, i int) error {
		return w.late(&late, i)
	}})
}

// pass is one way through files: numbers in their order, what readers read of each,
// and what workers do with it.
type pass struct {
	order []int
	span  func(i int) span
	work  func(w *worker, i int) error
}

// pass does the work of a pass, behind readers if there are any.
func (c *crew) pass(readers int, p pass) error {
	f := newFeed(len(p.order), c.workers())
	if readers == 0 {
		return c.each(f, func(w *worker, i int) error { return p.work(w, p.order[i]) })
	}
	wait := c.readAhead(f, p, readers)
	err := c.each(f, p.work)
	if err != nil {
		c.run.cancel()
	}
	// The first error is the cause, the other may be its consequence.
	return cmp.Or(err, wait())
}

// each gives everything in a feed to one of the workers.
func (c *crew) each(f *feed, work func(w *worker, i int) error) error {
	return c.run.group(f.workers, func() error {
		open, closeOpener := c.openers()
		defer closeOpener()
		w := c.worker(open)
		defer w.close()
		for {
			i, state := f.take(&w.own, w.held())
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
				return cmp.Or(w.drain(), w.Flush())
			}
		}
	})
}

// batch returns a batch for a worker; nil if there is none to be had.
func (c *crew) batch() *tree.Batch {
	if !c.run.ring {
		return nil
	}
	return c.batches()
}

func (c *crew) workers() int { return workers(c.run) }

// workers returns how many workers a run has.
func workers(r *Run) int {
	if r.reading.Workers > 0 {
		return min(r.reading.Workers, maxWorkers)
	}
	return cores
}
