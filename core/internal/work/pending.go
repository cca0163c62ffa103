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
	files   []waiting // by their number, less that of the first
	first   uint32
	left    int           // files that are not settled
	most    int           // that there may be; 0: any number
	room    *sync.Cond    // there are fewer
	all     bool          // no more are to come
	settled chan struct{} // closed when all have come, and none is left
}

// waiting is a file that is to be read.
type waiting struct {
	entry   *claim.Entry // nil once it is settled
	size    int64        // in bytes; -1 if it is not known
	version string       // "" if it is not known
}

// open makes pending ready for files, which are settled by a judge.
func (p *pending) open(judge claim.Judge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.judge, p.settled, p.room = judge, make(chan struct{}), sync.NewCond(&p.mu)
}

// add takes a file that is to be read, and returns its number.
func (p *pending) add(file waiting) uint32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files = append(p.files, file)
	p.left++
	return p.first + uint32(len(p.files)-1)
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

// get returns a file; its entry is nil if it is not pending.
func (p *pending) get(number uint32) waiting {
	p.mu.Lock()
	defer p.mu.Unlock()
	if file := p.at(number); file != nil {
		return *file
	}
	return waiting{}
}

// at returns a file that is pending, or nil.
func (p *pending) at(number uint32) *waiting {
	i := int64(number) - int64(p.first)
	if i < 0 || i >= int64(len(p.files)) || p.files[i].entry == nil {
		return nil
	}
	return &p.files[i]
}

// remove notes that a file is settled, and forgets those that all before are settled with.
func (p *pending) remove(file *waiting) {
	*file = waiting{}
	p.left--
	for len(p.files) > 0 && p.files[0].entry == nil {
		p.files = p.files[1:] // append copies what is left of them, when it has to
		p.first++
	}
	p.room.Broadcast()
	p.end()
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
	file := p.at(s.Number)
	if file == nil {
		return errNotPending
	}
	if s.Served && file.size >= 0 && s.Size != file.size && s.Status == verdict.OK {
		s = claim.Settlement{Number: s.Number, Status: verdict.Changed, Size: -1, Reason: fetch.ErrChanged.Error()}
	}
	result, err := s.Result(file.entry, p.judge)
	if err != nil {
		return err
	}
	if counts {
		read := max(s.Size, 0)
		if s.Served {
			read = 0
		}
		r.tally.totalBytes.Add(read - max(file.size, 0))
		r.tally.bytes.Add(read)
	}
	if result.Served && result.Status == verdict.OK {
		r.tally.served.Add(1)
	}
	r.tally.prove(file.entry, s.Among)
	if r.count(&result) {
		r.queue.add(result)
	}
	p.remove(file) // last, so that a panic on the way leaves a file that is not settled
	return nil
}

// undecided reports a file as one that somebody else is to read.
func (r *Run) undecided(out *Outbox, m claim.Matched) error {
	r.tally.totalBytes.Add(max(m.Size, 0))
	if r.pending.crowded() {
		if err := out.Flush(); err != nil { // who settles files has to know of them
			return err
		}
		r.pending.await(r.ctx)
	}
	m.Result.Number, m.Result.Text = r.pending.add(waiting{m.Entry, m.Size, m.Version}), m.Version
	return out.pass(m.Result)
}
