package work

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"checksig/internal/claim"
	"checksig/internal/digest"
	"checksig/internal/verdict"
)

// tally is what a run has counted so far.
type tally struct {
	started time.Time
	elapsed atomic.Int64 // nanoseconds, once the run has ended

	files, totalBytes, bytes atomic.Int64
	found                    atomic.Bool // the totals are found out
	counts                   [verdict.StatusCount]atomic.Int64
	uncounted                atomic.Int64 // results that are not among the entries in files
	repeated, excluded       atomic.Int64 // entries
	ignored                  atomic.Int64 // files that are missing, and may be
	bare                     atomic.Int64 // files that are there, and listed without a digest
	served                   atomic.Int64 // files that are ok by digests that their server has said
	algorithms               [2]atomic.Uint64
	proving                  [2]atomic.Uint64 // of those, the ones by which somebody else's files were settled
}

// expect notes what a claim leaves to do.
func (t *tally) expect(c *claim.Claim) {
	t.repeated.Store(c.Repeated)
	t.excluded.Store(c.Excluded)
	t.files.Store(c.Files())
	t.note(c.Entries)
}

// note records which algorithms are in use.
func (t *tally) note(entries []claim.Entry) {
	var last *digest.Algorithm
	for i := range entries {
		for e := &entries[i]; e != nil; e = e.Also {
			if a := e.Algorithm; a != last && a != nil {
				t.algorithms[digest.Index(a)/64].Or(1 << (digest.Index(a) % 64))
				last = a
			}
		}
	}
}

// prove records by which algorithms of an entry its file was settled: those of a mask, or if that is
// 0, all of them.
func (t *tally) prove(e *claim.Entry, among uint16) {
	var seen []*digest.Algorithm
	for ; e != nil; e = e.Also {
		a := e.Algorithm
		if a == nil || slices.Contains(seen, a) {
			continue
		}
		if among == 0 || among>>len(seen)&1 != 0 {
			t.proving[digest.Index(a)/64].Or(1 << (digest.Index(a) % 64))
		}
		seen = append(seen, a)
	}
}

// account holds the counts against what there was to do: a file that no path
// through the code has counted must not be taken for one that is right.
func (t *tally) account(err error, files int64) error {
	if err != nil {
		return err
	}
	settled := t.bare.Load() - t.uncounted.Load()
	for status := range t.counts {
		settled += t.counts[status].Load()
	}
	if settled != files {
		return fmt.Errorf("internal error: %d verdicts on %d files", settled, files)
	}
	return nil
}

// totals returns what there is of counts by now.
func (t *tally) totals() verdict.Totals {
	bytes := t.bytes.Load() // before the total, which is never less
	s := verdict.Totals{
		Files: t.files.Load(), TotalBytes: t.totalBytes.Load(), Bytes: bytes, Found: t.found.Load(),
		Elapsed:  time.Duration(t.elapsed.Load()),
		Repeated: t.repeated.Load(), Excluded: t.excluded.Load(), Ignored: t.ignored.Load(),
		Bare: t.bare.Load(), Served: t.served.Load(),
	}
	if s.Elapsed == 0 {
		s.Elapsed = time.Since(t.started)
	}
	for status := range s.Counts {
		s.Counts[status] = t.counts[status].Load()
	}
	used := &t.algorithms
	if s.Served > 0 { // what nobody has looked at proves nothing
		used = &t.proving
	}
	for i, algorithm := range digest.All() {
		if used[i/64].Load()&(1<<(i%64)) != 0 {
			s.Algorithms = append(s.Algorithms, algorithm)
		}
	}
	return s
}
