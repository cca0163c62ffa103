package work

import (
	"context"
	"errors"
	"sync"

	"checksig/internal/claim"
	"checksig/internal/fetch"
	"checksig/internal/verdict"
)

// pending is the files of a run that somebody else reads. The zero value is ready
// for a run that has none.
type pending struct {
	mu      sync.Mutex // of what follows
	judge   claim.Judge
	entries []*claim.Entry // by number; nil once they are settled
	sizes   []int64        // in bytes, by number; -1 if they are not known
	version []string       // by number; "" if it is not known
	left    int            // entries that are not settled
	most    int            // that there may be; 0: any number
	room    *sync.Cond     // there are fewer
	all     bool           // no more are to come
	settled chan struct{}  // closed when all have come, and none is left
}

// open makes pending ready for files, which are settled by a judge.
func (p *pending) open(judge claim.Judge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.judge, p.settled, p.room = judge, make(chan struct{}), sync.NewCond(&p.mu)
}

// add takes the entry of a file that is to be read, with its size and version, as far as they are
// known, and returns its number.
func (p *pending) add(e *claim.Entry, size int64, version string) uint32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.entries = append(p.entries, e)
	p.sizes = append(p.sizes, size)
	p.version = append(p.version, version)
	p.left++
	return uint32(len(p.entries) - 1)
}

// crowded reports whether there is no room for another file.
func (p *pending) crowded() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.most > 0 && p.left >= p.most
}

// await waits for room, or until ctx ends.
func (p *pending) await(ctx context.Context) {
	defer context.AfterFunc(ctx, p.wake)()
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.left >= p.most && ctx.Err() == nil {
		p.room.Wait()
	}
}

// wake has who waits for room look again.
func (p *pending) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.room.Broadcast()
}

// get returns the entry of a file, with its size and version, as far as they are known; nil if it
// is not pending.
func (p *pending) get(number uint32) (e *claim.Entry, size int64, version string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if int64(number) >= int64(len(p.entries)) {
		return nil, 0, ""
	}
	return p.entries[number], p.sizes[number], p.version[number]
}

// wait says that all files have come, and returns what is closed when they are
// settled.
func (p *pending) wait() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = true
	p.end()
	return p.settled
}

// end closes settled when there is nothing left to settle.
func (p *pending) end() {
	if p.all && p.left == 0 {
		close(p.settled)
	}
}

var errNotPending = errors.New("no file with this number is pending")

// Settle takes what came of reading a file that Next has returned as undecided. Its
// result comes with Next. After an error the file is as pending as it was.
func (r *Run) Settle(s claim.Settlement) error { return r.settle(s, true) }

// settle is Settle; its bytes are counted unless they were counted as they came.
func (r *Run) settle(s claim.Settlement, counts bool) error {
	p := &r.pending
	p.mu.Lock()
	defer p.mu.Unlock()
	if int64(s.Number) >= int64(len(p.entries)) || p.entries[s.Number] == nil {
		return errNotPending
	}
	if known := p.sizes[s.Number]; s.Served && known >= 0 && s.Size != known && s.Status == verdict.OK {
		s = claim.Settlement{Number: s.Number, Status: verdict.Changed, Size: -1, Reason: fetch.ErrChanged.Error()}
	}
	result, err := s.Result(p.entries[s.Number], p.judge)
	if err != nil {
		return err
	}
	if counts {
		read := max(s.Size, 0)
		if s.Served {
			read = 0
		}
		r.tally.totalBytes.Add(read - max(p.sizes[s.Number], 0))
		r.tally.bytes.Add(read)
	}
	if result.Served && result.Status == verdict.OK {
		r.tally.served.Add(1)
	}
	r.tally.prove(p.entries[s.Number], s.Among)
	if r.count(&result) {
		r.queue.add(result)
	}
	// Last, so that a panic on the way leaves a file that is not settled.
	p.entries[s.Number] = nil
	p.left--
	p.room.Broadcast()
	p.end()
	return nil
}

// undecided reports a file as one that somebody else is to read.
func (r *Run) undecided(out *Outbox, e *claim.Entry, result verdict.Result, size int64, version string) error {
	r.tally.totalBytes.Add(max(size, 0))
	if r.pending.crowded() {
		if err := out.Flush(); err != nil { // who settles files has to know of them
			return err
		}
		r.pending.await(r.ctx)
	}
	result.Number, result.Text = r.pending.add(e, size, version), version
	return out.pass(result)
}
