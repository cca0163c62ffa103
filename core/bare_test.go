package checksig

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
)

// bare returns an entry without a digest.
func bare(name string, size int64) Entry {
	return Entry{Name: name, Tag: "no-digest:", Size: size, Line: 1}
}

func TestWhatIsListedWithoutADigestIsCountedApartAndNeverOK(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a", "three": "abc", "sub/b": "b"})
	cases := []struct {
		entry  Entry
		status Status // that of the one result; OK if there is none
	}{
		{bare("three", 3), OK},
		{bare("three", -1), OK},
		{bare("three", 4), Mismatch},
		{bare("gone", 3), Missing},
		{bare("gone", -1), Missing},
		{bare("sub", -1), NotRegular},
		{bare("../x", 1), UnsafePath},
	}
	for _, c := range cases {
		lists := []List{{Text: ofSHA1("a", "a")}, {Entries: []Entry{c.entry}}}
		run := Verify(context.Background(), dir, lists, Options{})
		results := slices.Collect(run.Results())
		must(t, run.Err())
		s := run.Totals()
		if s.Files != 2 || s.Counts[OK] != 1 || (s.Bare == 1) != (c.status == OK) {
			t.Errorf("%+v: %+v", c.entry, s)
		}
		if c.status != OK && (len(results) != 1 || results[0].Status != c.status) || c.status == OK && len(results) != 0 {
			t.Errorf("%+v: %+v", c.entry, results)
		}
	}
}

func TestItemsOfUnknownSizeAreNotTakenForRight(t *testing.T) {
	items := []Item{{Name: "a", Size: -1}, {Name: "b", Size: -1}, {Name: "c", Size: 2}}
	lists := []List{{Entries: []Entry{bare("a", 1), bare("b", -1), bare("c", 1)}}, {Text: ofSHA1("x", "x")}}
	found := answer(t, Match(context.Background(), items, lists, Options{}), reading(nil))
	checkResults(t, found, map[string]string{
		"a": "unsupported its size is not known", "c": "mismatch it has 2 bytes, and 1 are listed",
		"x": "missing no such file",
	})
}

func TestADigestBesideDecidesAndTheSizeCounts(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a"})
	for _, size := range []int64{1, 2} {
		for _, lists := range [][]List{
			{{Text: ofSHA1("a", "a")}, {Entries: []Entry{bare("./a", size)}}},
			{{Entries: []Entry{bare("./a", size)}}, {Text: ofSHA1("a", "a")}},
		} {
			run := Verify(context.Background(), dir, lists, Options{})
			for range run.Results() {
			}
			must(t, run.Err())
			s := run.Totals()
			if s.Files != 1 || s.Bare != 0 || (s.Counts[OK] == 1) != (size == 1) {
				t.Errorf("%d: %+v", size, s)
			}
		}
	}
}

func TestAListOfNothingElseVerifiesNothing(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a"})
	run := Verify(context.Background(), dir, []List{{Entries: []Entry{bare("a", 1)}}}, Options{})
	for range run.Results() {
	}
	if run.Err() == nil {
		t.Error("a list without a digest was checked")
	}
	run = Verify(context.Background(), dir, []List{{Text: "no-digest (a) = 61\n"}}, Options{})
	results := slices.Collect(run.Results())
	if len(results) != 1 || results[0].Status != Unsupported {
		t.Errorf("%+v, in %s", results, filepath.Base(dir))
	}
}
