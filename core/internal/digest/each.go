package digest

import (
	"hash"
	"slices"

	"checksig/internal/lanes"
)

// Among returns the algorithm as one of several whose digests are of the same bytes.
func (a *Algorithm) Among(on lanes.On) lanes.Digest {
	kernels, _ := a.Lanes.(*lanes.Algorithm) // nil: streams are all there is
	return lanes.Digest{Lanes: kernels, New: func() hash.Hash { return a.Hash(on) }}
}

// Each hashes messages side by side, and writes the digests of each by all algorithms, end to
// end, to sums, one message after the other. The messages lie in memory that Go does not manage. It
// panics if that goes away meanwhile, and then sums is worth nothing.
func Each(algorithms []*Algorithm, on lanes.On, messages [][]byte, sums []byte) {
	set, inPlace := setOf(algorithms, on)
	defer set.Close()
	size := Sizes(algorithms)
	for _, i := range longestFirst(messages) {
		for set.Full() {
			set.Step()
		}
		set.Start(&message{rest: messages[i], inPlace: inPlace, sum: sums[i*size:][:size]})
	}
	for set.Live() > 0 {
		set.Step()
	}
}

// Sizes returns the length in bytes of a digest by each algorithm, together.
func Sizes(algorithms []*Algorithm) (n int) {
	for _, a := range algorithms {
		n += a.Size
	}
	return n
}

// setOf returns the lanes for algorithms, and whether they hash long messages where they lie.
func setOf(algorithms []*Algorithm, on lanes.On) (set lanes.Set, inPlace bool) {
	if len(algorithms) == 1 {
		a := algorithms[0]
		return a.Set(on), a.Lanes != nil
	}
	var digests []lanes.Digest
	for _, a := range algorithms {
		digests = append(digests, a.Among(on))
	}
	return lanes.NewMany(digests, on), false
}

// longestFirst returns the order in which messages fill the lanes best: one that is much longer
// than the rest, and comes last, is hashed alone.
func longestFirst(messages [][]byte) []int {
	order := make([]int, len(messages))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(messages[b]) - len(messages[a]) })
	return order
}

// message is bytes on their way through a lane.
type message struct {
	rest    []byte // that the lane has not had
	inPlace bool   // whether all but the last piece may lie elsewhere than in the lane's buffer
	sum     []byte // where the digests go
}

// Piece is called by the lane for the next bytes.
func (m *message) Piece(buffer []byte) (piece []byte, last bool, err error) {
	if len(m.rest) <= len(buffer) {
		return buffer[:copy(buffer, m.rest)], true, nil
	}
	if m.inPlace {
		n := min(lanes.MaxPiece, (len(m.rest)-1)/lanes.PieceUnit*lanes.PieceUnit)
		piece = m.rest[:n]
	} else {
		piece = buffer[:copy(buffer, m.rest)]
	}
	m.rest = m.rest[len(piece):]
	return piece, false, nil
}

// Done is called by the lane with the digests.
func (m *message) Done(sum []byte, err error) {
	if err != nil {
		panic(err)
	}
	copy(m.sum, sum)
}
