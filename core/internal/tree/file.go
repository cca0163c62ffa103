package tree

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
	"unsafe"
)

// File is a regular file, open for reading from its start to the size that it
// had when it was opened.
//
// What the promise needs of the operating system, and nothing else is asked:
// one look at what was opened, since only that tells a regular file from a
// device and says how long it is; one read for a file that fits the buffer with
// room to spare, because a read that could have brought more and did not has
// seen the end; and a second look, by Unchanged, at a file that took several
// reads or is not what the list says. A file that one read brought, and whose
// digest is the one listed, needs no second look: these bytes are right. It is
// the same for the read of a Batch, which asks for more than there is as well.
type File struct {
	handle handle
	opened info
	first  []byte // read by a Batch, and not passed on yet
	waits  *int   // how many files have such bytes
	read   int64
	mapped window // of the file
	ended  bool   // one read brought all, and saw the end
}

// OpenFile opens a file that the caller names outright, beneath no root. It looks
// first: to open a FIFO would let go of who waits to write to it, and to close it
// would break the pipe.
func OpenFile(name string) (File, error) {
	if special(name) {
		return File{}, ErrNotRegular
	}
	file, err := openPlain(name)
	if err != nil {
		return File{}, explain(err)
	}
	return newFile(file)
}

// SizeOf is Finder.Size for a name beneath no root.
func SizeOf(name string) int64 {
	i, err := os.Stat(name)
	if err != nil || !i.Mode().IsRegular() {
		return 0
	}
	return i.Size()
}

func newFile(h handle) (File, error) {
	opened, _, err := h.stat()
	if err == nil && !opened.mode.IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		h.close()
		return File{}, cause(err)
	}
	return File{handle: h, opened: opened}, nil
}

// Size returns the size in bytes at the time of opening.
func (f *File) Size() int64 {
	return f.opened.size
}

// Close closes the file. Pieces of it must not be used any more.
func (f *File) Close() {
	f.passOn(len(f.first))
	f.mapped.close(f.handle)
	f.handle.close()
}

// Piece returns the next bytes of the file, and whether they are the last. All
// pieces but the last fill the buffer. At the end of the file it is ErrChanged
// if there are fewer bytes, or more, than there were when it was opened: else a
// file cut short while it is read would pass for a shorter file.
func (f *File) Piece(buffer []byte) (piece []byte, last bool, err error) {
	n := 0
	for {
		got, err := f.readOn(buffer[n:])
		n += got
		f.read += int64(got)
		switch {
		case f.read > f.opened.size, err == io.EOF && f.read < f.opened.size:
			return nil, false, ErrChanged
		case err != nil && err != io.EOF:
			return nil, false, cause(err)
		case f.read == f.opened.size:
			f.ended = n < len(buffer) && int64(n) == f.read
			return buffer[:n], true, nil
		case n == len(buffer):
			return buffer, false, nil
		}
	}
}

// readOn reads the next bytes, or passes on what a Batch has read.
func (f *File) readOn(p []byte) (int, error) {
	if len(f.first) == 0 {
		return f.handle.read(p)
	}
	n := copy(p, f.first)
	f.passOn(n)
	return n, nil
}

// passOn counts the file as read once nobody needs the bytes of the Batch any more.
func (f *File) passOn(n int) {
	if n > 0 && n == len(f.first) {
		*f.waits--
	}
	f.first = f.first[n:]
}

// Text is Piece as a text, which is good until the buffer is used again.
func (f *File) Text(buffer []byte) (text string, last bool, err error) {
	piece, last, err := f.Piece(buffer)
	return unsafe.String(unsafe.SliceData(piece), len(piece)), last, err
}

// MappedPiece is Piece without the copy: pieces lie in mapped memory until the
// next call, except for the last, which is read into the buffer. Mapped memory
// is a promise that the file can break: when it is cut short, reading there is
// a fault of the processor. The caller deals with it.
//
// A file that cannot be mapped is read.
func (f *File) MappedPiece(buffer []byte) (piece []byte, last bool, err error) {
	if piece := f.mapped.next(f.handle, f.read, f.opened.size); piece != nil {
		f.read += int64(len(piece))
		return piece, false, nil
	}
	if f.mapped.used {
		f.mapped.used = false
		if err := f.handle.seek(f.read); err != nil {
			return nil, false, cause(err)
		}
	}
	return f.Piece(buffer)
}

// Unchanged returns nil if the file is still what it was when it was opened,
// else ErrChanged.
func (f *File) Unchanged() error {
	_, err := f.Look()
	return err
}

// Look is Unchanged, and says what the file is now, if it is changed too.
func (f *File) Look() (Stat, error) {
	now, stat, err := f.handle.stat()
	if err != nil {
		return Stat{}, cause(err)
	}
	if now != f.opened {
		return stat, ErrChanged
	}
	return stat, nil
}

// Lost returns why mapped bytes of the file went away: ErrChanged, or else the
// error of a device that did not deliver them.
func (f *File) Lost() error {
	return cmp.Or(f.Unchanged(), error(syscall.EIO))
}

// Whole reports whether all bytes came in one read that saw the end.
func (f *File) Whole() bool {
	return f.ended
}

// ReadAll returns the bytes of a file that is what it was when it was opened.
func (f *File) ReadAll() ([]byte, error) {
	// A byte more, so that the read can see the end.
	piece, _, err := f.Piece(make([]byte, f.opened.size+1))
	if err == nil {
		err = f.Unchanged()
	}
	return piece, err
}

// cause strips the path from an error: a Result says the path already.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
