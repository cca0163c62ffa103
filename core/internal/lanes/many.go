package lanes

import (
	"errors"
	"hash"
)

// Digest is one of the algorithms that a set of several computes: Lanes, or New
// if that is all there is.
type Digest struct {
	Lanes *Algorithm
	New   func() hash.Hash
}

// many hashes messages with several algorithms, from one copy of their bytes:
// whatever becomes of a file while it is read, all digests are of the same bytes.
type many struct {
	memory  *Memory // the buffers, which all algorithms read
	columns []*column
	hashes  []func() hash.Hash
	order   []int // of the digests: columns from 0 up, hashes from -1 down
	free    []*row
	live    []*row
	sum     []byte
}

// column is one algorithm with kernels, in all lanes.
type column struct {
	algorithm *Algorithm
	kernels   []*Runner
	memory    *Memory // states, and buffers for the ends of messages
}

// row is where one message is hashed.
type row struct {
	number  int
	message Message
	buffer  []byte
	piece   []byte // the bytes that all algorithms are to hash
	length  uint64 // of the pieces so far
	last    bool
	cells   []cell // by column
	hashes  []hash.Hash
}

// cell is how far one algorithm is with one message.
type cell struct {
	rest  []byte // whole blocks, to be hashed
	ended bool   // rest is the end of the message, with its padding
}

// NewMany returns an empty set that computes several digests of each message. Done
// gets them one after the other.
func NewMany(digests []Digest, on On) Set {
	n := 1
	for _, d := range digests {
		if d.Lanes != nil {
			n = max(n, Widest(d.Lanes.Choose, on))
		}
	}
	s := &many{memory: NewMemory(n, min(maxPiece, pieces/n/PieceUnit*PieceUnit))}
	for _, d := range digests {
		if d.Lanes == nil {
			s.hashes = append(s.hashes, d.New)
			s.order = append(s.order, -len(s.hashes))
			continue
		}
		s.order = append(s.order, len(s.columns))
		s.columns = append(s.columns, &column{d.Lanes, Runners(d.Lanes.Choose, on, n), NewMemory(n, d.Lanes.Block)})
	}
	for i := range n {
		r := &row{number: i, buffer: s.memory.Buffer(i), cells: make([]cell, len(s.columns))}
		for _, newHash := range s.hashes {
			r.hashes = append(r.hashes, newHash())
		}
		s.free = append(s.free, r)
	}
	return s
}

func (s *many) Full() bool { return len(s.free) == 0 }

func (s *many) Live() int { return len(s.live) }

func (s *many) Close() {
	s.memory.Free()
	for _, c := range s.columns {
		c.memory.Free()
	}
}

func (s *many) Start(m Message) {
	r := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	r.message, r.piece, r.length, r.last = m, nil, 0, false
	for i, c := range s.columns {
		*c.memory.State(r.number) = c.algorithm.Init
		r.cells[i] = cell{}
	}
	for _, h := range r.hashes {
		h.Reset()
	}
	s.live = append(s.live, r)
}

// Step hashes a piece of each message with all algorithms. One algorithm after
// the other goes over the pieces, which are in the cache by then.
func (s *many) Step() {
	live := s.live[:0]
	for _, r := range s.live {
		if s.load(r) {
			live = append(live, r)
		} else {
			s.free = append(s.free, r)
		}
	}
	s.live = live
	for i, c := range s.columns {
		for c.run(s.live, i) {
		}
	}
	live = s.live[:0]
	for _, r := range s.live {
		if r.last {
			s.done(r)
		} else {
			live = append(live, r)
		}
	}
	s.live = live
}

// load gets the next piece of a message, and returns false if there is none.
func (s *many) load(r *row) bool {
	piece, last, err := r.message.Piece(r.buffer)
	if err == nil && !r.fits(piece, last) {
		err = errors.New("internal error: a piece of a file is not what it has to be")
	}
	if err != nil {
		r.message.Done(nil, err)
		return false
	}
	r.piece, r.last = piece, last
	r.length += uint64(len(piece))
	for i, c := range s.columns {
		r.cells[i] = cell{rest: piece}
		if last {
			// A block at least is left for the end: BLAKE2b has to know which is the last.
			r.cells[i].rest = piece[:max(len(piece)-1, 0)/c.algorithm.Block*c.algorithm.Block]
		}
	}
	for _, h := range r.hashes {
		h.Write(piece)
	}
	return true
}

// fits reports whether a piece keeps what Message promises, and lies in the buffer.
func (r *row) fits(piece []byte, last bool) bool {
	if len(piece) == 0 {
		return last && r.length == 0
	}
	return &piece[0] == &r.buffer[0] && (last || len(piece)%PieceUnit == 0)
}

// run hashes the same number of bytes in each row that has some left for this
// column, the number i, and returns false when none has.
func (c *column) run(rows []*row, i int) bool {
	var group [MaxLanes]*row
	n, size := 0, maxPiece
	for _, r := range rows {
		if rest := c.next(r, &r.cells[i]); len(rest) > 0 && n < len(group) {
			group[n] = r
			n++
			size = min(size, len(rest))
		}
	}
	for first := 0; first < n; {
		kernel := c.kernels[n-first]
		part := group[first:min(first+kernel.Lanes, n)]
		for lane, r := range part {
			c.memory.Put(lane, c.memory.State(r.number), r.cells[i].rest)
			r.cells[i].rest = r.cells[i].rest[size:]
		}
		c.memory.Run(kernel, len(part), size, c.algorithm.Block)
		first += len(part)
	}
	return n > 0
}

// next returns what is to be hashed, and gets the end of a message ready when all
// before it is done. The end has a place of its own: each algorithm pads it in
// its own way, and all of them read the piece.
func (c *column) next(r *row, at *cell) []byte {
	if len(at.rest) == 0 && r.last && !at.ended {
		block := c.algorithm.Block
		end := r.piece[max(len(r.piece)-1, 0)/block*block:]
		buffer := c.memory.Buffer(r.number)[:len(end)]
		copy(buffer, end)
		at.rest = c.algorithm.Pad(c.memory.State(r.number), buffer, r.length)
		at.ended = true
	}
	return at.rest
}

// done gives a message its digests, and frees the row.
func (s *many) done(r *row) {
	s.sum = s.sum[:0]
	for _, i := range s.order {
		if i < 0 {
			s.sum = r.hashes[-i-1].Sum(s.sum)
		} else {
			s.sum = s.columns[i].algorithm.Sum(s.sum, s.columns[i].memory.State(r.number))
		}
	}
	s.free = append(s.free, r)
	r.message.Done(s.sum, nil)
}
