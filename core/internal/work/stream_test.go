package work

import (
	"context"
	"testing"

	"checksig/internal/claim"
	"checksig/internal/digest"
	"checksig/internal/fetch"
	"checksig/internal/verdict"
)

// TestWhatWasHashedInPartOnlyIsNeverOK: whatever may go wrong among readers and workers, the last
// look is at how many bytes were hashed.
func TestWhatWasHashedInPartOnlyIsNeverOK(t *testing.T) {
	a := digest.Lookup("md5")
	sum := a.New().Sum(nil)
	for _, c := range []struct {
		said, hashed int64
		want         verdict.Status
	}{
		{10, 10, verdict.OK}, {-1, 10, verdict.OK}, {10, 9, verdict.Changed}, {10, 11, verdict.Changed},
		{10, 0, verdict.Changed}, {0, 1, verdict.Changed},
	} {
		source, err := fetch.NewSource("http://127.0.0.1:9/", fetch.Known{ETag: "a", Size: c.said})
		if err != nil {
			t.Fatal(err)
		}
		run := Start(context.Background(), Reading{}, claim.Rules{}, func(r *Run) error {
			f, err := newFetching(r, Fetching{})
			if err != nil {
				return err
			}
			e := &claim.Entry{Name: "x", Algorithm: a, Size: -1}
			r.pending.open(claim.Listing(r.scope))
			s := newStream(Order{r.pending.add(waiting{entry: e, size: c.said}), source}, e, c.said)
			s.size, s.parts = c.hashed, 1
			f.finish(s, sum)
			return nil
		})
		if <-run.done; run.err != nil || run.tally.counts[c.want].Load() != 1 {
			t.Errorf("%d of %d bytes: not %v; %v", c.hashed, c.said, c.want, run.err)
		}
	}
}
