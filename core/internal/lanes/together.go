package lanes

import "hash"

// WriteEach writes the next bytes of several streams to their hashes, as a Write to each of them
// would, but those of one Algorithm side by side, in its lanes. Between two calls the hashes keep
// what they have come to, so the company may be another each time. The bytes lie in memory that Go
// does not manage. It panics if that goes away meanwhile, and then the hashes are worth nothing.
func WriteEach(hashes []hash.Hash, on On, data [][]byte) {
	chains := make(map[*Algorithm][]*turn)
	for i, h := range hashes {
		if c, ok := h.(*chain); ok {
			chains[c.algorithm] = append(chains[c.algorithm], &turn{chain: c, rest: data[i]})
		} else {
			h.Write(data[i])
		}
	}
	for algorithm, turns := range chains {
		if len(turns) == 1 {
			turns[0].chain.Write(turns[0].rest)
		} else {
			sideBySide(algorithm, on, turns)
		}
	}
}

func sideBySide(algorithm *Algorithm, on On, turns []*turn) {
	set := New(algorithm, on)
	defer set.Close()
	for _, t := range turns {
		for set.Full() {
			set.Step()
		}
		t.begin()
		set.Start(t)
	}
	for set.Live() > 0 {
		set.Step()
	}
}

// turn is the next bytes of a stream, in a lane.
type turn struct {
	chain *chain
	kept  Kept
	rest  []byte // that nobody has hashed
}

// begin hashes what the chain holds, filled up to a block, so that the rest begins with one. If it is
// too short for that, it has no piece for a lane.
func (t *turn) begin() {
	c := t.chain
	if held := len(c.rest); held > 0 && held+len(t.rest) > c.algorithm.Block {
		n := c.algorithm.Block - held
		c.rest = append(c.rest, t.rest[:n]...)
		c.compress(&c.state, c.rest)
		c.rest, c.length, t.rest = c.rest[:0], c.length+uint64(n), t.rest[n:]
	}
	t.kept = Kept{state: c.state, begun: true}
}

// Kept is where the lane begins, and what it has come to.
func (t *turn) Kept() *Kept { return &t.kept }

// Piece is called by the lane for the next bytes, which are hashed where they lie. Something is
// left for the chain: it may be the end of the stream, which nobody knows yet.
func (t *turn) Piece([]byte) (piece []byte, last bool, err error) {
	n := min(MaxPiece, (len(t.rest)-1)/PieceUnit*PieceUnit)
	if n <= 0 {
		return nil, false, ErrTurn
	}
	piece, t.rest = t.rest[:n], t.rest[n:]
	t.chain.length += uint64(n)
	return piece, false, nil
}

// Done is called by the lane at the end of the turn.
func (t *turn) Done(_ []byte, err error) {
	if err != ErrTurn {
		panic(err)
	}
	t.chain.state = t.kept.state
	t.chain.Write(t.rest)
}
