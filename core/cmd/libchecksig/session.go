package main

import (
	"os"
	"sync"
	"time"

	"checksig"
)

// session is a run that C holds a handle to.
type session struct {
	run     *checksig.Run
	settles bool // files are pending until C settles them
	offered bool // items come until C says that there are no more

	mu      sync.Mutex // one checksig_next at a time
	pending []checksig.Result
	encoder encoder
}

// closeWait bounds how long a caller waits for the workers of a run it gives
// up. They look at the context after each block, so longer means a file system
// that does not answer.
const closeWait = 100 * time.Millisecond

// residents holds what this process has handles to.
var residents = table{next: uint64(os.Getpid()) << 32}

// resident is what C holds a handle to: a session or a hasher.
type resident interface{ close() }

// table maps handles to residents. A handle has the process's number in its
// upper half, so that the handles of a parent are none of its children's.
type table struct {
	mu   sync.Mutex
	next uint64
	held map[int64]resident
}

func (t *table) add(r resident) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == nil {
		t.held = make(map[int64]resident)
	}
	t.next++
	handle := int64(t.next)
	t.held[handle] = r
	return handle
}

func (t *table) get(handle int64) resident {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.held[handle]
}

func (t *table) remove(handle int64) resident {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.held[handle]
	delete(t.held, handle)
	return r
}

// next writes progress and results to out: see checksig_next.
func (s *session) next(out []byte, wait time.Duration) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.encoder.reset(len(out))
	for {
		if err := s.fill(wait); err != nil {
			return s.encoder.finish(out, s.run.Totals(), err)
		}
		if len(s.pending) == 0 {
			return s.encoder.write(out, s.run.Totals())
		}
		for len(s.pending) > 0 {
			if !s.encoder.add(&s.pending[0]) {
				return s.encoder.write(out, s.run.Totals())
			}
			s.pending = s.pending[1:]
		}
		wait = 0
	}
}

// fill takes the next batch if nothing is pending. The end of the run waits
// until the results before it are written.
func (s *session) fill(wait time.Duration) error {
	if len(s.pending) > 0 {
		return nil
	}
	batch, err := s.run.Next(wait)
	s.pending = batch
	if s.encoder.records > 0 {
		return nil
	}
	return err
}

// settle takes what came of reading files, and reports whether all of it was right:
// see checksig_settle. It waits for no call of next.
func (s *session) settle(data []byte) bool {
	if !s.settles {
		return false
	}
	for packed := (&parts{rest: string(data)}); packed.rest != ""; {
		settlement, err := packed.settlement()
		if err != nil || s.run.Settle(settlement) != nil {
			return false
		}
	}
	return true
}

// offer hands over items, and reports whether there was room for them, and whether they made sense:
// see checksig_offer.
func (s *session) offer(data []byte, wait time.Duration) (taken, right bool) {
	if !s.offered {
		return false, false
	}
	packed := &parts{rest: string(data)}
	items := packed.items(len(data))
	if packed.err != nil {
		return false, false
	}
	return s.run.Offer(items, wait), true
}

// fetch has pending files read by their URLs, and reports whether all of it made sense: see
// checksig_fetch.
func (s *session) fetch(data []byte) bool {
	if !s.settles {
		return false
	}
	var orders []checksig.Order
	for packed := (&parts{rest: string(data)}); packed.rest != ""; {
		order, err := packed.order()
		if err != nil {
			return false
		}
		orders = append(orders, order)
	}
	return s.run.Fetch(orders) == nil
}

func (s *session) close() {
	s.run.Close()
	select {
	case <-s.run.Ended():
	case <-time.After(closeWait):
	}
}
