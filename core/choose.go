package checksig

import (
	"errors"
	"strings"

	"checksig/internal/names"
	"checksig/internal/sums"
)

// resolve makes one entry of all that name the same file, and leaves out those
// that the run is not about. It also returns what is listed, left out or not.
func (r *Run) resolve(entries []Entry, malformed []sums.Malformed) ([]Entry, *listed, error) {
	entries, repeated := merge(entries)
	r.repeated.Store(repeated)
	listedAs := newListed(entries, r.opts.Own)
	if err := r.require(entries); err != nil {
		return nil, nil, err
	}
	if entries = r.choose(entries); len(entries)+len(malformed) == 0 {
		return nil, nil, &ManifestError{Err: errors.New("the patterns leave nothing to check")}
	}
	r.files.Store(int64(len(entries) + len(malformed)))
	r.note(entries)
	return entries, listedAs, nil
}

// choose leaves out the entries that the patterns leave out. It keeps the slice
// that it gets as it is: what is left out is listed all the same.
func (r *Run) choose(entries []Entry) []Entry {
	if r.chosen.Everything() {
		return entries
	}
	var chosen []Entry
	for i := range entries {
		name, ok := names.Clean(entries[i].Name)
		if !ok || r.chosen.Has(name) {
			chosen = append(chosen, entries[i])
		}
	}
	r.excluded.Store(int64(len(entries) - len(chosen)))
	return chosen
}

// require notes which files must be there, and reports those that no entry names.
func (r *Run) require(entries []Entry) error {
	if len(r.opts.Require) == 0 {
		return nil
	}
	r.required = make(map[string]bool)
	left := make(map[string]bool)
	for _, name := range r.opts.Require {
		if clean, ok := names.Clean(name); ok {
			name = clean
		}
		r.required[name], left[name] = true, true
	}
	for i := range entries {
		if name, ok := names.Clean(entries[i].Name); ok {
			delete(left, name)
		}
	}
	w := r.worker(nil)
	for _, name := range r.opts.Require {
		if clean, ok := names.Clean(name); ok {
			name = clean
		}
		if !left[name] {
			continue
		}
		delete(left, name)
		r.uncounted.Add(1)
		if err := w.emit(Result{Name: name, Status: Missing, Size: -1, ListedSize: -1, Text: "required, and not listed"}); err != nil {
			return err
		}
	}
	return w.flush()
}

// within reports whether a file that no list names is one to report.
func (r *Run) within(name string) bool {
	dir := r.opts.Within
	return dir == "" || strings.HasPrefix(name, dir) && name[len(dir):] != "" && name[len(dir)] == '/'
}

// mayMiss reports whether a file that is missing may be.
func (r *Run) mayMiss(name string) bool {
	if !r.opts.IgnoreMissing {
		return false
	}
	clean, _ := names.Clean(name)
	return !r.required[clean]
}
