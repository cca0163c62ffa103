//go:build linux && (amd64 || arm64)

package tree

import (
	"math"
	"syscall"
	"unsafe"
)

// Advice of posix_fadvise(2).
const (
	willNeed = 3
	dontNeed = 4
)

// readAhead is how much the system reads ahead at the least if it is told to, in
// bytes: it ignores what is asked for beyond its own limit for the device.
const readAhead = 128 << 10

func (h fdHandle) advise(offset, length int64, advice int) {
	_, _, _ = syscall.Syscall6(sysFadvise, uintptr(h), uintptr(offset), uintptr(length), uintptr(advice), 0, 0)
}

// cached asks for one byte, if that takes no waiting for a device.
func (h fdHandle) cached() bool {
	var b byte
	vec := syscall.Iovec{Base: &b, Len: 1}
	const noWait = 8 // RWF_NOWAIT
	_, _, errno := syscall.Syscall6(sysPreadv2, uintptr(h), uintptr(unsafe.Pointer(&vec)), 1, 0, 0, noWait)
	return errno != syscall.EAGAIN
}

func (h fdHandle) request(offset, length int64) {
	for at := offset; at < offset+length; at += readAhead {
		h.advise(at, min(readAhead, offset+length-at), willNeed)
	}
}

func (h fdHandle) drop() {
	_ = syscall.Fsync(int(h)) // what is not written yet cannot be dropped
	h.advise(0, math.MaxInt64, dontNeed)
}

func (h fdHandle) place() int64 {
	var st syscall.Stat_t
	if syscall.Fstat(int(h), &st) != nil {
		return 0
	}
	if extent, ok := h.firstExtent(); ok {
		return extent
	}
	return int64(st.Ino)
}

// fiemap is struct fiemap of linux/fiemap.h with room for one extent.
type fiemap struct {
	start, length              uint64
	flags, mapped, count, _    uint32
	logical, physical, extents uint64
	_                          [2]uint64
	extentFlags                uint32
	_                          [3]uint32
}

// firstExtent returns where on its device the file begins. An extent whose
// place is not known, or is none, does not count.
func (h fdHandle) firstExtent() (int64, bool) {
	const (
		fsIocFiemap = 0xc020660b
		unknown     = 0x2 | 0x4 | 0x200 // not written yet, or inside of an inode
	)
	m := fiemap{length: math.MaxUint64, count: 1}
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(h), fsIocFiemap, uintptr(unsafe.Pointer(&m)))
	return int64(m.physical), errno == 0 && m.mapped > 0 && m.extentFlags&unknown == 0
}
