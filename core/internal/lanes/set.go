package lanes

import "errors"

// ErrLost is the error of a message whose mapped bytes went away while they
// were hashed: somebody cut the file short, or its device failed.
var ErrLost = errors.New("mapped bytes went away")

// ErrNoMemory is what a set panics with for which C has no memory.
var ErrNoMemory = errors.New("not enough memory to hash files")

// set hashes messages of an Algorithm.
type set struct {
	algorithm *Algorithm
	kernels   []*Runner // by the number of live lanes
	memory    *Memory
	free      []*lane
	live      []*lane
	sum       []byte
}

// lane is where one message is hashed.
type lane struct {
	message Message
	state   *State
	buffer  []byte // for pieces; its capacity has room for padding
	rest    []byte // of the piece: what is not hashed yet
	length  uint64 // of the pieces so far
	last    bool   // the piece is the last, and ends with padding
	lost    bool   // mapped bytes went away
	kept    *Kept  // of a Chain; else nil
}

// New returns an empty set for an algorithm, with the kernels that are on.
func New(a *Algorithm, on On) Set {
	n := Widest(a.Choose, on)
	size := min(maxPiece, pieces/n/PieceUnit*PieceUnit)
	s := &set{
		algorithm: a, kernels: Runners(a.Choose, on, n), memory: NewMemory(n, size),
		sum: make([]byte, 0, 64),
	}
	for i := range n {
		s.free = append(s.free, &lane{state: s.memory.State(i), buffer: s.memory.Buffer(i)})
	}
	return s
}

func (s *set) Full() bool { return len(s.free) == 0 }

func (s *set) Live() int { return len(s.live) }

func (s *set) Close() { s.memory.Free() }

func (s *set) Start(m Message) {
	l := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	*l.state = s.algorithm.Init
	*l = lane{message: m, state: l.state, buffer: l.buffer}
	if chain, ok := m.(Chain); ok {
		l.kept = chain.Kept()
		if l.kept.begun {
			*l.state, l.length = l.kept.state, l.kept.length
		}
	}
	if s.ready(l) {
		s.live = append(s.live, l)
	} else {
		s.free = append(s.free, l)
	}
}

func (s *set) Step() {
	for rest := s.live; len(rest) > 0; {
		kernel := s.kernels[len(rest)]
		group := rest[:min(kernel.Lanes, len(rest))]
		s.run(kernel, group)
		rest = rest[len(group):]
	}
	live := s.live[:0]
	for _, l := range s.live {
		if s.ready(l) {
			live = append(live, l)
		} else {
			s.free = append(s.free, l)
		}
	}
	s.live = live
}

// run hashes the same number of bytes in each lane of a group.
func (s *set) run(kernel *Runner, group []*lane) {
	block := s.algorithm.Block
	n := perStep / len(group) / PieceUnit * PieceUnit
	for _, l := range group {
		n = min(n, len(l.rest))
	}
	for i, l := range group {
		s.memory.Put(i, l.state, l.rest)
	}
	lost := s.memory.Run(kernel, len(group), n, block)
	for i, l := range group {
		l.lost = l.lost || lost&(1<<i) != 0
		l.rest = l.rest[n:]
	}
}

// ready sees to it that a lane has something to hash, and returns false when
// its message is done.
func (s *set) ready(l *lane) bool {
	for {
		switch {
		case l.lost:
			l.message.Done(nil, ErrLost)
			return false
		case len(l.rest) > 0:
			return true
		case l.last:
			s.sum = s.algorithm.Sum(s.sum[:0], l.state)
			l.message.Done(s.sum, nil)
			return false
		default:
			if !s.load(l) {
				return false
			}
		}
	}
}

// load gets the next piece of a message, and returns false if there is none.
// The last is padded where it lies: in a step of its own, the padding of one
// message would hold up all others.
func (s *set) load(l *lane) bool {
	piece, last, err := l.message.Piece(l.buffer)
	if err == nil && !l.fits(piece, last) {
		err = errors.New("internal error: a piece of a file is not what it has to be")
	}
	if err != nil {
		if l.kept != nil {
			*l.kept = Kept{*l.state, l.length, true}
		}
		l.message.Done(nil, err)
		return false
	}
	l.length += uint64(len(piece))
	l.rest, l.last = piece, last
	if last {
		l.rest = s.algorithm.Pad(l.state, l.buffer[:len(piece)], l.length)
	}
	return true
}

// fits reports whether a piece keeps what Message promises. Padding a piece
// outside of the buffer would move it into memory that kernels must not see.
func (l *lane) fits(piece []byte, last bool) bool {
	switch {
	case !last:
		return len(piece) > 0 && len(piece)%PieceUnit == 0
	case len(piece) == 0:
		return l.length == 0
	default:
		return &piece[0] == &l.buffer[0]
	}
}
