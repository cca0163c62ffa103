package work

import (
	"time"

	"checksig/internal/lanes"
)

// turn is a block of a stream in a lane.
type turn struct {
	fetching *fetching
	stream   *stream
	block    *block
	at       int // what the lane has had of it
}

// Kept is where the stream keeps what it has come to.
func (t *turn) Kept() *lanes.Kept { return &t.stream.kept }

// Piece is called by the lane for the next bytes: they are hashed where they lie, but for the
// last of the object.
func (t *turn) Piece(buffer []byte) (piece []byte, last bool, err error) {
	rest := t.block.data[t.at:t.block.n]
	switch {
	case len(rest) == 0 && !t.block.last:
		return nil, false, lanes.ErrTurn
	case t.block.last && len(rest) <= len(buffer):
		t.at = t.block.n
		return buffer[:copy(buffer, rest)], true, nil
	case t.block.last:
		rest = rest[:(len(rest)-1)/lanes.PieceUnit*lanes.PieceUnit]
	}
	t.at += len(rest)
	return rest, false, nil
}

// Done is called by the lane with the digest, or at the end of the turn.
func (t *turn) Done(sum []byte, err error) {
	if err != nil && err != lanes.ErrTurn {
		t.fetching.fail(t.stream, err)
	}
	t.fetching.hashed(t.stream, t.block, sum)
}

// hashing is what a worker does: it hashes the blocks of streams as they come. Only the first
// waits for them: while it hashes some, others come, and so its lanes are full. The rest help when
// readers have to wait for blocks that are not hashed yet.
func (f *fetching) hashing() error {
	b := &bench{on: f.run.on}
	defer b.close()
	first := f.first.CompareAndSwap(false, true)
	for {
		s, ended := f.await(b, first)
		if ended {
			return f.run.ctx.Err()
		}
		for left := lingering; s != nil; {
			f.start(b, s)
			if s = f.another(); s == nil && left > 0 && f.company(b) {
				s = f.linger(&left)
			}
		}
		for _, set := range b.busy {
			if set.Live() > 0 {
				set.Step()
			}
		}
		if err := f.run.ctx.Err(); err != nil {
			return err
		}
	}
}

// await returns another stream, or nil if there is something else to do: a worker without
// anything waits.
func (f *fetching) await(b *bench, first bool) (s *stream, ended bool) {
	held := b.held() > 0
	switch {
	case first && held:
		return f.another(), false
	case first:
		select {
		case s = <-f.ready:
			return s, false
		case <-f.ended:
			return nil, true
		}
	}
	if s = f.crowd(); s != nil || held {
		return s, false
	}
	select {
	case <-f.help:
		return f.crowd(), false
	case <-f.ended:
		return nil, true
	}
}

// crowd returns a stream if so many wait that another worker has company for it: fewer cost less in
// the lanes of the first, which comes for them soon.
func (f *fetching) crowd() *stream {
	s := f.another()
	if s != nil && len(f.ready)+1 < s.lanes(f.run.on) {
		f.tell(s)
		return nil
	}
	return s
}

// lingering is how long a worker whose lanes are not full waits for another stream: about as long as
// a block takes that is hashed alone, which costs twice as much as in company.
const lingering = 250 * time.Microsecond

// company reports whether a worker has room for streams that are under way elsewhere.
func (f *fetching) company(b *bench) bool {
	held := b.held()
	if held == 0 || int(f.long.Load()) <= held {
		return false
	}
	for _, set := range b.busy {
		if set.Full() {
			return false
		}
	}
	return true
}

// linger waits for another stream, as long as is left.
func (f *fetching) linger(left *time.Duration) *stream {
	began, timer := time.Now(), time.NewTimer(*left)
	defer timer.Stop()
	defer func() { *left -= time.Since(began) }()
	select {
	case s := <-f.ready:
		return s
	case <-timer.C:
		return nil
	}
}

// another returns another stream, if there is one.
func (f *fetching) another() *stream {
	select {
	case s := <-f.ready:
		return s
	default:
		return nil
	}
}

// start begins a turn of a stream, or if it has no lanes, hashes its block.
func (f *fetching) start(b *bench, s *stream) {
	next := s.next()
	if next == nil {
		return
	}
	if s.chains {
		set := b.set(s.entry.Algorithm)
		for set.Full() {
			set.Step()
		}
		set.Start(&turn{fetching: f, stream: s, block: next})
		return
	}
	f.hashed(s, next, s.hash(next, f.run.on))
}

// hashed takes a block that was hashed, and if it was the last, the digests.
func (f *fetching) hashed(s *stream, b *block, sum []byte) {
	last := b.last && sum != nil
	if s.hashed(b) {
		f.tell(s)
	}
	if last {
		f.finish(s, append([]byte(nil), sum...))
	}
}
