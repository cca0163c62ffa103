package work

import (
	"checksig/internal/tree"
)

// batched is the files that a worker opens many at a time: those that it has taken of the feed, and
// has not begun. The zero value opens none.
type batched struct {
	batch *tree.Batch // nil until there is a use for one, or if there is none to be had
	from  int         // the number of its first entry
	names []string
	over  bool // none is to be had, or wanted
}

// worthwhile is how many files have to be opened for a batch to be of use: fewer cost as much one by one.
const worthwhile = 8

// ready returns the file of entry i if it was opened with others. When none was, it opens those from i
// up to end, if they are enough.
func (w *worker) ready(i, end int) (file tree.File, ok bool) {
	b := &w.batched
	switch {
	case b.over || b.batch == nil && end-i < worthwhile:
		return tree.File{}, false
	case w.run.few.known.Load():
		b.giveUp()
		return tree.File{}, false
	}
	if i >= b.from+len(b.names) {
		if end-i < worthwhile || !w.fill(i, end) {
			return tree.File{}, false
		}
	}
	return b.batch.Take(i - b.from)
}

// fill opens the files of entries from i up to end, and returns false if there is no batch.
func (w *worker) fill(i, end int) bool {
	b := &w.batched
	if b.batch == nil {
		if b.batch = w.crew.batch(); b.batch == nil {
			b.over = true
			return false
		}
	}
	b.batch.Drop()
	for b.batch.Unread() { // lanes take what they hash soon; here, the bytes have to go now
		if w.stepAll() != nil {
			return false
		}
	}
	b.from, b.names = i, b.names[:0]
	for ; i < min(end, b.from+tree.BatchFiles); i++ {
		e, name := &w.crew.entries[i], ""
		if _, refused := w.crew.judge.Refusal(e); !refused && !e.Link {
			name = e.Name
		}
		b.names = append(b.names, name)
	}
	b.batch.Open(b.names)
	return true
}

// giveUp closes what was opened and not begun, and opens no more: each descriptor is wanted. The first
// bytes of files that lanes have and did not ask for yet stay where they are.
func (b *batched) giveUp() {
	if b.batch != nil {
		b.batch.Drop()
	}
	b.over = true
}

// close is giveUp, once no lane has a file.
func (b *batched) close() {
	if b.batch != nil {
		b.batch.Close()
		b.batch = nil
	}
}
