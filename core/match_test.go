package checksig

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"checksig/internal/digest"
)

// named returns items that can be read, of unknown size.
func named(names ...string) (items []Item) {
	for _, name := range names {
		items = append(items, Item{Name: name, Size: -1})
	}
	return items
}

// match starts a run over one list.
func match(t *testing.T, items []Item, text string, rules Rules) *Run {
	t.Helper()
	run := Match(context.Background(), items, []List{{Text: text}}, Options{Rules: rules})
	t.Cleanup(run.Close)
	return run
}

// answer settles every pending file as read says, and returns the results by name.
// It fails if two are of one name.
func answer(t *testing.T, run *Run, read func(pending Result) Settlement) map[string]Result {
	t.Helper()
	found := make(map[string]Result)
	for result := range run.Results() {
		if result.Status == Undecided {
			s := read(result)
			s.Number = result.Number
			must(t, run.Settle(s))
			continue
		}
		if _, twice := found[result.Name]; twice {
			t.Errorf("%s: two results", result.Name)
		}
		found[result.Name] = result
	}
	must(t, run.Err())
	return found
}

// reading returns what an honest caller makes of contents, by name.
func reading(contents map[string]string) func(Result) Settlement {
	return func(r Result) Settlement {
		content := contents[r.Name]
		algorithms := []*Algorithm{r.Algorithm}
		for _, d := range r.Digests {
			if !slices.Contains(algorithms, d.Algorithm) {
				algorithms = append(algorithms, d.Algorithm)
			}
		}
		s := Settlement{Size: int64(len(content))}
		for _, a := range algorithms {
			h := a.New()
			h.Write([]byte(content))
			s.Digests = h.Sum(s.Digests)
		}
		return s
	}
}

func unreached(t *testing.T) func(Result) Settlement {
	return func(r Result) Settlement {
		t.Errorf("%s is to be read", r.Name)
		return Settlement{Status: Unreadable, Size: -1}
	}
}

func checkResults(t *testing.T, found map[string]Result, want map[string]string) {
	t.Helper()
	for name, result := range want {
		r, known := found[name]
		if got := strings.TrimSpace(r.Status.String() + " " + r.Text); !known || got != result {
			t.Errorf("%s: %q (reported: %t), want %q", name, got, known, result)
		}
	}
	if len(found) != len(want) {
		t.Errorf("%d results, want %d: %+v", len(found), len(want), found)
	}
}

// TestMatchOpensNothing holds lists against names: what is there is undecided until
// somebody has read it.
func TestMatchOpensNothing(t *testing.T) {
	text := ofSHA256("a", "") + ofSHA1("./a", "") + ofMD5("gone", "") + ofMD5("../up", "") + ofMD5("left/out", "")
	rules := Rules{Complete: true, Own: []string{"list"}, Exclude: []string{"left/"}, Require: []string{"b"}}
	run := match(t, named("a", "extra", "list", "left/out"), text, rules)
	undecided := 0
	found := answer(t, run, func(r Result) Settlement {
		undecided++
		if r.Name != "a" || r.Text != "" || r.Found != "" || r.Size != -1 {
			t.Errorf("%+v", r)
		}
		if len(r.Digests) != 2 || strings.Trim(r.Digests[1].Found, "\x00") != "" {
			t.Errorf("digests %v, want two that are not found", r.Digests)
		}
		if s := run.Totals(); s.Counts[OK] != 0 || s.Counts[Unreadable] != 0 {
			t.Errorf("a pending file is counted: %+v", s)
		}
		return reading(nil)(r)
	})
	checkResults(t, found, map[string]string{
		"gone": "missing no such file", "../up": "unsafe-path leads out of the root",
		"extra": "unlisted", "b": "missing required, and not listed with a digest",
	})
	if s := run.Totals(); s.Files != 3 || s.Excluded != 1 || s.Counts[OK] != 1 || undecided != 1 {
		t.Errorf("%d files, %d excluded, %d ok, %d undecided", s.Files, s.Excluded, s.Counts[OK], undecided)
	}
}

func TestSizesSettleItemsUnread(t *testing.T) {
	entry := func(name string, size int64) Entry {
		return Entry{Name: name, Tag: "sha1", Digest: fmt.Sprintf("%040x", 1), Size: size, Line: 1}
	}
	entries := []Entry{entry("shorter", 5), entry("two sizes", 3), entry("two sizes", 4), entry("same", 3), entry("unknown", 9)}
	items := []Item{{Name: "shorter", Size: 4}, {Name: "two sizes", Size: 3}, {Name: "same", Size: 3}, {Name: "unknown", Size: -1}}
	run := Match(context.Background(), items, []List{{Entries: entries}}, Options{})
	read := map[string]bool{}
	found := answer(t, run, func(r Result) Settlement {
		read[r.Name] = true
		return Settlement{Size: 3, Digests: make([]byte, 20)}
	})
	checkResults(t, found, map[string]string{
		"shorter": "mismatch it has 4 bytes, and 5 are listed", "two sizes": "mismatch listed twice, with different sizes",
		"same": "mismatch", "unknown": "mismatch it has 3 bytes, and 9 are listed",
	})
	if s := run.Totals(); len(read) != 2 || !read["same"] || !read["unknown"] || s.TotalBytes != 6 || s.Bytes != 6 {
		t.Errorf("read %v, %+v", read, s)
	}
}

func TestSizesAloneOfItemsAreNeverOKIfOneIsNotKnown(t *testing.T) {
	entry := Entry{Name: "a", Tag: "sha1", Digest: fmt.Sprintf("%040x", 1), Size: 3}
	for size, want := range map[int64]Status{3: OK, 4: Mismatch, -1: Unsupported} {
		run := Match(context.Background(), []Item{{Name: "a", Size: size}}, []List{{Entries: []Entry{entry}}},
			Options{Rules: Rules{SizeOnly: true, KeepOK: true}})
		if found := answer(t, run, unreached(t)); found["a"].Status != want {
			t.Errorf("size %d: %+v", size, found)
		}
	}
}

func TestItemsWithAFaultAreSettledUnread(t *testing.T) {
	items := []Item{
		{Name: "link", Size: 3, Status: NotRegular, Reason: "a symbolic link"},
		{Name: "dir", Size: 0, Status: NotRegular, Reason: "a directory", Mark: Unnoticed},
		{Name: "locked", Size: 3, Status: Unreadable, Reason: "it is encrypted"},
		{Name: "other", Size: 3, Status: Unreadable, Reason: "it is encrypted"},
		{Name: "C:evil", Size: 3, Status: UnsafePath, Reason: "a drive", Mark: Remarkable},
		{Name: "safe", Size: 3, Status: UnsafePath, Reason: "a drive"},
	}
	text := ofSHA1("link", "x") + ofSHA1("dir", "x") + ofSHA1("locked", "x")
	run := match(t, items, text, Rules{Complete: true})
	checkResults(t, answer(t, run, unreached(t)), map[string]string{
		"link": "not-regular a symbolic link", "dir": "not-regular a directory", "locked": "unreadable it is encrypted",
		"other": "unlisted", "C:evil": "unsafe-path a drive", // and not unlisted as well
	})
}

func TestMarksSayWhatBecomesOfItemsThatNoEntryNames(t *testing.T) {
	fault := func(name string, mark int) Item {
		return Item{Name: name, Size: -1, Status: Unreadable, Reason: "why", Mark: [...]Mark{Plain, Unnoticed, Remarkable}[mark]}
	}
	items := append(named("a", "extra", "../out"),
		fault("dir", 1), fault("twice", 2), fault("../up", 2), fault("/listed", 2), fault("named", 2), fault("left/out", 2), fault("/up", 1))
	text := ofSHA1("a", "a") + ofSHA1("/listed", "x") + ofSHA1("./named", "x") + ofSHA1("left/out", "x")
	run := match(t, items, text, Rules{Complete: true, Exclude: []string{"left/"}})
	var got []string
	for r := range run.Results() {
		if r.Status == Undecided {
			must(t, run.Settle(reading(map[string]string{"a": "a"})(r)))
			continue
		}
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Name, r.Status, r.Text)))
	}
	must(t, run.Err())
	want := map[string]bool{
		"/listed unsafe-path leads out of the root": true, "./named unreadable why": true,
		"extra unlisted": true, "twice unreadable why": true, "twice unlisted": true,
		"../up unreadable why": true, "left/out unreadable why": true,
	}
	for _, line := range got {
		if !want[line] {
			t.Errorf("unexpected: %s", line)
		}
		delete(want, line)
	}
	if len(want) > 0 {
		t.Errorf("not reported: %v", want)
	}
	if s := run.Totals(); s.Files != 3 || s.Counts[OK] != 1 || s.Counts[Unreadable] != 4 || s.Counts[Unlisted] != 2 {
		t.Errorf("%+v", s)
	}
}

// TestOfSeveralItemsWithOneNameAFaultWins: whichever of two was read, its digest would
// say nothing about the other.
func TestOfSeveralItemsWithOneNameAFaultWins(t *testing.T) {
	bad := Item{Name: "./a", Size: -1, Status: NotRegular, Reason: "a directory", Mark: Unnoticed}
	for _, items := range [][]Item{{named("a")[0], bad}, {bad, named("a")[0]}} {
		run := match(t, items, ofSHA1("a", "a"), Rules{})
		checkResults(t, answer(t, run, unreached(t)), map[string]string{"a": "not-regular a directory"})
	}
	for _, items := range [][]Item{{named("b")[0], {Name: "b", Status: NotRegular, Mark: Unnoticed}}, named("b", "./b")} {
		run := match(t, append(items, named("a")...), ofSHA1("a", "a"), Rules{Complete: true})
		found := answer(t, run, reading(map[string]string{"a": "a"}))
		checkResults(t, found, map[string]string{"b": "unlisted"})
	}
	run := match(t, named("a", "./a"), ofSHA1("a", "a"), Rules{})
	checkResults(t, answer(t, run, unreached(t)), map[string]string{"a": "unreadable more than one item has this name"})
}

func TestMissingItemsMayBeIgnoredUnlessTheyAreRequired(t *testing.T) {
	text := ofSHA1("a", "a") + ofSHA1("gone", "x") + ofSHA1("sub/gone", "x") + ofSHA1("lost", "x")
	run := match(t, named("a", "lost"), text, Rules{IgnoreMissing: true, Require: []string{"sub/gone", "other"}})
	found := answer(t, run, func(r Result) Settlement {
		if r.Name == "lost" {
			return Settlement{Status: Missing, Size: -1, Reason: "gone since"}
		}
		return reading(map[string]string{"a": "a"})(r)
	})
	checkResults(t, found, map[string]string{"sub/gone": "missing no such file", "other": "missing required, and not listed with a digest"})
	if s := run.Totals(); s.Ignored != 2 || s.Counts[Missing] != 4 || s.Counts[OK] != 1 || s.Files != 4 {
		t.Errorf("%+v", s)
	}
}

func TestPatternsChooseItems(t *testing.T) {
	text := ofSHA1("a.txt", "a") + ofSHA1("b.bin", "b") + ofSHA1("tmp/c.txt", "c")
	items := named("a.txt", "b.bin", "tmp/c.txt", "d.txt", "e.bin", "sub/f.txt")
	run := match(t, items, text, Rules{Complete: true, Include: []string{"*.txt"}, Exclude: []string{"tmp/"}})
	checkResults(t, answer(t, run, reading(map[string]string{"a.txt": "a"})), map[string]string{"d.txt": "unlisted", "sub/f.txt": "unlisted"})
	if s := run.Totals(); s.Files != 1 || s.Excluded != 2 || s.Counts[OK] != 1 {
		t.Errorf("%+v", s)
	}
	run = match(t, items, text, Rules{Complete: true, Within: "sub", MinStrength: digest.Strong})
	found := answer(t, run, unreached(t))
	if found["sub/f.txt"].Status != Unlisted || found["a.txt"].Status != Unsupported || len(found) != 4 {
		t.Errorf("%+v", found)
	}
}

func TestALinkThatIsListedIsNoItem(t *testing.T) {
	link := Entry{Name: "a", Tag: "link:", Digest: "62", Size: -1}
	for _, record := range []bool{true, false} {
		run := Match(context.Background(), named("a"), []List{{Entries: []Entry{link}}}, Options{Rules: Rules{RecordLinks: record}})
		checkResults(t, answer(t, run, unreached(t)), map[string]string{"a": "unsupported symbolic links are not compared"})
	}
}
