package checksig

import (
	"cmp"
	"context"

	"checksig/internal/names"
	"checksig/internal/sums"
	"checksig/internal/tree"
)

// Match holds lists against the names of files that somebody else reads, such as
// the members of an archive. What is missing, unlisted, malformed or unsafe is
// settled by that. A file that is left to be read is Unreadable without a reason:
// until somebody has read it, it is not right. Its Result has all Digests listed
// for it, if there are several; what was Found is zero.
func Match(ctx context.Context, paths []string, lists []List, opts Options) *Run {
	return start(ctx, opts, func(r *Run) error {
		entries, malformed, err := parseAll(lists)
		if err != nil {
			return err
		}
		return r.match(paths, entries, malformed)
	})
}

func (r *Run) match(paths []string, entries []Entry, malformed []sums.Malformed) error {
	entries, listedAs, err := r.resolve(entries, malformed)
	if err != nil {
		return err
	}
	if err := r.reportMalformed(malformed); err != nil {
		return err
	}
	if err := r.matchAll(paths, entries); err != nil {
		return err
	}
	return r.account(r.unmatched(paths, listedAs), int64(len(entries)+len(malformed)))
}

// matchAll reports each entry as what its name makes it.
func (r *Run) matchAll(paths []string, entries []Entry) error {
	there := make(map[string]bool, len(paths))
	for _, name := range paths {
		if clean, ok := names.Clean(name); ok {
			there[clean] = true
		}
	}
	w := r.worker(nil)
	for i := range entries {
		if err := cmp.Or(w.emit(r.matched(&entries[i], there)), r.ctx.Err()); err != nil {
			return err
		}
	}
	return w.flush()
}

func (r *Run) matched(e *Entry, there map[string]bool) Result {
	name, ok := names.Clean(e.Name)
	result, refused := r.refuse(e)
	switch {
	case refused:
	case !ok:
		return failure(*e, tree.ErrUnsafe)
	case !there[name]:
		result = resultOf(e)
		result.Status, result.Text = Missing, "no such file"
	case e.Size == contradicted:
		result = resultOf(e)
		result.Status, result.Text = Mismatch, "listed twice, with different sizes"
	default:
		result = resultOf(e)
		result.Status = Unreadable
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
func (r *Run) unmatched(paths []string, known *listed) error {
	if !r.opts.Unlisted && !r.opts.Complete {
		return nil
	}
	w := r.worker(nil)
	tests := make(map[string]func([]byte) bool) // by directory
	for _, name := range paths {
		dir, base, ok := names.Split(name)
		if !ok || !r.chosen.Has(name) || !r.within(name) {
			continue
		}
		if tests[dir] == nil {
			tests[dir] = known.in(dir)
		}
		if tests[dir]([]byte(base)) {
			continue
		}
		r.uncounted.Add(1)
		if err := w.emit(Result{Name: name, Status: Unlisted, Size: -1, ListedSize: -1}); err != nil {
			return err
		}
	}
	return w.flush()
}
