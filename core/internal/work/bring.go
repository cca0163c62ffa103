package work

import (
	"errors"
	"hash"
	"io"

	"checksig/internal/claim"
	"checksig/internal/digest"
	"checksig/internal/fetch"
	"checksig/internal/verdict"
)

// carry brings stretches of a stream, until all are handed out.
func (f *fetching) carry(s *stream, r *reader) {
	for p := s.take(); p != nil; p = s.take() {
		if p.from == 0 && s.splits() {
			f.offer(s)
		}
		err := f.bring(s, p, r)
		if err == fetch.ErrAgain && p.from == 0 && s.restart(f.ended) {
			continue
		}
		if err != nil {
			f.fail(s, err)
			return
		}
	}
}

// bring brings a stretch, block by block. One is held back until it is known whether it is the last:
// of some algorithms, that must not be empty.
func (f *fetching) bring(s *stream, p *stretch, r *reader) error {
	x := f.client.Section(f.ctx, s.source, p.from, p.to)
	defer x.Close()
	var held *block
	for {
		b := f.block(s, r.own)
		if b == nil { // the run is over, or the stream
			free(held)
			return nil
		}
		err := fill(x, b)
		f.count(s, b.n)
		if b.n >= longBlock && s.lengthen() {
			f.long.Add(1)
		}
		if err == io.EOF && b.n == 0 && held != nil {
			b.free()
			b, held = held, nil
		}
		if held != nil {
			f.put(s, p, held)
			held = nil
		}
		switch {
		case err == nil:
			held = b
			if s.bound(x, p) {
				f.offer(s)
			}
		case err != io.EOF:
			b.free()
			return err
		case s.extend(x, p):
			f.put(s, p, b)
		default:
			b.last = p.to < 0 || p.to == s.source.Size()
			if b.last && p.from == 0 && b.n <= tiny && s.alone(b) {
				f.finish(s, r.sum(f, s, b))
				return nil
			}
			f.put(s, p, b)
			f.put(s, p, nil)
			return nil
		}
	}
}

// tiny is up to how many bytes an object is hashed by who brings it: to tell a worker of it takes
// longer.
const tiny = 16 << 10

// reader is one who brings objects, and what he needs for that.
type reader struct {
	own    chan *block // free blocks
	hashes map[*digest.Algorithm]hash.Hash
}

// sum returns the digests of an object that is one block, and frees that.
func (r *reader) sum(f *fetching, s *stream, b *block) (sum []byte) {
	defer b.free()
	for _, a := range s.algorithms() {
		h := r.hashes[a]
		if h == nil {
			h = a.Hash(f.run.on)
			r.hashes[a] = h
		}
		h.Reset()
		h.Write(b.data[:b.n])
		sum = h.Sum(sum)
	}
	return sum
}

// longBlock is from how many bytes on it matters whether a block is hashed in company.
const longBlock = 64 << 10

// block waits for a block to fill; nil if there is no use in that any more.
func (f *fetching) block(s *stream, own chan *block) *block {
	if len(own) == 0 {
		select {
		case f.help <- struct{}{}:
		default:
		}
	}
	select {
	case b := <-own:
		if s.failed() {
			b.free()
			return nil
		}
		b.n, b.last = 0, false
		return b
	case <-f.ended:
		return nil
	}
}

// fill reads until a block is full.
func fill(x *fetch.Section, b *block) (err error) {
	for b.n < blockSize && err == nil {
		var n int
		n, err = x.Read(b.data[b.n:])
		b.n += n
	}
	return err
}

func free(b *block) {
	if b != nil {
		b.free()
	}
}

// put adds a block to a stretch, and tells a worker of it if nobody knows.
func (f *fetching) put(s *stream, p *stretch, b *block) {
	if s.put(p, b) {
		f.tell(s)
	}
}

// tell tells a worker of a stream, without waiting for one: who tells may be the only worker.
func (f *fetching) tell(s *stream) {
	select {
	case f.ready <- s:
	default:
		go func() {
			select {
			case f.ready <- s:
			case <-f.ended:
			}
		}()
	}
}

// count notes bytes that were read, and waits if they came too fast.
func (f *fetching) count(s *stream, n int) {
	t := &f.run.tally
	t.totalBytes.Add(s.grow(int64(n)))
	t.bytes.Add(int64(n))
	rest(f.run.ctx, f.run.taken.book(int64(n)))
}

// finish takes the digests of an object. One that is not what it should be, or came in several
// parts, is looked at again first: it may be of another version by now.
func (f *fetching) finish(s *stream, digests []byte) {
	size, parts, alive := s.finish()
	f.shorten(s)
	if !alive {
		return
	}
	settlement := claim.Settlement{Number: s.number, Size: size, Digests: digests}
	if said := s.source.Size(); said >= 0 && said != size { // more or less was hashed than there is
		f.settle(refusal(s.number, fetch.ErrChanged))
		return
	}
	result, err := settlement.Result(s.entry, f.run.pending.judge)
	if err != nil || result.Status == verdict.OK && parts == 1 {
		f.settle(settlement)
		return
	}
	f.check(func() {
		err := f.client.Same(f.run.ctx, s.source)
		if errors.Is(err, fetch.ErrChanged) || err != nil && result.Status == verdict.OK {
			settlement = refusal(s.number, err)
		}
		f.settle(settlement)
	})
}

// fail settles a file that could not be read to its end.
func (f *fetching) fail(s *stream, err error) {
	if s.fail(err) && f.ctx.Err() == nil {
		f.settle(refusal(s.number, err))
	}
	f.shorten(s)
}

// shorten notes that there is nothing more to hash of a stream.
func (f *fetching) shorten(s *stream) {
	if s.long.CompareAndSwap(true, false) {
		f.long.Add(-1)
	}
}

// refusal returns what an error settles a file by.
func refusal(number uint32, err error) claim.Settlement {
	return claim.Settlement{Number: number, Status: statusOf(err), Size: -1, Reason: err.Error()}
}

// statusOf returns the status of an object that an error kept from being read.
func statusOf(err error) verdict.Status {
	switch {
	case errors.Is(err, fetch.ErrMissing):
		return verdict.Missing
	case errors.Is(err, fetch.ErrChanged):
		return verdict.Changed
	}
	return verdict.Unreadable
}

// settle settles a file whose bytes were counted as they came. An error is a fault of this package.
func (f *fetching) settle(s claim.Settlement) {
	if err := f.run.settle(s, false); err != nil {
		panic(err)
	}
}
