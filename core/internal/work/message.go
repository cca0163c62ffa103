package work

import (
	"errors"

	"checksig/internal/claim"
	"checksig/internal/lanes"
	"checksig/internal/tree"
	"checksig/internal/verdict"
)

// MapFrom is the size in bytes from which a file is mapped rather than read:
// for smaller ones, setting up costs as much as the copy.
const MapFrom = 256 << 10

// message is a file on its way through a lane.
type message struct {
	worker *worker
	index  int // of the entry
	entry  *claim.Entry
	file   tree.File
	open   bool
	mixed  *mix  // nil if there is one digest
	mapped bool  // the file is to be mapped
	size   int64 // read so far, in bytes
}

// begin makes a message of an entry and its open file.
func (m *message) begin(i int, e *claim.Entry, file tree.File, mixed *mix) {
	m.index, m.entry, m.file, m.mixed, m.size, m.open = i, e, file, mixed, 0, true
	m.mapped = mixed == nil && m.worker.maps(file.Size())
}

// maps reports whether a file of that size is to be mapped, if it has one
// digest: several must be of the same bytes, and mapped ones may change. What is
// mapped cannot be dropped from the page cache.
func (w *worker) maps(size int64) bool {
	return size >= MapFrom && !w.run.reading.DropCache && lanes.Guards()
}

// close closes the file, if it is open.
func (m *message) close() {
	if m.open {
		if m.worker.run.reading.DropCache {
			m.file.Drop()
		}
		m.file.Close()
		m.open = false
	}
}

// Piece is called by the lane for the next bytes.
func (m *message) Piece(buffer []byte) (piece []byte, last bool, err error) {
	if m.mapped {
		piece, last, err = m.file.MappedPiece(buffer)
	} else {
		piece, last, err = m.file.Piece(buffer)
	}
	m.size += int64(len(piece))
	m.worker.pace(len(piece))
	return piece, last, err
}

// Done is called by the lane with the digest.
func (m *message) Done(sum []byte, err error) {
	w := m.worker
	result, err := m.settle(sum, err)
	if err != nil {
		result = w.failure(m.entry, &m.file, err)
		result.Size = m.size
	}
	w.crew.expect(m.index, m.file.Size(), m.size)
	m.close()
	w.free = append(w.free, m)
	if err := w.Emit(result); err != nil && w.failed == nil {
		w.failed = err
	}
}

// settle turns a digest into a result, if it is one of the file as it is.
func (m *message) settle(sum []byte, err error) (verdict.Result, error) {
	if errors.Is(err, lanes.ErrLost) {
		err = m.file.Lost()
	}
	if err != nil {
		return verdict.Result{}, err
	}
	result := m.worker.crew.judge.ResultByDigests(m.entry, m.mixed.found(sum), m.size)
	if result.Status == verdict.OK && m.worker.crew.judge.Compares() && m.file.Whole() && !m.worker.run.reading.Stat {
		return result, nil
	}
	err = m.worker.look(&m.file, &result)
	return result, err
}
