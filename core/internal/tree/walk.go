package tree

import (
	"context"
	"errors"
	"path"
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

// Walking says how a tree is walked.
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
	// Visit is called for everything that is not a directory, with its clean name, and for
	// a directory that is not read, with the reason.
	Visit func(name string, err error)
}

// Walk looks at everything below the root. Links are visited, never followed. It fails
// only when ctx ends.
//
// Each directory is opened anew from the root: the depth of a tree then costs no
// file descriptors.
func (r *Root) Walk(ctx context.Context, w Walking) error {
	type place struct {
		name  string
		above int64 // the device of the directory that it is in
	}
	pending := []place{{".", anyDevice}}
	buffer := make([]byte, listBuffer)
	patience := crowdedPatience
	for len(pending) > 0 {
		dir := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		first, passed := len(pending), w.Known(dir.name)
		look := func(base []byte, isDir func() bool) error {
			if passed(base) {
				return ctx.Err()
			}
			name := path.Join(dir.name, string(base))
			switch {
			case !isDir():
				w.Visit(name, nil)
			case w.Passes == nil || !w.Passes(name):
				pending = append(pending, place{name: name})
			}
			return ctx.Err()
		}
		device, err := r.top.list(dir.name, dir.above, buffer, look)
		for Crowded(err) && patience > 0 && ctx.Err() == nil {
			// Others give descriptors up, unless they never do.
			time.Sleep(crowdedPause)
			patience -= crowdedPause
			device, err = r.top.list(dir.name, dir.above, buffer, look)
		}
		if err == ErrElsewhere && (w.Enters == nil || w.Enters(dir.name)) {
			device, err = r.top.list(dir.name, anyDevice, buffer, look)
		}
		for i := first; i < len(pending); i++ {
			pending[i].above = device
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			w.Visit(dir.name, cause(err))
		}
	}
	return nil
}
