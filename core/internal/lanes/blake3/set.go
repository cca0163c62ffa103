package blake3

import (
	"errors"
	"slices"

	"checksig/internal/lanes"
)

const (
	// messages is how many messages a set hashes side by side: enough that small
	// ones fill the lanes.
	messages = 16
	// pieceSize is how many bytes of a message are read at a time: several times what
	// the widest kernel takes at once, and still in the second-level cache when they
	// are hashed.
	pieceSize = 128 << 10
	// restSize is the length in bytes of what a piece leaves at most: chunks that do
	// not fill the lanes, and the last one.
	restSize = lanes.MaxLanes * chunk
	// valueSize is the length in bytes of the values of a piece.
	valueSize = lanes.MaxPiece / chunk * Size
)

// set hashes messages. The pieces of all are read to the same place, which so stays
// in the cache, and their rests are set aside until there are some of each message.
type set struct {
	engine
	pieces         *lanes.Memory
	free, live     []*tree
	whole, partial []job
}

type family struct{}

// Algorithm is BLAKE3.
var Algorithm lanes.Family = family{}

// List returns all kernels there are.
func (family) List() []*lanes.Kernel { return []*lanes.Kernel{avx512, avx2, neon, portable} }

// Pick returns the kernel for a number of live lanes.
func (family) Pick(on lanes.On, live int) *lanes.Kernel { return choose(on, live) }

// NewSet returns an empty set, with the kernels that are on.
func (family) NewSet(on lanes.On) lanes.Set {
	n := lanes.Widest(choose, on)
	memory := lanes.NewMemory(2*messages, max(restSize, valueSize))
	s := &set{
		engine: engine{memory, lanes.Runners(choose, on, n)}, pieces: lanes.NewMemory(1, pieceSize),
	}
	for i := range messages {
		values := memory.Buffer(messages + i)
		s.free = append(s.free, &tree{
			left: memory.Buffer(i), many: s.many,
			values: values[:valueSize+Size], // one more than a piece has chunks
		})
	}
	return s
}

func (s *set) Full() bool { return len(s.free) == 0 }

func (s *set) Live() int { return len(s.live) }

func (s *set) Close() {
	s.memory.Free()
	s.pieces.Free()
}

func (s *set) Start(m lanes.Message) {
	t := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	*t = tree{message: m, left: t.left, values: t.values, many: t.many}
	if part, ok := m.(lanes.Part); ok {
		t.part, t.base = true, uint64(part.Start()/chunk)
	}
	s.live = append(s.live, t)
}

func (s *set) Step() {
	s.load()
	s.run(s.whole)
	slices.SortFunc(s.partial, func(a, b job) int { return len(a.data) - len(b.data) })
	s.run(s.partial)
	new := make([]int, 0, messages)
	for _, t := range s.live {
		new = append(new, t.count)
	}
	s.levels((*tree).pair)
	for i, t := range s.live {
		t.grow(new[i])
	}
	s.levels((*tree).climb)
	s.settle()
}

// load gets the next piece of each message.
func (s *set) load() {
	s.whole, s.partial = s.whole[:0], s.partial[:0]
	buffer := s.pieces.Buffer(0)
	live := s.live[:0]
	for _, t := range s.live {
		piece, last, err := t.message.Piece(buffer)
		if err == nil && (len(piece) > lanes.MaxPiece || !last && len(piece)%chunk != 0 || len(piece) == 0 && t.chunks > 0) {
			err = errors.New("internal error: a piece of a file is not what it has to be")
		}
		if err != nil {
			s.done(t, nil, err)
			continue
		}
		live = append(live, t)
		s.begin(t, piece, last)
	}
	s.live = live
}

// begin hashes most of the chunks of a piece, and appends the others to the jobs.
func (s *set) begin(t *tree, piece []byte, last bool) {
	t.next(last)
	shared := len(piece) > 0 && &piece[0] == &s.pieces.Buffer(0)[0] || len(piece) == 0
	if whole := len(piece) / chunk; whole > 0 {
		if last && len(piece)%chunk == 0 {
			whole-- // the last chunk of all may have no parent
		}
		t.count = s.many(whole, t.leaf(piece[:chunk]), piece, t.values[Size:], 1)
	}
	rest := piece[t.count*chunk:]
	if shared {
		rest = t.left[:copy(t.left, rest)]
	}
	s.whole, s.partial = t.leaves(rest, s.whole, s.partial)
}

// levels runs what a method of the trees finds to do, until it finds nothing. It
// may have done the jobs of a level itself, and go up all the same.
func (s *set) levels(next func(*tree, []job) []job) {
	for {
		jobs, higher := s.whole[:0], false
		for _, t := range s.live {
			level := t.level
			jobs = next(t, jobs)
			higher = higher || t.level > level
		}
		s.whole = jobs
		if len(jobs) == 0 && !higher {
			return
		}
		s.run(jobs)
	}
}

// settle tells the messages that are done, and keeps the others.
func (s *set) settle() {
	live := s.live[:0]
	for _, t := range s.live {
		switch {
		case t.lost:
			s.done(t, nil, lanes.ErrLost)
		case t.ended:
			s.done(t, t.tail[:], nil)
		default:
			live = append(live, t)
		}
	}
	s.live = live
}

func (s *set) done(t *tree, sum []byte, err error) {
	s.free = append(s.free, t)
	t.message.Done(sum, err)
}
