package tree

import (
	"errors"
	"io"
	"io/fs"
)

// File is a regular file, open for reading from its start to the size that it
// had when it was opened.
type File struct {
	handle handle
	opened info
	read   int64
}

// OpenFile opens a file that the caller names outright, beneath no root.
func OpenFile(name string) (*File, error) {
	file, err := openPlain(name)
	if err != nil {
		return nil, explain(err)
	}
	return newFile(file)
}

func newFile(h handle) (*File, error) {
	opened, err := h.stat()
	if err == nil && !opened.mode.IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		h.close()
		return nil, cause(err)
	}
	return &File{handle: h, opened: opened}, nil
}

// Size returns the size in bytes at the time of opening.
func (f *File) Size() int64 {
	return f.opened.size
}

// Close closes the file.
func (f *File) Close() {
	f.handle.close()
}

// Read reads the next bytes. At the end of the file it returns io.EOF if the
// file is still what it was when it was opened, else ErrChanged: without that,
// a file cut short while it is read would pass for a shorter file.
//
// There is no read for the sake of the end of the file alone, unless the file
// is said to be empty: files of /proc are, and are not.
func (f *File) Read(p []byte) (int, error) {
	if f.read == f.opened.size && f.read > 0 {
		return 0, f.unchanged()
	}
	n, err := f.handle.read(p)
	f.read += int64(n)
	switch {
	case f.read > f.opened.size:
		return n, ErrChanged
	case errors.Is(err, io.EOF) && f.read == f.opened.size:
		return n, f.unchanged()
	case errors.Is(err, io.EOF):
		return n, ErrChanged
	case err != nil:
		return n, cause(err)
	}
	return n, nil
}

func (f *File) unchanged() error {
	now, err := f.handle.stat()
	if err != nil {
		return cause(err)
	}
	if now != f.opened {
		return ErrChanged
	}
	return io.EOF
}

// cause strips the path from an error: a Result says the path already.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
