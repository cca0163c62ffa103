package work

import (
	"cmp"

	"checksig/internal/claim"
	"checksig/internal/tree"
	"checksig/internal/verdict"
)

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
		text := verdict.Result{Status: verdict.Remarked, List: remark.List, Size: -1, ListedSize: -1, Text: remark.Text}
		if err := out.pass(text); err != nil {
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

// unlisted looks for files that no entry names.
func (r *Run) unlisted(dir *tree.Root, known *claim.Listed) error {
	out := r.Outbox()
	var failed error
	err := dir.Walk(r.ctx, known.In, func(name string, err error) {
		if err == nil && !r.scope.HasUnlisted(name) {
			return
		}
		result := verdict.Result{Name: name, Status: verdict.Unlisted, Size: -1, ListedSize: -1}
		if err != nil && r.scope.Complete {
			result = failure(&claim.Entry{Name: name, Size: -1}, err)
		}
		failed = cmp.Or(failed, out.emitUncounted(result))
	})
	return cmp.Or(err, failed, out.Flush())
}

// Create hashes whatever is below dir, as the model of an entry asks for.
func Create(r *Run, dir *tree.Root, model claim.Entry) error {
	out := r.Outbox()
	var entries []claim.Entry
	var failed error
	err := dir.Walk(r.ctx, claim.NewListed(nil, r.scope.Own).In, func(name string, err error) {
		if err != nil {
			failed = cmp.Or(failed, out.emitUncounted(failure(&claim.Entry{Name: name, Size: -1}, err)))
			return
		}
		if r.scope.Has(name) {
			entry := model
			entry.Name = name
			entries = append(entries, entry)
			r.tally.files.Add(1)
		}
	})
	if err = cmp.Or(err, failed, out.Flush()); err != nil {
		return err
	}
	r.tally.note(entries)
	err = r.beneath(dir, claim.Listing(r.scope), entries).check(dir.Device())
	return r.tally.account(err, int64(len(entries)))
}

// Hash hashes files beneath dir, or if that is nil, wherever they lie, as the model
// of an entry asks for.
func Hash(r *Run, dir *tree.Root, paths []string, model claim.Entry) error {
	entries := make([]claim.Entry, len(paths))
	for i, path := range paths {
		entries[i] = model
		entries[i].Name, entries[i].Line = path, i+1
	}
	r.tally.files.Store(int64(len(paths)))
	r.tally.note(entries)
	if dir == nil {
		return r.tally.account(r.anywhere(claim.Hashing(r.scope), entries).check(tree.Flash), int64(len(entries)))
	}
	return r.tally.account(r.beneath(dir, claim.Hashing(r.scope), entries).check(dir.Device()), int64(len(entries)))
}
