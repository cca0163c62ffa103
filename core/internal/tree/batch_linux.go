//go:build linux && (amd64 || arm64)

package tree

import (
	"path"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"checksig/internal/names"
)

// ringOpener opens files through a ring: all of a batch by one system call, and reads the small ones by
// another. Between them each is looked at by a call of its own (fstat): the ring has one too, but hands it
// to a thread of the kernel, which takes longer. Without the look the ring would save twice as much, and
// would read what has taken the place of a file since its directory was listed: a FIFO, or a device.
type ringOpener struct {
	find  func(name string) (dir beneath, base string) // "": not to be opened
	flags int
	ring  *ring  // nil after it has failed
	lost  bool   // the kernel may still write to first
	first []byte // of all files
	found []found
	paths []byte // those of found
	dirs  directories
	// answered lets a test make something else of an answer.
	answered func(op uint8, result int32) int32
}

// found is what is to be opened: the start of a path, which a NUL ends, and the directory that it begins in.
type found struct {
	dir  beneath
	path int // -1: nothing
}

// newBatchOpener returns what opens files beneath a root as Finder.Open does: if they lie in their
// directories, by names that are no links.
func newBatchOpener(r *Root) batchOpener {
	top, ok := r.top.(beneath)
	if !ok {
		return nil
	}
	o := newRingOpener(syscall.O_NOFOLLOW)
	if o == nil {
		return nil // and no interface with a nil in it
	}
	o.dirs = directories{top: top, held: none}
	o.find = o.dirs.find
	return o
}

// newOutrightOpener returns what opens files as OpenFile does.
func newOutrightOpener() batchOpener {
	o := newRingOpener(0)
	if o == nil {
		return nil
	}
	o.dirs.held = none
	o.find = func(name string) (beneath, string) {
		const here = -100 // AT_FDCWD
		if special(name) {
			return here, ""
		}
		return here, name
	}
	return o
}

func newRingOpener(flags int) *ringOpener {
	if ringRefused() != nil {
		return nil
	}
	made, err := newRing(BatchFiles)
	if err != nil {
		return nil
	}
	// Not of Go's memory: that of a ring that is lost must never be used for anything else.
	first, err := syscall.Mmap(-1, 0, BatchFiles*BatchRead, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		made.close()
		return nil
	}
	return &ringOpener{ring: made, first: first, flags: readOnly | syscall.O_NOCTTY | syscall.O_CLOEXEC | flags}
}

func (o *ringOpener) close() {
	if o.ring != nil {
		o.ring.close()
	}
	if !o.lost {
		_ = syscall.Munmap(o.first)
	}
	o.dirs.close()
}

func (o *ringOpener) open(names []string, files []File) {
	if o.ring == nil {
		return
	}
	defer o.dirs.leave()
	o.spell(names)
	for i, f := range o.found {
		if f.path >= 0 {
			o.ring.add(request{
				op: opOpenat, fd: int32(f.dir), addr: address(o.paths[f.path:]), flags: uint32(o.flags), user: uint64(i),
			})
		}
	}
	o.run(opOpenat, func(i uint64, fd int32) {
		if fd >= 0 {
			files[i].handle = fdHandle(fd)
		}
	})
	runtime.KeepAlive(o.paths)
	o.read(files)
}

// spell finds what is to be opened.
func (o *ringOpener) spell(names []string) {
	o.paths, o.found = o.paths[:0], o.found[:0]
	for _, name := range names {
		f := found{path: -1}
		if name != "" && strings.IndexByte(name, 0) < 0 {
			var base string
			if f.dir, base = o.find(name); base != "" {
				f.path = len(o.paths)
				o.paths = append(append(o.paths, base...), 0)
			}
		}
		o.found = append(o.found, f)
	}
}

// read looks at files, and reads those that are small.
func (o *ringOpener) read(files []File) {
	for i := range files {
		if files[i].handle == nil {
			continue
		}
		file, err := newFile(files[i].handle)
		files[i] = file
		if err != nil || file.opened.size == 0 || file.opened.size >= BatchRead || o.ring == nil {
			continue
		}
		// From the offset 0, which leaves the place in the file where it is: what does not bring all
		// leaves no trace.
		o.ring.add(request{
			op: opRead, fd: int32(file.handle.(fdHandle)), addr: address(o.first[i*BatchRead:]), length: BatchRead, user: uint64(i),
		})
	}
	o.run(opRead, func(i uint64, n int32) {
		// There was room for more, so who gets exactly this has seen the end.
		if int64(n) == files[i].opened.size {
			files[i].first = o.first[i*BatchRead:][:n]
		}
	})
}

// address returns where bytes lie that the kernel is told of. Whoever calls keeps them alive.
func address(bytes []byte) uint64 { return uint64(uintptr(unsafe.Pointer(&bytes[0]))) }

// run has the ring do what was added. A ring that fails is used no more.
func (o *ringOpener) run(op uint8, take func(i uint64, result int32)) {
	if o.ring == nil {
		return
	}
	err := o.ring.run(func(i uint64, result int32) {
		if o.answered != nil {
			result = o.answered(op, result)
		}
		take(i, result)
	})
	if err != nil {
		o.ring.close()
		o.ring, o.lost = nil, err == errLost
	}
}

// directories finds the directories of names, and holds on to those of a batch.
type directories struct {
	top  beneath
	held beneath // that of the last name
	name string  // of held
	old  []beneath
}

const none beneath = -1

// find returns the directory of a name, and the name in it; "" if there is something about it.
func (d *directories) find(name string) (beneath, string) {
	name, ok := names.Clean(name)
	if !ok {
		return none, ""
	}
	parent, base := path.Split(name)
	if parent == "" {
		return d.top, base
	}
	if d.held == none || d.name != parent {
		d.old = append(d.old, d.held)
		d.held, _ = openat2(int(d.top), parent, oPath|syscall.O_DIRECTORY)
		d.name = parent
	}
	if d.held == none {
		return none, ""
	}
	return d.held, base
}

// leave closes the directories but that of the last name: the next name mostly lies there too.
func (d *directories) leave() {
	for _, dir := range d.old {
		if dir != none {
			dir.close()
		}
	}
	d.old = d.old[:0]
}

func (d *directories) close() {
	d.old = append(d.old, d.held)
	d.held = none
	d.leave()
}
