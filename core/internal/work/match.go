package work

import (
	"checksig/internal/claim"
	"checksig/internal/names"
	"checksig/internal/verdict"
)

// Match holds a claim against the names of files that somebody else reads.
func (r *Run) Match(paths []string, c *claim.Claim) error {
	r.tally.expect(c)
	if err := r.reportClaim(c); err != nil {
		return err
	}
	if err := r.matchAll(paths, c.Entries); err != nil {
		return err
	}
	return r.tally.account(r.unmatched(paths, c.Listed), c.Files())
}

// matchAll reports each entry as what its name makes it.
func (r *Run) matchAll(paths []string, entries []claim.Entry) error {
	there := make(map[string]bool, len(paths))
	for _, name := range paths {
		if clean, ok := names.Clean(name); ok {
			there[clean] = true
		}
	}
	out := r.Outbox()
	judge := claim.Verifying(r.scope)
	for i := range entries {
		if err := out.Emit(claim.Matched(&entries[i], judge, there)); err != nil {
			return err
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	return out.Flush()
}

// unmatched reports the names that no entry has.
func (r *Run) unmatched(paths []string, known *claim.Listed) error {
	if !r.scope.WantsUnlisted() {
		return nil
	}
	out := r.Outbox()
	tests := make(map[string]func([]byte) bool) // by directory
	for _, name := range paths {
		dir, base, ok := names.Split(name)
		if !ok || !r.scope.HasUnlisted(name) {
			continue
		}
		if tests[dir] == nil {
			tests[dir] = known.In(dir)
		}
		if tests[dir]([]byte(base)) {
			continue
		}
		if err := out.emitUncounted(verdict.Result{Name: name, Status: verdict.Unlisted, Size: -1, ListedSize: -1}); err != nil {
			return err
		}
	}
	return out.Flush()
}
