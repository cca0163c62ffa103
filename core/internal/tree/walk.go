package tree

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// listBuffer is how many bytes of a directory are asked for at a time.
const listBuffer = 32 << 10

// How long a walk waits for file descriptors, in all, and from one try to the next.
const (
	crowdedPatience = 2 * time.Second
	crowdedPause    = time.Millisecond
)

// ErrElsewhere is why a directory is not walked into: it is one of another file
// system.
var ErrElsewhere = errors.New("another file system, which was not looked into")

// Walking says how a tree is walked. Its functions are called by all goroutines that do.
type Walking struct {
	// Passes is asked about each directory that the walk comes to, and says that it is not to look
	// into it; nil passes none.
	Passes func(dir string) bool
	// Known is asked once for each directory (the top is "."), and returns a test for
	// the names in it that are passed over without a look.
	Known func(dir string) func(base []byte) bool
	// Enters is asked about each directory that is of another file system than the one
	// above it; nil enters all.
	Enters func(dir string) bool
}

// paths holds the names that a walk comes to, many in a piece of memory. The zero value is ready.
type paths struct{ piece strings.Builder }

// join returns the clean name of what is called base in a directory.
func (p *paths) join(dir string, base []byte) string {
	if p.piece.Cap()-p.piece.Len() < len(dir)+1+len(base) {
		p.piece = strings.Builder{}
		p.piece.Grow(max(listBuffer, len(dir)+1+len(base)))
	}
	start := p.piece.Len()
	if dir != "." {
		p.piece.WriteString(dir)
		p.piece.WriteByte('/')
	}
	p.piece.Write(base)
	return p.piece.String()[start:]
}

// Visit is called for everything that is not a directory, with its clean name, and for a directory
// that is not read, with the reason.
type Visit func(name string, err error)

// Walk is a walk under way, of as many goroutines as run it.
type Walk struct {
	Walking
	root *Root

	mu      sync.Mutex
	more    sync.Cond // there are places, or none will come
	pending []place
	busy    int // goroutines that may yet find places
}

// place is a directory that is to be looked into.
type place struct {
	name  string
	above int64 // the device of the directory that it is in
}

// Walk returns a walk through everything below the root, which is to be run. Links are visited, never
// followed.
//
// Each directory is opened anew from the root: the depth of a tree then costs no
// file descriptors.
func (r *Root) Walk(w Walking) *Walk {
	walk := &Walk{Walking: w, root: r, pending: []place{{".", anyDevice}}}
	walk.more.L = &walk.mu
	return walk
}

// Run walks until nothing is left, or ctx ends, which is its only error. Any number of goroutines may
// run a walk, each with a visit of its own: each directory is listed by one of them.
func (w *Walk) Run(ctx context.Context, visit Visit) error {
	defer context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.more.Broadcast()
	})()
	l := lister{walk: w, visit: visit, buffer: make([]byte, listBuffer), patience: crowdedPatience}
	for {
		dir, ok := w.take(ctx)
		if !ok {
			return ctx.Err()
		}
		w.put(l.list(ctx, dir))
	}
}

// take takes a place, waiting for one while others may find some; ok is false if there will be none,
// or ctx has ended.
func (w *Walk) take(ctx context.Context) (dir place, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.pending) == 0 && w.busy > 0 && ctx.Err() == nil {
		w.more.Wait()
	}
	last := len(w.pending) - 1
	if last < 0 || ctx.Err() != nil {
		return place{}, false
	}
	dir, w.pending = w.pending[last], w.pending[:last]
	w.busy++
	return dir, true
}

// put adds the places that were found in one that was taken.
func (w *Walk) put(found []place) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, found...)
	w.busy--
	if len(found) > 0 || w.busy == 0 {
		w.more.Broadcast()
	}
}

// lister is what one goroutine needs for a walk.
type lister struct {
	walk     *Walk
	visit    Visit
	buffer   []byte
	found    []place
	paths    paths
	patience time.Duration
}

// list visits everything in a directory, and returns the directories in it that are to be looked into.
func (l *lister) list(ctx context.Context, dir place) []place {
	w := l.walk
	l.found = l.found[:0]
	passed := w.Known(dir.name)
	look := func(base []byte, isDir func() bool) error {
		if passed(base) {
			return ctx.Err()
		}
		name := l.paths.join(dir.name, base)
		switch {
		case !isDir():
			l.visit(name, nil)
		case w.Passes == nil || !w.Passes(name):
			l.found = append(l.found, place{name: name})
		}
		return ctx.Err()
	}
	device, err := w.root.top.list(dir.name, dir.above, l.buffer, look)
	for Crowded(err) && l.patience > 0 && ctx.Err() == nil {
		// Others give descriptors up, unless they never do.
		time.Sleep(crowdedPause)
		l.patience -= crowdedPause
		device, err = w.root.top.list(dir.name, dir.above, l.buffer, look)
	}
	if err == ErrElsewhere && (w.Enters == nil || w.Enters(dir.name)) {
		device, err = w.root.top.list(dir.name, anyDevice, l.buffer, look)
	}
	for i := range l.found {
		l.found[i].above = device
	}
	if err != nil && ctx.Err() == nil {
		l.visit(dir.name, cause(err))
	}
	return l.found
}
