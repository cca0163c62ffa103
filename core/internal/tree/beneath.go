//go:build linux && (amd64 || arm64)

package tree

import (
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

// openat2(2): number, structure and flags, the same on these architectures.
const (
	sysOpenat2        = 437
	resolveMagicLinks = 0x02 // RESOLVE_NO_MAGICLINKS: none of /proc/PID/fd
	resolveBeneath    = 0x08 // RESOLVE_BENEATH: whatever leads out is EXDEV
	oPath             = 0x200000
)

// listOnly opens a directory, and nothing that has taken its place.
const listOnly = readOnly | syscall.O_DIRECTORY

type openHow struct {
	flags, mode, resolve uint64
}

// beneath is a directory by openat2: its file descriptor. Against os.Root it
// saves a system call for each element of a path, and for each file what
// package os does for those that can be waited for.
type beneath int

// openBeneath fails where the kernel (before 5.6) or a sandbox has no openat2.
func openBeneath(root *os.Root) (directory, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return openat2(int(dir.Fd()), ".", oPath|syscall.O_DIRECTORY)
}

func openat2(dir int, name string, flags int) (beneath, error) {
	// On the stack, where a name mostly fits: files come by the million.
	var scratch [256]byte
	path, err := cString(scratch[:], name)
	if err != nil {
		return -1, err
	}
	how := openHow{flags: uint64(flags | syscall.O_CLOEXEC), resolve: resolveBeneath | resolveMagicLinks}
	// EAGAIN: a rename somewhere kept the kernel from being sure that a .. in a
	// link stays beneath. It is a race that we can lose only so often.
	for range 100 {
		fd, _, errno := syscall.Syscall6(sysOpenat2, uintptr(dir), uintptr(unsafe.Pointer(path)),
			uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
		switch errno {
		case 0:
			return beneath(fd), nil
		case syscall.EAGAIN, syscall.EINTR:
			err = errno
		default:
			return -1, errno
		}
	}
	return -1, err
}

// cString returns a pointer to the bytes of s and a NUL behind them, in scratch
// if that is long enough.
func cString(scratch []byte, s string) (*byte, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return nil, syscall.EINVAL
	}
	if len(s) >= len(scratch) {
		return syscall.BytePtrFromString(s)
	}
	copy(scratch, s)
	return &scratch[0], nil
}

func (d beneath) enter(name string) (directory, error) {
	return openat2(int(d), name, oPath|syscall.O_DIRECTORY)
}

func (d beneath) lstat(name string) (info, error) {
	var scratch [256]byte
	path, err := cString(scratch[:], name)
	if err != nil {
		return info{}, err
	}
	var st syscall.Stat_t
	const noFollow = 0x100 // AT_SYMLINK_NOFOLLOW
	_, _, errno := syscall.Syscall6(sysFstatat, uintptr(d), uintptr(unsafe.Pointer(path)),
		uintptr(unsafe.Pointer(&st)), noFollow, 0, 0)
	if errno != 0 {
		return info{}, errno
	}
	return statInfo(&st), nil
}

// open opens a name of this directory without following a link, which leads
// nowhere else and is quicker than openat2 by a twentieth of a small file. What
// is a link, or lies deeper, is for openat2.
func (d beneath) open(name string) (handle, error) {
	if strings.IndexByte(name, '/') < 0 {
		fd, err := openat(int(d), name, readOnly|syscall.O_NOCTTY|syscall.O_NOFOLLOW)
		if err != syscall.ELOOP {
			return fdHandle(fd), err
		}
	}
	fd, err := openat2(int(d), name, readOnly|syscall.O_NOCTTY)
	return fdHandle(fd), err
}

func openat(dir int, name string, flags int) (int, error) {
	var scratch [256]byte
	path, err := cString(scratch[:], name)
	if err != nil {
		return -1, err
	}
	for {
		fd, _, errno := syscall.Syscall6(syscall.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(path)),
			uintptr(flags|syscall.O_CLOEXEC), 0, 0, 0)
		switch errno {
		case 0:
			return int(fd), nil
		case syscall.EINTR:
		default:
			return -1, errno
		}
	}
}

// openPlain opens a file beneath no root. Package os would wait for a file that
// can be waited for, such as /proc/kmsg, until there is something to read.
func openPlain(name string) (handle, error) {
	for {
		fd, err := syscall.Open(name, readOnly|syscall.O_NOCTTY|syscall.O_CLOEXEC, 0)
		if err == syscall.EINTR {
			continue
		}
		return fdHandle(fd), err
	}
}

// special reports whether a name leads to something that is not a regular file.
func special(name string) bool {
	var st syscall.Stat_t
	err := syscall.Stat(name, &st)
	return err == nil && st.Mode&syscall.S_IFMT != syscall.S_IFREG
}

func (d beneath) close() { syscall.Close(int(d)) }

// fdHandle is a file by its descriptor.
type fdHandle int

func (h fdHandle) read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(int(h), p)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return 0, err
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

func (h fdHandle) stat() (info, Stat, error) {
	var st syscall.Stat_t
	err := syscall.Fstat(int(h), &st)
	return statInfo(&st), newStat(&st), err
}

func (h fdHandle) mmap(offset, size int64) []byte {
	if size <= 0 {
		return nil
	}
	return mapWindow(int(h), offset, int(size))
}

func (h fdHandle) unmap(memory []byte) { unmapWindow(memory) }

func (h fdHandle) readAt(p []byte, offset int64) (read int, err error) {
	for read < len(p) {
		n, err := syscall.Pread(int(h), p[read:], offset+int64(read))
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return read, err
		case n == 0:
			return read, io.EOF
		}
		read += n
	}
	return read, nil
}

func (h fdHandle) seek(offset int64) error {
	_, err := syscall.Seek(int(h), offset, io.SeekStart)
	return err
}

func (h fdHandle) close() { syscall.Close(int(h)) }

func statInfo(st *syscall.Stat_t) info {
	mode := fs.ModeIrregular
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		mode = 0
	case syscall.S_IFLNK:
		mode = fs.ModeSymlink
	case syscall.S_IFDIR:
		mode = fs.ModeDir
	}
	return info{st.Size, st.Mtim.Nano(), mode}
}
