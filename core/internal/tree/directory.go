package tree

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// readOnly is how files are opened. O_NONBLOCK keeps a FIFO without a writer, or
// a device without a medium, from holding us up before we can look at it.
const readOnly = os.O_RDONLY | syscall.O_NONBLOCK

// directory opens what is beneath it, and nothing else. There are two: openat2,
// a system call of Linux that opens a path beneath a directory, and os.Root,
// which opens one element of the path after the other, everywhere.
type directory interface {
	enter(name string) (directory, error)
	// list calls look for each name in a directory beneath this one, by way of a
	// buffer. The bytes of the name are only there until look returns; isDir is false
	// for a link. It returns the device of the directory, or ErrElsewhere if that is
	// another one than that of the directory above.
	list(name string, above int64, buffer []byte, look func(base []byte, isDir func() bool) error) (device int64, err error)
	lstat(name string) (info, error)
	open(name string) (handle, error)
	close()
}

// handle is an open file of any kind.
type handle interface {
	read(p []byte) (int, error) // io.EOF at the end
	stat() (info, Stat, error)
	mmap(offset, size int64) []byte // nil if it cannot be
	unmap(memory []byte)
	readAt(p []byte, offset int64) (int, error) // io.EOF if there is less
	seek(offset int64) error
	cached() bool
	request(offset, length int64)
	drop()
	place() int64
	close()
}

// info is what tells one state of a file from another.
type info struct {
	size  int64
	mtime int64 // nanoseconds since 1970
	mode  fs.FileMode
}

// Stat is what a file was when it was looked at: more than info has, for who wants
// to know it again another day.
type Stat struct {
	Size          int64 // in bytes
	MTime, CTime  int64 // nanoseconds since 1970
	Inode, Device int64
}

func newInfo(i fs.FileInfo) info {
	return info{i.Size(), i.ModTime().UnixNano(), i.Mode().Type()}
}

// portable is a directory by os.Root.
type portable struct {
	root *os.Root
}

func (d portable) enter(name string) (directory, error) {
	root, err := d.root.OpenRoot(name)
	return portable{root}, err
}

// anyDevice stands for the device of a directory, whichever that is.
const anyDevice = -1

// chunk is how many names of a directory are held at a time: a directory of
// ten million files must not need memory for ten million names.
const chunk = 1024

func (d portable) list(name string, above int64, _ []byte, look func(base []byte, isDir func() bool) error) (int64, error) {
	parent, err := d.root.OpenRoot(name)
	if err != nil {
		return 0, err
	}
	defer parent.Close()
	file, err := parent.OpenFile(".", listOnly, 0)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	i, err := file.Stat()
	if err != nil {
		return 0, err
	}
	device := statOf(i).Device
	if above != anyDevice && above != device {
		return 0, ErrElsewhere
	}
	for {
		bases, err := file.Readdirnames(chunk)
		for _, base := range bases {
			isDir := func() bool {
				i, err := parent.Lstat(base)
				return err == nil && i.IsDir()
			}
			if err := look([]byte(base), isDir); err != nil {
				return device, err
			}
		}
		if errors.Is(err, io.EOF) {
			return device, nil
		}
		if err != nil {
			return device, err
		}
	}
}

func (d portable) lstat(name string) (info, error) {
	i, err := d.root.Lstat(name)
	if err != nil {
		return info{}, err
	}
	return newInfo(i), nil
}

func (d portable) open(name string) (handle, error) {
	file, err := d.root.OpenFile(name, readOnly, 0)
	return osHandle{file}, err
}

func (d portable) close() { d.root.Close() }

// osHandle is a file of package os.
type osHandle struct {
	file *os.File
}

func (h osHandle) read(p []byte) (int, error) { return h.file.Read(p) }

func (h osHandle) stat() (info, Stat, error) {
	i, err := h.file.Stat()
	if err != nil {
		return info{}, Stat{}, err
	}
	return newInfo(i), statOf(i), nil
}

func (h osHandle) mmap(int64, int64) []byte { return nil }

func (h osHandle) unmap([]byte) {}

func (h osHandle) readAt(p []byte, offset int64) (int, error) {
	return h.file.ReadAt(p, offset)
}

func (h osHandle) seek(offset int64) error {
	_, err := h.file.Seek(offset, io.SeekStart)
	return err
}

// Where nothing is known of the page cache, files count as being in it.
func (h osHandle) cached() bool         { return true }
func (h osHandle) request(int64, int64) {}
func (h osHandle) drop()                {}
func (h osHandle) place() int64         { return 0 }

func (h osHandle) close() { h.file.Close() }
