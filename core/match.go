package checksig

import (
	"checksig/internal/names"
	"checksig/internal/verdict"
)

// Match holds a claim against the names of files that somebody else reads.
func (r *Run) Match(paths []string, c *Claim) error {
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
func (r *Run) matchAll(paths []string, entries []Entry) error {
	there := make(map[string]bool, len(paths))
	for _, name := range paths {
		if clean, ok := names.Clean(name); ok {
			there[clean] = true
		}
	}
	out := r.Outbox()
	judge := Verifying(r.scope)
	for i := range entries {
		if err := out.Emit(matched(&entries[i], judge, there)); err != nil {
			return err
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	return out.Flush()
}

func matched(e *Entry, judge Judge, there map[string]bool) Result {
	name, ok := names.Clean(e.Name)
	result, refused := judge.Refusal(e)
	if refused {
		return result
	}
	result = Unopened(e)
	switch {
	case !ok:
		result.Status, result.Text = verdict.UnsafePath, names.ErrUnsafe.Error()
	case !there[name]:
		result.Status, result.Text = verdict.Missing, "no such file"
	case e.Size == contradicted:
		result.Status, result.Text = verdict.Mismatch, "listed twice, with different sizes"
	default:
		result.Status = verdict.Unreadable
		if e.Also != nil {
			result.Digests = awaited(e)
		}
	}
	return result
}

// awaited returns the digests that are listed for a file, none of them found.
func awaited(e *Entry) (digests []Digest) {
	for entry := e; entry != nil; entry = entry.Also {
		digests = append(digests, digestOf(entry, make([]byte, entry.Algorithm.Size)))
	}
	return digests
}

// unmatched reports the names that no entry has.
func (r *Run) unmatched(paths []string, known *Listed) error {
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
		if err := out.emitUncounted(Result{Name: name, Status: verdict.Unlisted, Size: -1, ListedSize: -1}); err != nil {
			return err
		}
	}
	return out.Flush()
}
