package work

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"checksig/internal/claim"
	"checksig/internal/tree"
	"checksig/internal/verdict"
)

// maxWalkers is how many goroutines look for files to list, at most: a directory is read in a fraction
// of the time that its files take.
const maxWalkers = 8

// Verify holds the files beneath dir against a claim, and looks for files that are
// not in it at the same time.
func Verify(r *Run, dir *tree.Root, c *claim.Claim) error {
	r.tally.expect(c)
	var extras chan error
	if r.scope.WantsUnlisted() {
		extras = make(chan error, 1)
		go func() { extras <- guard(func() error { return r.unlisted(dir, c.Listed) }) }()
	}
	err := r.reportClaim(c)
	if err == nil {
		err = r.beneath(dir, claim.Verifying(r.scope), c.Entries).check(dir.Device())
	}
	if extras != nil {
		if err != nil {
			r.cancel()
		}
		// The first error is the cause, the other may be its consequence.
		err = cmp.Or(err, <-extras)
	}
	return r.tally.account(err, c.Files())
}

// reportClaim reports what needs no file to know it.
func (r *Run) reportClaim(c *claim.Claim) error {
	out := r.Outbox()
	for _, remark := range c.Remarks {
		if err := out.remark(remark); err != nil {
			return err
		}
	}
	for _, result := range c.Unmet() {
		if err := out.emitUncounted(result); err != nil {
			return err
		}
	}
	for _, result := range c.Malformed() {
		if err := out.Emit(result); err != nil {
			return err
		}
	}
	return out.Flush()
}

// unlisted looks for files that no entry names. A directory that cannot be read fails, and
// one that is not looked into does if there may be nothing that is not listed.
func (r *Run) unlisted(dir *tree.Root, known *claim.Listed) error {
	out := r.Outbox()
	var failed error
	var elsewhere []string
	visit := func(name string, err error) {
		result := verdict.Result{Name: name, Status: verdict.Unlisted, Size: -1, ListedSize: -1}
		switch {
		case err == nil && !r.scope.HasUnlisted(name), err != nil && !r.scope.MayHoldUnlisted(name):
			return
		case err != nil && !r.scope.Span.Has(name+"/"): // it is told by who begins to look into it
			return
		case err == tree.ErrElsewhere:
			elsewhere = append(elsewhere, name)
			if !r.scope.Complete {
				return
			}
			result.Text = err.Error()
		case errors.Is(err, fs.ErrNotExist) && !r.scope.Complete:
			return // it was there a moment ago
		case err != nil:
			result = failure(&claim.Entry{Name: name, Size: -1}, err)
		}
		failed = cmp.Or(failed, out.emitUncounted(result))
	}
	enters := func(dir string) bool { return r.scope.Mounts || known.Below(dir) || r.scope.Span.EndsBelow(dir) }
	walking := tree.Walking{
		Passes: func(dir string) bool { return !r.scope.Span.Meets(dir) }, Known: known.In, Enters: enters,
	}
	err := dir.Walk(walking).Run(r.ctx, visit)
	if len(elsewhere) > 0 && !r.scope.Complete {
		slices.Sort(elsewhere)
		remark := claim.Remark{Text: "other file systems, which were not looked into: " + strings.Join(elsewhere, ", ")}
		failed = cmp.Or(failed, out.remark(remark))
	}
	return cmp.Or(err, failed, out.Flush())
}

// Create hashes whatever is below dir, as the model of an entry asks for, in the order of names.
func Create(r *Run, dir *tree.Root, model claim.Entry) error {
	names, err := r.namesBelow(dir)
	if err != nil {
		return err
	}
	slices.Sort(names)
	entries := entriesOf(names, model)
	if !r.scope.Together { // there is no list that they are of
		for i := range entries {
			entries[i].Line = 0
		}
	}
	r.inOrder(entries, true)
	r.tally.note(entries)
	err = r.beneath(dir, claim.Listing(r.scope), entries).check(dir.Device())
	return r.handedOver(r.tally.account(err, int64(len(entries))))
}

// namesBelow returns the names of all files below dir that the run is about, in no order.
func (r *Run) namesBelow(dir *tree.Root) (names []string, err error) {
	walk := dir.Walk(tree.Walking{Known: claim.NewListed(nil, r.scope.Own).In})
	var mu sync.Mutex
	err = r.group(min(workers(r), maxWalkers), func() error {
		out := r.Outbox()
		var found []string
		var failed error
		err := walk.Run(r.ctx, func(name string, err error) {
			if err != nil {
				failed = cmp.Or(failed, out.emitUncounted(failure(&claim.Entry{Name: name, Size: -1}, err)))
				return
			}
			if r.scope.Has(name) {
				found = append(found, name)
				r.tally.files.Add(1)
			}
		})
		mu.Lock()
		defer mu.Unlock()
		names = append(names, found...)
		return cmp.Or(err, failed, out.Flush())
	})
	return names, err
}

// entriesOf returns entries that ask for what a model does, of names; their lines are their places,
// from 1.
func entriesOf(names []string, model claim.Entry) []claim.Entry {
	entries := make([]claim.Entry, len(names))
	for i, name := range names {
		entries[i] = model
		entries[i].Name, entries[i].Line = name, i+1
	}
	return entries
}

// Hash hashes files beneath dir, or if that is nil, wherever they lie, as the model
// of an entry asks for.
func Hash(r *Run, dir *tree.Root, paths []string, model claim.Entry) error {
	entries := entriesOf(paths, model)
	r.tally.files.Store(int64(len(paths)))
	r.tally.note(entries)
	r.inOrder(entries, false)
	var err error
	if dir == nil {
		err = r.anywhere(claim.Hashing(r.scope), entries).check(tree.Flash)
	} else {
		err = r.beneath(dir, claim.Hashing(r.scope), entries).check(dir.Device())
	}
	return r.handedOver(r.tally.account(err, int64(len(entries))))
}
