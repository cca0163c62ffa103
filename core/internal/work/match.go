package work

import (
	"errors"

	"checksig/internal/claim"
	"checksig/internal/verdict"
)

// Match holds a claim against the items that somebody else has and reads. It ends
// when all files that it has left to be read are settled.
func Match(r *Run, inventory *claim.Inventory, c *claim.Claim, fetches *Fetching) error {
	r.tally.expect(c)
	return r.whileFetching(fetches, func() error { return r.match(inventory, c) })
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
		e, size, version := r.pending.get(each.Number)
		if e == nil {
			return errNotPending
		}
		each.Source.Assume(version, size)
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
		result, size, version := inventory.Match(&entries[i], judge)
		var err error
		if result.Status == verdict.Undecided {
			err = r.undecided(&out, &entries[i], result, size, version)
		} else {
			err = out.Emit(result)
		}
		if err != nil {
			return err
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	r.tally.found.Store(true)
	return out.Flush()
}
