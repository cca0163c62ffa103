package work

import (
	"sync/atomic"
	"time"

	"checksig/internal/tree"
)

// A process may have few file descriptors, and others of its threads may want them
// too. From the first file on for which there is none, each worker holds one file at a
// time, and whoever gets none waits for those who have some.

// few says that there are few descriptors, and whether it is of use to wait for one.
type few struct {
	known    atomic.Bool
	hopeless atomic.Bool
}

const (
	// fewPatience is how long one waits for a descriptor. When nobody gives one up for
	// so long, nobody of this run has one.
	fewPatience = 2 * time.Second
	fewPause    = time.Millisecond
)

// openFile opens a file for a worker, which hashes what it has open first if there are
// few descriptors. Its second error ends the run.
func (w *worker) openFile(name string) (file tree.File, failed, err error) {
	few := &w.run.few
	if !few.known.Load() {
		file, failed = w.open(name)
		if !tree.Crowded(failed) {
			return file, failed, nil
		}
		few.known.Store(true)
	}
	w.batched.giveUp()
	if err := w.drain(); err != nil {
		return tree.File{}, nil, err
	}
	file, failed = w.openPatiently(name)
	return file, failed, nil
}

// openPatiently opens a file when there is a descriptor for it.
func (w *worker) openPatiently(name string) (file tree.File, err error) {
	few := &w.run.few
	for begun := time.Now(); ; time.Sleep(fewPause) {
		file, err = w.open(name)
		if !tree.Crowded(err) || few.hopeless.Load() || w.run.ctx.Err() != nil {
			return file, err
		}
		few.known.Store(true)
		if time.Since(begun) > fewPatience {
			few.hopeless.Store(true)
		}
	}
}
