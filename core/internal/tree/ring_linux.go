//go:build linux && (amd64 || arm64)

package tree

import (
	"cmp"
	"errors"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// io_uring(7): numbers, offsets and structures of linux/io_uring.h, the same on these architectures.
const (
	sysRingSetup = 425
	sysRingEnter = 426

	opOpenat = 18
	opRead   = 22

	ringGetEvents = 1          // IORING_ENTER_GETEVENTS
	ringEntries   = 0x10000000 // IORING_OFF_SQES

	// IORING_FEAT_SINGLE_MMAP, NODROP and RW_CUR_POS: the last came with Linux 5.6, as did opOpenat.
	ringFeatures = 1<<0 | 1<<1 | 1<<3

	requestSize = 64
	answerSize  = 16
)

// ringParams is struct io_uring_params.
type ringParams struct {
	requests, answers, flags, _, _, features, _ uint32
	_                                           [3]uint32
	sq                                          struct{ head, tail, mask, entries, flags, dropped, array, _, _, _ uint32 }
	cq                                          struct{ head, tail, mask, entries, overflow, cqes, flags, _, _, _ uint32 }
}

// request is struct io_uring_sqe.
type request struct {
	op     uint8
	_      uint8
	_      uint16
	fd     int32
	offset uint64
	addr   uint64
	length uint32
	flags  uint32
	user   uint64
	_      [3]uint64
}

// answer is struct io_uring_cqe.
type answer struct {
	user   uint64
	result int32
	_      uint32
}

// ring carries out many system calls by one. It belongs to one goroutine, but to no thread.
type ring struct {
	fd       int
	memory   []byte  // of the queues
	requests []byte  // the entries of the first queue
	taken    *uint32 // how many requests the kernel has taken, since there is the ring
	tail     *uint32 // of the requests, which only we move
	mask     uint32
	array    []uint32
	head     *uint32 // of the answers, which only we move
	end      *uint32 // of the answers
	answers  unsafe.Pointer
	ends     uint32 // the mask of the answers
	n        uint32 // requests that are not handed over yet
	// enter hands requests over, and waits until there are so many answers. A test may have it fail.
	enter func(requests, answers uint32) syscall.Errno
}

var (
	errNoRing = errors.New("the kernel's is too old")
	// errLost: the kernel may still be at work on something, and write to the memory that it was told of.
	errLost = errors.New("answers of the kernel are missing")
)

const (
	// ringPatience is how long answers are waited for that the kernel does not let us wait for.
	ringPatience = time.Second
	// ringTries is how often a call may be interrupted that has nothing to wait for.
	ringTries = 100
)

// newRing returns a ring for so many requests at a time, a power of two.
func newRing(size uint32) (*ring, error) {
	var p ringParams
	fd, _, errno := syscall.Syscall(sysRingSetup, uintptr(size), uintptr(unsafe.Pointer(&p)), 0)
	if errno != 0 {
		return nil, errno
	}
	r := &ring{fd: int(fd)}
	r.enter = r.call
	if p.features&ringFeatures != ringFeatures || p.requests < size || p.answers < size {
		r.close()
		return nil, errNoRing
	}
	syscall.CloseOnExec(r.fd)
	length := max(p.sq.array+4*p.requests, p.cq.cqes+answerSize*p.answers)
	var err error
	if r.memory, err = r.mmap(0, length); err == nil {
		r.requests, err = r.mmap(ringEntries, requestSize*p.requests)
	}
	if err != nil {
		r.close()
		return nil, err
	}
	r.taken = r.word(p.sq.head)
	r.tail, r.mask = r.word(p.sq.tail), *r.word(p.sq.mask)
	r.array = unsafe.Slice(r.word(p.sq.array), p.requests)
	r.head, r.end, r.ends = r.word(p.cq.head), r.word(p.cq.tail), *r.word(p.cq.mask)
	r.answers = unsafe.Pointer(r.word(p.cq.cqes))
	return r, nil
}

func (r *ring) mmap(offset int64, length uint32) ([]byte, error) {
	const flags = syscall.MAP_SHARED | syscall.MAP_POPULATE
	return syscall.Mmap(r.fd, offset, int(length), syscall.PROT_READ|syscall.PROT_WRITE, flags)
}

func (r *ring) word(offset uint32) *uint32 {
	return (*uint32)(unsafe.Pointer(&r.memory[offset]))
}

// close gives the ring back. There must be no request under way.
func (r *ring) close() {
	for _, memory := range [][]byte{r.memory, r.requests} {
		if memory != nil {
			_ = syscall.Munmap(memory)
		}
	}
	syscall.Close(r.fd)
}

// add adds a request, which has all its memory until it is answered. There must be room.
func (r *ring) add(q request) {
	place := (*r.tail + r.n) & r.mask
	*(*request)(unsafe.Pointer(&r.requests[requestSize*place])) = q
	r.array[place] = place
	r.n++
}

// run hands all requests over and waits for their answers, which it passes to take in any order. An
// error ends the ring: requests that have no answer were not begun, unless it is errLost.
func (r *ring) run(take func(user uint64, result int32)) error {
	all, first := r.n, atomic.LoadUint32(r.taken)
	// Atomic, as the kernel reads entries after it has read the tail.
	atomic.StoreUint32(r.tail, *r.tail+all)
	r.n = 0
	var failed error
	var begun time.Time
	// What was taken will be answered. The kernel's own count says how much that is, and nothing else.
	for sent, answered, idle := uint32(0), uint32(0), 0; answered < sent || failed == nil && sent < all; {
		left, before := all-sent, sent
		if failed != nil {
			left = 0
		}
		errno := r.enter(left, sent+left-answered)
		got := r.take(take)
		sent, answered = atomic.LoadUint32(r.taken)-first, answered+got
		switch {
		case got > 0, sent > before:
			idle = 0
		case errno == syscall.EINTR && failed == nil && (answered < sent || idle < ringTries):
			idle++
		case failed == nil:
			failed, begun = cmp.Or(errno, syscall.EAGAIN), time.Now()
		case time.Since(begun) > ringPatience:
			return errLost
		default:
			time.Sleep(time.Millisecond)
		}
	}
	return failed
}

// call is io_uring_enter(2).
func (r *ring) call(requests, answers uint32) syscall.Errno {
	_, _, errno := syscall.Syscall6(sysRingEnter, uintptr(r.fd), uintptr(requests), uintptr(answers), ringGetEvents, 0, 0)
	return errno
}

// take passes on the answers that there are, and returns how many.
func (r *ring) take(take func(user uint64, result int32)) (n uint32) {
	head := *r.head
	// Atomic, as answers are there before the kernel moves the end.
	for end := atomic.LoadUint32(r.end); head != end; head++ {
		found := (*answer)(unsafe.Add(r.answers, uintptr(head&r.ends)*answerSize))
		take(found.user, found.result)
		n++
	}
	atomic.StoreUint32(r.head, head)
	return n
}

// ringRefused remembers that there is no ring to be had: one try is enough.
var ringRefused = sync.OnceValue(func() error {
	r, err := newRing(1)
	if err == nil {
		r.close()
	}
	return err
})
