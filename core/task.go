package checksig

import (
	"encoding/hex"
	"errors"
	"strings"

	"checksig/internal/lanes"
	"checksig/internal/sums"
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
	mapped bool  // the file is to be mapped
	size   int64 // read so far, in bytes
}

// begin makes a task of an entry and its open file.
func (t *task) begin(e *Entry, file tree.File) {
	t.entry, t.file, t.size, t.open = e, file, 0, true
	t.mapped = mappable(e.Algorithm, file.Size())
}

// mappable reports whether a file of that size is to be mapped.
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
	result := t.worker.judge(t.entry, sum, t.size)
	if result.Status == OK && t.worker.run.purpose == verifying && t.file.Whole() {
		return result, nil
	}
	return result, t.file.Unchanged()
}

// judge turns a digest into a result.
func (w *worker) judge(e *Entry, sum []byte, size int64) Result {
	result := Result{Name: e.Name, Algorithm: e.Algorithm, Listed: e.Digest, Size: size, Line: e.Line}
	w.digits = hex.AppendEncode(w.digits[:0], sum)
	switch w.run.purpose {
	case verifying:
		if !strings.EqualFold(e.Digest, string(w.digits)) {
			result.Status = Mismatch
		} else if !w.run.opts.KeepOK {
			return result // it will only be counted
		}
	case listing:
		line := sums.New(e.Name, string(w.digits), e.Algorithm.Tag, e.Style)
		w.line = sums.Append(w.line[:0], line)
		result.Text = string(w.line)
	case hashing:
	}
	result.Found = string(sum)
	return result
}
