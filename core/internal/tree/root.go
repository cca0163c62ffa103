// Package tree is the only code that opens files. What it opens lies beneath
// the root, is a regular file, and is known to be one because it was looked at
// after it was opened.
package tree

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"

	"checksig/internal/names"
)

// Reasons why a file is not read, besides those of the operating system.
var (
	ErrUnsafe     = names.ErrUnsafe
	ErrNotRegular = errors.New("not a regular file")
	ErrChanged    = errors.New("changed while it was read")
	ErrLink       = errors.New("a symbolic link, or below one")
	ErrNoLink     = errors.New("not a symbolic link")
)

// Root is a directory that no name leads out of.
type Root struct {
	root  *os.Root  // to walk
	top   directory // to open files
	plain bool      // links are not followed
}

// OpenRoot opens the directory dir.
func OpenRoot(dir string) (*Root, error) {
	if dir == "" {
		return nil, fs.ErrNotExist
	}
	// With a dot behind it, a FIFO is refused instead of waited for.
	root, err := os.OpenRoot(dir + "/.")
	if err != nil {
		return nil, cause(err)
	}
	top, err := openBeneath(root)
	if err != nil {
		top = portable{root}
	}
	return &Root{root: root, top: top}, nil
}

// RefuseLinks makes ErrLink of every name that leads through a symbolic link.
func (r *Root) RefuseLinks() { r.plain = true }

// Close closes the directory. Files opened in it stay open.
func (r *Root) Close() {
	r.top.close()
	r.root.Close()
}

// Probe looks for names in a directory, and opens nothing.
type Probe struct {
	dir    string
	root   *os.Root // nil until it is needed
	opened bool
}

// NewProbe returns a probe of the directory dir. It must be closed.
func NewProbe(dir string) *Probe { return &Probe{dir: dir} }

// Exists reports whether there is anything of a name. If the directory cannot be opened,
// there is nothing: who opens it next learns why.
func (p *Probe) Exists(name string) bool {
	if !p.opened {
		p.opened = true
		p.root, _ = os.OpenRoot(p.dir + "/.")
	}
	if p.root == nil {
		return false
	}
	_, err := p.root.Lstat(name)
	return err == nil
}

// Close gives up the directory.
func (p *Probe) Close() {
	if p.root != nil {
		p.root.Close()
	}
}

// Finder opens files of one root. It holds on to the directory of
// the last name, since the next name of a list mostly lies in the same one. A
// Finder belongs to one goroutine.
type Finder struct {
	root *Root
	name string    // of the directory held
	held directory // nil until a directory is held
}

// Finder returns a new Finder. It must be closed.
func (r *Root) Finder() *Finder {
	return &Finder{root: r}
}

// Close lets go of the directory held.
func (f *Finder) Close() {
	if f.held != nil {
		f.held.close()
		f.held = nil
	}
}

// Open opens name for reading.
func (f *Finder) Open(name string) (File, error) {
	if f.root.plain && f.root.linked(name) {
		return File{}, ErrLink
	}
	dir, base, err := f.enter(name)
	if err != nil {
		return File{}, err
	}
	file, err := dir.open(base)
	if dir != f.root.top && explain(err) == ErrUnsafe {
		// A link may lead out of its directory and still stay in the root.
		file, err = f.root.top.open(name)
	}
	if err != nil {
		return File{}, explain(err)
	}
	return newFile(file)
}

// Size returns the size in bytes of the regular file of a name, or 0: it is for who wants to
// know how much there is to read, and proves nothing.
func (f *Finder) Size(name string) int64 {
	dir, base, err := f.enter(name)
	if err != nil {
		return 0
	}
	found, err := dir.lstat(base)
	if err != nil || found.mode&^fs.ModeSymlink != 0 {
		return 0
	}
	if found.mode == 0 {
		return found.size
	}
	file, err := f.Open(name)
	if err != nil {
		return 0
	}
	defer file.Close()
	return file.Size()
}

// linked reports whether a name leads through a link, by a look at each directory
// on the way. Who puts a link there after the look wins nothing but what links
// are allowed otherwise: a file inside the root.
func (r *Root) linked(name string) bool {
	name, ok := names.Clean(name)
	for i := 0; ok && i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		if info, err := r.top.lstat(name[:i]); err == nil && info.mode&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

// ReadLink returns where a symbolic link leads, as it says itself. A name that leads
// through another link is refused.
func (r *Root) ReadLink(name string) (string, error) {
	name, ok := names.Clean(name)
	if !ok {
		return "", ErrUnsafe
	}
	if r.linked(path.Dir(name)) {
		return "", ErrLink
	}
	target, err := r.root.Readlink(name)
	if errors.Is(err, syscall.EINVAL) {
		return "", ErrNoLink
	}
	return target, explain(err)
}

// enter returns the directory of a name and the name in it.
func (f *Finder) enter(name string) (directory, string, error) {
	name, ok := names.Clean(name)
	if !ok {
		return nil, "", ErrUnsafe
	}
	dir, base := path.Split(name)
	if dir == "" {
		return f.root.top, base, nil
	}
	if f.held == nil || f.name != dir {
		f.Close()
		held, err := f.root.top.enter(dir)
		if err != nil {
			return nil, "", explain(err)
		}
		f.held, f.name = held, dir
	}
	return f.held, base, nil
}

// Crowded reports whether an error says that there is no file descriptor left.
func Crowded(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// explain maps the errors of the operating system to what they mean here. An
// escape is EXDEV from openat2, and an error without a number from os.Root.
func explain(err error) error {
	var errno syscall.Errno
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fs.ErrNotExist
	case errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.EOPNOTSUPP):
		return ErrNotRegular // a socket, or a device that nothing drives
	case errors.As(err, &errno) && errno != syscall.EXDEV:
		return errno
	}
	return ErrUnsafe
}
