package work

import (
	"errors"
	"sync"

	"checksig/internal/claim"
	"checksig/internal/lanes"
	"checksig/internal/tree"
	"checksig/internal/verdict"
)

// PartSize is the length in bytes of the parts of a file that several workers
// hash: a power of two.
const PartSize = 8 << 20

// whole is a file that is hashed in parts, by whichever workers are free.
type whole struct {
	index  int // of the entry
	entry  *claim.Entry
	join   func(parts [][]byte) []byte
	mu     sync.Mutex // of what follows
	file   tree.File
	open   bool
	size   int64    // in bytes, that are expected
	read   int64    // of them
	values [][]byte // of the parts
	left   int      // parts that are not done
	err    error    // the first
}

// newWhole returns the file of an entry as parts, or nil if there is no splitting
// it: the algorithm does not, or the file is too small.
func newWhole(index int, e *claim.Entry, size int64) *whole {
	splitter, ok := e.Algorithm.Lanes.(lanes.Splitter)
	parts := int((size + PartSize - 1) / PartSize)
	if !ok || parts < 2 || e.Also != nil {
		return nil
	}
	return &whole{index: index, entry: e, size: size, join: splitter.Join, values: make([][]byte, parts), left: parts}
}

// section returns a part of the file, which the first to ask for one opens.
func (f *whole) section(w *worker, i int) (tree.Section, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil && !f.open {
		f.file, f.err = w.openPatiently(f.entry.Name)
		f.open = f.err == nil
		if f.open {
			w.crew.expect(f.index, f.size, f.file.Size())
			f.size = f.file.Size()
		}
		if f.open && int((f.file.Size()+PartSize-1)/PartSize) != len(f.values) {
			f.err = tree.ErrChanged
		}
	}
	return f.file.Section(int64(i)*PartSize, PartSize), f.err
}

// done takes the value of a part of which so many bytes were read, and returns true if it was the last that was
// missing.
func (f *whole) done(i int, value []byte, read int64, err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read += read
	if errors.Is(err, lanes.ErrLost) {
		err = f.file.Lost()
	}
	if f.err == nil {
		f.err = err
	}
	f.values[i] = append([]byte(nil), value...)
	f.left--
	return f.left == 0
}

// settle turns the values of all parts into a result.
func (f *whole) settle(w *worker) verdict.Result {
	if f.err != nil && !f.open {
		return failure(f.entry, f.err)
	}
	if f.err != nil {
		return w.failure(f.entry, &f.file, f.err)
	}
	result := w.crew.judge.ResultByDigests(f.entry, claim.Found{Digests: f.join(f.values)}, f.file.Size())
	if err := w.look(&f.file, &result); err != nil {
		return w.failure(f.entry, &f.file, err)
	}
	return result
}

// close closes the file, if it is open.
func (f *whole) close(drop bool) {
	if f.open {
		if drop {
			f.file.Drop()
		}
		f.file.Close()
		f.open = false
	}
}

// part is a part of a file on its way through a lane.
type part struct {
	worker  *worker
	file    *whole
	number  int
	section tree.Section
	mapped  bool
	read    int64 // so far, in bytes
}

// Start returns where the part begins.
func (p *part) Start() int64 { return int64(p.number) * PartSize }

// Piece is called by the lane for the next bytes.
func (p *part) Piece(buffer []byte) (piece []byte, last bool, err error) {
	if p.mapped {
		piece, last, err = p.section.MappedPiece(buffer)
	} else {
		piece, last, err = p.section.Piece(buffer)
	}
	p.read += int64(len(piece))
	p.worker.pace(len(piece))
	return piece, last, err
}

// Done is called by the lane with the value.
func (p *part) Done(value []byte, err error) {
	p.section.Close()
	delete(p.worker.parts, p)
	p.worker.donePart(p, value, err)
}

func (w *worker) donePart(p *part, value []byte, err error) {
	f := p.file
	if !f.done(p.number, value, p.read, err) {
		return
	}
	w.crew.expect(f.index, f.size, f.read)
	result := f.settle(w)
	f.close(w.run.reading.DropCache)
	if err := w.Emit(result); err != nil && w.failed == nil {
		w.failed = err
	}
}

// checkPart starts to hash a part of a file.
func (w *worker) checkPart(f *whole, i int) error {
	if w.run.reading.Fault {
		panic("a fault that a test asked for")
	}
	set := w.set(f.entry.Algorithm)
	for set.Full() {
		if err := w.step(set); err != nil {
			return err
		}
	}
	section, err := f.section(w, i)
	p := &part{
		worker: w, file: f, number: i, section: section, mapped: w.maps(PartSize),
	}
	if err != nil {
		w.donePart(p, nil, err)
		return w.failed
	}
	w.parts[p] = true
	set.Start(p)
	return w.failed
}
