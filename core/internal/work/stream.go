package work

import (
	"hash"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"checksig/internal/claim"
	"checksig/internal/digest"
	"checksig/internal/fetch"
	"checksig/internal/lanes"
)

// stream is an object on its way. Readers bring its bytes, stretch by stretch, several stretches at a time
// if they can; and whichever worker is free hashes the next block.
type stream struct {
	number uint32
	entry  *claim.Entry
	source *fetch.Source
	chains bool        // it is hashed in lanes: there is one digest, of an algorithm that has them
	kept   lanes.Kept  // what it has come to there
	hashes []hash.Hash // else, one for each algorithm; made when there is something to hash

	long atomic.Bool // it counts as one of which there is much to hash

	mu        sync.Mutex
	stretches []*stretch // handed out, and not hashed to their ends; in order
	taken     int64      // up to this offset, stretches have been handed out
	parts     int        // how many
	tries     int        // how often it was read from its start
	expected  int64      // bytes, that the totals count
	read      int64      // bytes, from all its starts
	size      int64      // bytes hashed
	queued    bool       // it is with a worker, or waits for one
	failure   error      // why there is no use in reading on
	done      bool       // it is settled, or about to be
}

// newStream returns the stream of a file, whose size was expected to be that.
func newStream(o Order, e *claim.Entry, expected int64) *stream {
	_, chains := e.Algorithm.Lanes.(*lanes.Algorithm)
	return &stream{
		number: o.Number, entry: e, source: o.Source, expected: expected, chains: chains && e.Also == nil,
	}
}

// hash hashes a block without lanes, and returns the digests if it is the last.
func (s *stream) hash(b *block, on lanes.On) (sum []byte) {
	if s.hashes == nil {
		for _, a := range s.algorithms() {
			s.hashes = append(s.hashes, a.Hash(on))
		}
	}
	for _, h := range s.hashes {
		h.Write(b.data[:b.n])
		if b.last {
			sum = h.Sum(sum)
		}
	}
	return sum
}

// algorithms returns those of the digests, in the order in which they settle the file.
func (s *stream) algorithms() (found []*digest.Algorithm) {
	for e := s.entry; e != nil; e = e.Also {
		if !slices.Contains(found, e.Algorithm) {
			found = append(found, e.Algorithm)
		}
	}
	return found
}

// lanes returns how many streams like this one are hashed at a time, if there are as many.
func (s *stream) lanes(on lanes.On) int {
	if a, chains := s.entry.Algorithm.Lanes.(*lanes.Algorithm); chains && s.chains {
		return lanes.Widest(a.Choose, on)
	}
	return 1
}

// take hands out the next stretch; nil if there is none, or none yet.
func (s *stream) take() *stretch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil || s.done {
		return nil
	}
	next := &stretch{from: s.taken, to: -1}
	switch size := s.source.Size(); {
	case s.taken == 0 && !(s.source.Splits() && size >= 2*stretchSize):
		s.taken = math.MaxInt64 // as far as anybody knows, there is nothing else to hand out
	case s.source.Size() <= s.taken:
		return nil
	case !s.source.Splits(): // any more: all that is left comes at once
		next.to, s.taken = size, size
	default:
		next.to = min(s.taken+stretchSize, size)
		s.taken = next.to
	}
	s.stretches = append(s.stretches, next)
	s.parts++
	return next
}

// bound ends a stretch that had no end, if the object turns out to be large, and reports whether it
// did: then others can help with what is behind it.
func (s *stream) bound(x *fetch.Section, p *stretch) bool {
	size := s.source.Size()
	if p.to >= 0 || !s.source.Splits() || size-x.At() < 2*stretchSize {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to := (x.At()/stretchSize + 1) * stretchSize
	if !x.Extend(to) {
		return false
	}
	p.to, s.taken = to, to
	return true
}

// extend lets a stretch go on in the answer that it has, if nobody has taken the next one.
func (s *stream) extend(x *fetch.Section, p *stretch) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := s.source.Size()
	to := min(p.to+stretchSize, size)
	if s.failure != nil || s.taken != p.to || p.to == size || !x.Extend(to) {
		return false
	}
	p.to, s.taken = to, to
	return true
}

// lengthen notes that there is much to hash, and reports whether that is new.
func (s *stream) lengthen() bool { return !s.failed() && s.long.CompareAndSwap(false, true) }

// splits reports whether there is a stretch that another reader could take.
func (s *stream) splits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure == nil && !s.done && s.taken > 0 && s.taken < s.source.Size()
}

// failed reports whether there is no use in reading on.
func (s *stream) failed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure != nil || s.done
}

// put adds a block to a stretch, or notes that no more are to come, and reports whether a worker has
// to be told: there is something to hash, and nobody does.
func (s *stream) put(p *stretch, b *block) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case b == nil:
		p.read = true
	case s.failure != nil:
		b.free()
	default:
		p.blocks = append(p.blocks, b)
	}
	return s.wake()
}

// wake marks a stream that a worker has to be told of. Stretches that were hashed to their
// ends are forgotten.
func (s *stream) wake() bool {
	for len(s.stretches) > 0 && s.stretches[0].read && len(s.stretches[0].blocks) == 0 {
		s.stretches = s.stretches[1:]
	}
	if s.queued || len(s.stretches) == 0 || len(s.stretches[0].blocks) == 0 {
		return false
	}
	s.queued = true
	return true
}

// next returns the block that is to be hashed next; nil if it was thrown away meanwhile.
func (s *stream) next() *block {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil || len(s.stretches) == 0 || len(s.stretches[0].blocks) == 0 {
		s.queued = false
		return nil
	}
	first := s.stretches[0]
	b := first.blocks[0]
	first.blocks = first.blocks[1:]
	return b
}

// hashed notes that a block was hashed, and reports whether a worker has to be told of another.
func (s *stream) hashed(b *block) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size += int64(b.n)
	b.free()
	s.queued = false
	return s.wake()
}

// alone notes that a block is all there is of the object, and reports whether nobody else has to hash
// it.
func (s *stream) alone(b *block) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil || s.done || s.size > 0 || s.queued {
		return false
	}
	s.size = int64(b.n)
	return true
}

// fail notes why there is no use in reading on, and throws away what was not hashed. It reports
// whether this is the first to say so.
func (s *stream) fail(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil || s.done {
		return false
	}
	s.failure = err
	s.discard()
	return true
}

func (s *stream) discard() {
	for _, p := range s.stretches {
		for _, b := range p.blocks {
			b.free()
		}
	}
	s.stretches = nil
}

// maxTries is how often an object is read from its start.
const maxTries = 3

// restart begins again from the start, once no worker has a block of it; false if it was tried
// often enough, if others help with it, or if the run ends.
func (s *stream) restart(ended <-chan struct{}) bool {
	for ; ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		s.discard()
		if !s.queued {
			break
		}
		s.mu.Unlock()
		select {
		case <-ended:
			return false
		default:
		}
	}
	defer s.mu.Unlock()
	if s.tries++; s.parts > 1 {
		return false
	}
	s.parts = 0
	s.kept, s.taken, s.size = lanes.Kept{}, 0, 0
	for _, h := range s.hashes {
		h.Reset()
	}
	return s.tries < maxTries
}

// grow notes that so many bytes came, and returns by how many there are more than was expected.
func (s *stream) grow(n int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read += n
	more := max(s.source.Size(), s.read) - s.expected
	s.expected += more
	return more
}

// finish ends a stream that was hashed to its end, and returns how many bytes these were, and in
// how many parts they came; false if it has failed.
func (s *stream) finish() (size int64, parts int, alive bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	alive = s.failure == nil && !s.done
	s.done = true
	return s.size, s.parts, alive
}
