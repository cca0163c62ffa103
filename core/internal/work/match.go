package work

import (
	"cmp"
	"errors"
	"time"

	"checksig/internal/claim"
	"checksig/internal/verdict"
)

// Match holds a claim against the items that somebody else has and reads. It ends
// when all files that it has left to be read are settled.
func Match(r *Run, inventory *claim.Inventory, c *claim.Claim, fetches *Fetching) error {
	r.tally.expect(c)
	return r.whileFetching(fetches, func() error { return r.match(inventory, c) })
}

// MatchOffered is Match with items that come by Offer.
func MatchOffered(r *Run, c *claim.Claim, fetches *Fetching) error {
	r.tally.expect(c)
	return r.whileFetching(fetches, func() error {
		if err := r.reportClaim(c); err != nil {
			return err
		}
		judge := claim.Verifying(r.scope)
		r.pending.open(judge)
		if err := r.matchArrivals(claim.NewArrivals(c, r.scope, judge)); err != nil {
			return err
		}
		return r.settled(c.Files())
	})
}

// Offer hands over more items for MatchOffered, or with none, says that there are no more. It waits
// for room at most that long, and reports whether they were taken.
func (r *Run) Offer(items []claim.Item, wait time.Duration) bool {
	r.queue.offered.Add(1)
	select {
	case r.offers <- items:
		return true
	default:
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case r.offers <- items:
		return true
	case <-r.done: // Next says why
		return true
	case <-timer.C:
		r.queue.offered.Add(-1)
		return false
	}
}

// matchArrivals reports what comes of the items that are offered, until there are no more.
func (r *Run) matchArrivals(arrivals *claim.Arrivals) error {
	out := r.Outbox()
	for more := true; more; {
		found := arrivals.Rest()
		select {
		case items := <-r.offers:
			if more = len(items) > 0; more {
				found = arrivals.Take(items)
			}
		case <-r.ctx.Done():
			return r.ctx.Err()
		}
		for m := range found {
			if err := cmp.Or(r.matched(&out, m), r.ctx.Err()); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		r.queue.match()
	}
	r.tally.found.Store(true)
	return nil
}

// Collect hashes items that somebody else has and reads, as the model of an entry asks for. It ends
// when all of them are settled.
func Collect(r *Run, inventory *claim.Inventory, model claim.Entry, fetches *Fetching) error {
	entries, faults := inventory.Entries(model, r.scope)
	r.tally.files.Store(int64(len(entries)))
	r.tally.note(entries)
	return r.whileFetching(fetches, func() error {
		out := r.Outbox()
		for _, result := range faults {
			if err := out.emitUncounted(result); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if err := r.matchAll(inventory, entries, claim.Listing(r.scope)); err != nil {
			return err
		}
		return r.settled(int64(len(entries)))
	})
}

// whileFetching does something while files are read that have a URL, if there may be some.
func (r *Run) whileFetching(fetches *Fetching, something func() error) error {
	if fetches == nil {
		return something()
	}
	fetching, err := newFetching(r, *fetches)
	if err != nil {
		return err
	}
	if r.tally.files.Load() > manyFiles {
		defer beThrifty()()
	}
	r.pending.most = fetches.Window
	r.fetching.Store(fetching)
	return fetching.during(something)
}

var errNotFetching = errors.New("the run reads no URLs")

// Fetch has files read that Next has returned as undecided. What came of it, comes with Next.
func (r *Run) Fetch(orders []Order) error {
	f := r.fetching.Load()
	if f == nil {
		return errNotFetching
	}
	for _, each := range orders {
		file := r.pending.get(each.Number)
		if file.entry == nil {
			return errNotPending
		}
		each.Source.Assume(file.version, file.size)
	}
	f.order(orders)
	return nil
}

func (r *Run) match(inventory *claim.Inventory, c *claim.Claim) error {
	if err := r.reportClaim(c); err != nil {
		return err
	}
	if err := r.matchAll(inventory, c.Entries, claim.Verifying(r.scope)); err != nil {
		return err
	}
	out := r.Outbox()
	for result := range inventory.Extras(c.Listed, r.scope) {
		if err := out.emitUncounted(result); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return r.settled(c.Files())
}

// settled waits until no file is pending any more, and holds the verdicts against what there was.
func (r *Run) settled(files int64) error {
	select {
	case <-r.pending.wait():
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
	return r.tally.account(nil, files)
}

// matchAll reports each entry: what is known of its file, or that it is to be read.
func (r *Run) matchAll(inventory *claim.Inventory, entries []claim.Entry, judge claim.Judge) error {
	r.pending.open(judge)
	out := r.Outbox()
	for i := range entries {
		if err := cmp.Or(r.matched(&out, inventory.Match(&entries[i], judge)), r.ctx.Err()); err != nil {
			return err
		}
	}
	r.tally.found.Store(true)
	return out.Flush()
}

// matched passes on what names have settled, or have left to be read.
func (r *Run) matched(out *Outbox, m claim.Matched) error {
	switch {
	case m.Entry == nil:
		return out.emitUncounted(m.Result)
	case m.Result.Status == verdict.Undecided:
		return r.undecided(out, m)
	}
	return out.Emit(m.Result)
}
