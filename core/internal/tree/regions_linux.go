//go:build linux && (amd64 || arm64)

package tree

import (
	"sync"
	"syscall"
	"unsafe"
)

// regionSize is the length in bytes of a region: about as much as the workers of two cores map at a time.
const regionSize = 32 << 20

// region is address space in which windows are mapped, one behind the other, and which is given back in one
// piece. When memory is unmapped, all cores that run a thread of the process are interrupted and forget
// what they know of addresses: once for each window takes a sixth of the time of hashing files of 1 MiB.
type region struct {
	memory []byte
	used   int // of it, in bytes
	live   int // windows that somebody looks at
}

// regions are those in use. Windows are mapped in the last.
var regions struct {
	mu  sync.Mutex
	all []*region
	new *region // nil if there is none
}

// mapWindow maps part of a file, or returns nil.
func mapWindow(fd int, offset int64, size int) []byte {
	regions.mu.Lock()
	defer regions.mu.Unlock()
	room := (size + int(page) - 1) / int(page) * int(page)
	r := regions.new
	if r == nil || r.used+room > len(r.memory) {
		if r = nextRegion(); r == nil || room > len(r.memory) {
			return nil
		}
	}
	memory := r.memory[r.used : r.used+size : r.used+room]
	_, _, errno := syscall.Syscall6(syscall.SYS_MMAP, uintptr(unsafe.Pointer(&memory[0])), uintptr(size),
		syscall.PROT_READ, syscall.MAP_SHARED|syscall.MAP_FIXED, uintptr(fd), uintptr(offset))
	if errno != 0 {
		return nil // whatever the reason: the file can still be read
	}
	r.used, r.live = r.used+room, r.live+1
	return memory
}

// nextRegion begins another region; nil if there is no address space for it.
func nextRegion() *region {
	retireRegion()
	memory, err := syscall.Mmap(-1, 0, regionSize, syscall.PROT_NONE, syscall.MAP_PRIVATE|syscall.MAP_ANON|syscall.MAP_NORESERVE)
	if err != nil {
		return nil
	}
	regions.new = &region{memory: memory}
	regions.all = append(regions.all, regions.new)
	return regions.new
}

// unmapWindow notes that nobody looks at a window any more. It goes with its region.
func unmapWindow(memory []byte) {
	regions.mu.Lock()
	defer regions.mu.Unlock()
	for _, r := range regions.all {
		start, at := uintptr(unsafe.Pointer(&r.memory[0])), uintptr(unsafe.Pointer(&memory[0]))
		if at >= start && at < start+uintptr(len(r.memory)) {
			r.live--
		}
	}
	giveBack()
}

// retireRegion sees to it that no more windows are mapped in the last region.
func retireRegion() {
	regions.new = nil
	giveBack()
}

// giveBack unmaps regions that nobody needs.
func giveBack() {
	kept := regions.all[:0]
	for _, r := range regions.all {
		if r == regions.new || r.live > 0 {
			kept = append(kept, r)
		} else {
			_ = syscall.Munmap(r.memory)
		}
	}
	clear(regions.all[len(kept):])
	regions.all = kept
}

// Unmap unmaps what nobody looks at any more.
func Unmap() {
	regions.mu.Lock()
	defer regions.mu.Unlock()
	retireRegion()
}
