package meter

import (
	"errors"
	"time"

	"checksig/internal/lanes"
	"checksig/internal/tree"
	"checksig/internal/work"
)

// openAtOnce is how many files are opened before the time is looked at.
const openAtOnce = 256

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

// touching measures looking at mapped files, from mapping them to unmapping.
func (m *meter) touching() error {
	if !lanes.Guards() {
		return nil // no file is mapped
	}
	set := lanes.Stream(&touch{}) // which is ready for mapped bytes that go away
	defer set.Close()
	rate, err := m.reading(work.MapFrom, func(file tree.File, limit int64) (int64, time.Duration) {
		began := time.Now()
		t := &touched{file: file, left: limit}
		set.Start(t)
		for set.Live() > 0 && m.run.Context().Err() == nil {
			set.Step()
		}
		t.file.Close()
		return t.done, time.Since(began)
	})
	if err != nil {
		return err
	}
	return m.emit(TouchRate, rate, "")
}

// reading measures read, which closes the file, on the large files of the sample
// that are no smaller than least.
func (m *meter) reading(least int64, read func(file tree.File, limit int64) (int64, time.Duration)) (rate float64, err error) {
	var files []portion
	for _, p := range m.sample.large {
		if p.bytes >= least {
			files = append(files, p)
		}
	}
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
	names := m.sample.names
	if len(names) == 0 {
		return nil
	}
	buffer := make([]byte, firstRead)
	next := 0
	rate, err := m.best(func() (opened int64, took time.Duration) {
		began := time.Now()
		for range openAtOnce {
			file, err := m.finder.Open(names[next])
			next = (next + 1) % len(names)
			if err != nil {
				continue // gone since
			}
			if _, _, err = file.Piece(buffer); err == nil {
				opened++
			}
			file.Close()
			if m.run.Context().Err() != nil {
				break
			}
		}
		return opened, time.Since(began)
	})
	if err != nil || rate == 0 {
		return err
	}
	return m.emit(OpenTime, float64(time.Second)/rate, "")
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

// touched is a mapped file that is looked at.
type touched struct {
	file tree.File
	left int64 // bytes to look at
	seen int64 // bytes so far
	done int64 // bytes, in the end; 0 if something was in the way
}

var (
	errEnough    = errors.New("enough of the file")
	errNotMapped = errors.New("the file cannot be mapped")
)

// Piece is called by the lane for the next bytes.
func (t *touched) Piece(buffer []byte) (piece []byte, last bool, err error) {
	if t.left <= 0 {
		return nil, false, errEnough
	}
	piece, last, err = t.file.MappedPiece(buffer)
	if err == nil && !last && &piece[0] == &buffer[0] {
		err = errNotMapped
	}
	t.left -= int64(len(piece))
	t.seen += int64(len(piece))
	return piece, last, err
}

// Done is called by the lane at the end.
func (t *touched) Done(_ []byte, err error) {
	if err == nil || errors.Is(err, errEnough) {
		t.done = t.seen
	}
}

// touch is a hash that looks at one byte of each cache line: all of the line has
// to come from memory for that, and what else there is to do is next to nothing:
// in the cache it gets through 80 GB/s, where the fastest kernel has 12.
type touch struct{ sum byte }

func (t *touch) Write(data []byte) (int, error) {
	const line = 64
	sum := t.sum
	for i := 0; i < len(data); i += line {
		sum += data[i]
	}
	t.sum = sum
	return len(data), nil
}

func (t *touch) Sum(sum []byte) []byte { return append(sum, t.sum) }

func (t *touch) Reset() { t.sum = 0 }

func (t *touch) Size() int { return 1 }

func (t *touch) BlockSize() int { return 1 }
