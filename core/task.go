package checksig

import (
	"errors"

	"checksig/internal/lanes"
	"checksig/internal/tree"
)

// mapFrom is the size in bytes from which a file is mapped rather than read:
// for smaller ones, setting up and tearing down costs more than the copy.
const mapFrom = 1 << 20

// task is a file on its way through a lane.
type task struct {
	worker *worker
	entry  *Entry
	file   tree.File
	open   bool
	mixed  *mix  // nil if there is one digest
	mapped bool  // the file is to be mapped
	size   int64 // read so far, in bytes
}

// begin makes a task of an entry and its open file.
func (t *task) begin(e *Entry, file tree.File, mixed *mix) {
	t.entry, t.file, t.mixed, t.size, t.open = e, file, mixed, 0, true
	t.mapped = mixed == nil && mappable(e.Algorithm, file.Size())
}

// mappable reports whether a file of that size is to be mapped, if it has one
// digest: several must be of the same bytes, and mapped ones may change.
func mappable(a *Algorithm, size int64) bool {
	return size >= mapFrom && (a.Lanes == nil || a.Lanes.InPlace()) && lanes.Guards()
}

// close closes the file, if it is open.
func (t *task) close() {
	if t.open {
		if t.worker.run.opts.DropCache {
			t.file.Drop()
		}
		t.file.Close()
		t.open = false
	}
}

// Piece is called by the lane for the next bytes.
func (t *task) Piece(buffer []byte) (piece []byte, last bool, err error) {
	if t.mapped {
		piece, last, err = t.file.MappedPiece(buffer)
	} else {
		piece, last, err = t.file.Piece(buffer)
	}
	t.size += int64(len(piece))
	t.worker.run.bytes.Add(int64(len(piece)))
	return piece, last, err
}

// Done is called by the lane with the digest.
func (t *task) Done(sum []byte, err error) {
	w := t.worker
	result, err := t.settle(sum, err)
	if err != nil {
		result = failure(*t.entry, err)
		result.Size = t.size
	}
	t.close()
	w.free = append(w.free, t)
	if err := w.emit(result); err != nil && w.failed == nil {
		w.failed = err
	}
}

// settle turns a digest into a result, if it is one of the file as it is.
func (t *task) settle(sum []byte, err error) (Result, error) {
	if errors.Is(err, lanes.ErrLost) {
		err = t.file.Lost()
	}
	if err != nil {
		return Result{}, err
	}
	result := t.worker.judge(t.entry, t.mixed, sum, t.size)
	if result.Status == OK && t.worker.run.purpose == verifying && t.file.Whole() {
		return result, nil
	}
	return result, t.file.Unchanged()
}
