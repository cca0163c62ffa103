package checksig

import (
	"errors"
	"sync"
	"time"

	"checksig/internal/tree"
)

// The runtime of Go waits for timers and files by way of a poller, which takes two
// file descriptors. It makes it when it needs it first, and ends the process if it cannot.
// So it is made here, before anything else, where to fail is an error.
var poller struct {
	sync.Mutex
	made bool
}

var errFewDescriptors = errors.New("this process has no file descriptors left")

// Prepare makes the poller, unless it is there. It wants as many descriptors as the
// poller takes, and one to open anything. Who calls from C calls it first.
func Prepare() error {
	poller.Lock()
	defer poller.Unlock()
	if poller.made {
		return nil
	}
	if !tree.CanOpen(3) {
		return errFewDescriptors
	}
	time.AfterFunc(time.Hour, func() {}).Stop()
	poller.made = true
	return nil
}
