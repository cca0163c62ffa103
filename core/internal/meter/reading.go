package meter

import (
	"errors"
	"time"

	"checksig/internal/lanes"
	"checksig/internal/tree"
	"checksig/internal/work"
)

// openAtOnce is how many times as many files as a batch has are opened before the time is looked at.
const openAtOnce = 8

// copying measures reading into the buffers of all lanes in turn.
func (m *meter) copying() error {
	set := m.algorithm.Set(m.run.Kernels())
	defer set.Close()
	buffers := borrow(set)
	next := 0
	rate, err := m.reading(copyFrom, func(file tree.File, limit int64) (read int64, took time.Duration) {
		defer file.Close()
		began := time.Now()
		for read < limit && m.run.Context().Err() == nil {
			piece, last, err := file.Piece(buffers[next])
			if err != nil {
				return 0, 0
			}
			read += int64(len(piece))
			next = (next + 1) % len(buffers)
			if last {
				break
			}
		}
		return read, time.Since(began)
	})
	if err != nil {
		return err
	}
	return m.emit(CopyRate, rate, "")
}

// mapping measures hashing mapped files, from opening them to closing them, in all lanes.
func (m *meter) mapping() error {
	if !lanes.Guards() {
		return nil // no file is mapped
	}
	files := m.sample.largerThan(work.MapFrom)
	if len(files) == 0 {
		return nil
	}
	set := m.algorithm.Set(m.run.Kernels())
	defer set.Close()
	next := 0
	rate, err := m.best(func() (done int64, took time.Duration) {
		began := time.Now()
		var under []*mapped
		defer func() {
			for _, f := range under { // the time may be over before they are
				f.close()
			}
		}()
		for !set.Full() {
			p := files[next]
			next = (next + 1) % len(files)
			file, err := m.finder.Open(p.name)
			if err != nil {
				break // gone since
			}
			f := &mapped{file: file, open: true, left: p.bytes, done: &done}
			under = append(under, f)
			set.Start(f)
		}
		for set.Live() > 0 && m.run.Context().Err() == nil {
			set.Step()
		}
		return done, time.Since(began)
	})
	if err != nil {
		return err
	}
	return m.emit(MappedRate, rate, "")
}

// reading measures read, which closes the file, on the large files of the sample
// that are no smaller than least.
func (m *meter) reading(least int64, read func(file tree.File, limit int64) (int64, time.Duration)) (rate float64, err error) {
	files := m.sample.largerThan(least)
	if len(files) == 0 {
		return 0, nil
	}
	next := 0
	return m.best(func() (int64, time.Duration) {
		p := files[next]
		next = (next + 1) % len(files)
		file, err := m.finder.Open(p.name)
		if err != nil {
			return 0, 0 // gone since
		}
		return read(file, p.bytes)
	})
}

// opening measures what a small file costs besides its bytes.
func (m *meter) opening() error {
	buffer := make([]byte, FirstRead)
	return m.files(OpenTime, func(names []string) (opened int64) {
		for _, name := range names {
			if file, err := m.finder.Open(name); err == nil { // else it is gone since
				opened += first(&file, buffer)
			}
		}
		return opened
	})
}

// ringing measures the same, of files that are opened together.
func (m *meter) ringing(dir *tree.Root) error {
	if !m.run.Ring() {
		return nil
	}
	batch := dir.Batch()
	if batch == nil {
		return nil
	}
	defer batch.Close()
	buffer := make([]byte, RingRead)
	return m.files(RingTime, func(names []string) (opened int64) {
		batch.Open(names)
		for i := range names {
			if file, ok := batch.Take(i); ok {
				opened += first(&file, buffer)
			}
		}
		return opened
	})
}

// files measures what opens so many files of the sample, and says how many it has opened.
func (m *meter) files(name string, open func(names []string) (opened int64)) error {
	names := m.sample.names
	if len(names) == 0 {
		return nil
	}
	next := 0
	rate, err := m.best(func() (opened int64, took time.Duration) {
		began := time.Now()
		for range openAtOnce {
			some := names[next:min(next+tree.BatchFiles, len(names))]
			next = (next + len(some)) % len(names)
			opened += open(some)
			if m.run.Context().Err() != nil {
				break
			}
		}
		return opened, time.Since(began)
	})
	if err != nil || rate == 0 {
		return err
	}
	return m.emit(name, float64(time.Second)/rate, "")
}

// first reads how a file begins, and closes it; it returns 1 if that went well.
func first(file *tree.File, buffer []byte) (well int64) {
	defer file.Close()
	if _, _, err := file.Piece(buffer); err == nil {
		return 1
	}
	return 0
}

// borrow returns the buffers of all lanes. They stay until the set is closed.
func borrow(set lanes.Set) (buffers [][]byte) {
	var lenders []*lender
	for !set.Full() {
		l := &lender{}
		set.Start(l)
		lenders = append(lenders, l)
	}
	set.Step()
	for _, l := range lenders {
		buffers = append(buffers, l.buffer)
	}
	return buffers
}

// lender is a message that shows the buffer of its lane.
type lender struct{ buffer []byte }

// Piece is called by the lane for the next bytes.
func (l *lender) Piece(buffer []byte) (piece []byte, last bool, err error) {
	l.buffer = buffer
	return buffer[:lanes.PieceUnit], false, nil
}

// Done is never called: there is no end.
func (l *lender) Done([]byte, error) {}

// mapped is a mapped file that is hashed, or the start of one.
type mapped struct {
	file tree.File
	open bool
	left int64  // bytes to hash
	seen int64  // bytes so far
	done *int64 // bytes of all files that were mapped, and hashed as far as they should be
}

var (
	errEnough    = errors.New("enough of the file")
	errNotMapped = errors.New("the file cannot be mapped")
)

// Piece is called by the lane for the next bytes.
func (m *mapped) Piece(buffer []byte) (piece []byte, last bool, err error) {
	if m.left <= 0 {
		return nil, false, errEnough
	}
	piece, last, err = m.file.MappedPiece(buffer)
	if err == nil && !last && &piece[0] == &buffer[0] {
		err = errNotMapped
	}
	m.left -= int64(len(piece))
	m.seen += int64(len(piece))
	return piece, last, err
}

// Done is called by the lane at the end.
func (m *mapped) Done(_ []byte, err error) {
	if err == nil || errors.Is(err, errEnough) {
		*m.done += m.seen
	}
	m.close()
}

func (m *mapped) close() {
	if m.open {
		m.file.Close()
		m.open = false
	}
}
