package checksig

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Sizes in bytes: of most files of these tests, and the one listed for a file that is not there.
const (
	half = 512 << 10
	gone = 99
)

// odd makes a directory in which not every file is what its list says, and returns how many
// bytes there are to read.
func odd(t *testing.T) (dir string, lists []List, bytes int64) {
	dir, list := plant(t, map[string]string{
		"a": strings.Repeat("a", half), "b": strings.Repeat("b", half), "sub/c": "c", "large": strings.Repeat("l", 9<<20),
	})
	must(t, os.Symlink("a", filepath.Join(dir, "link")))
	must(t, os.WriteFile(filepath.Join(dir, "b"), []byte("shorter"), 0o644))
	none := strings.Repeat("0", 40)
	list += fmt.Sprintf("%s  link\n%s  gone\n%s  sub\n%s  ../up\nnonsense\n", none, none, none, none)
	entry := func(name string, size int64) Entry {
		return Entry{Name: name, Tag: "sha1", Digest: none, Size: size, Line: 1}
	}
	lists = []List{{Text: list}, {Entries: []Entry{entry("sub/missing", gone)}}}
	return dir, lists, half + 7 + 1 + 9<<20 + half
}

// TestTotalsAreWhatWasReadAtTheEnd: whatever became of the files, and whether or not anybody
// asked for sizes.
func TestTotalsAreWhatWasReadAtTheEnd(t *testing.T) {
	dir, lists, bytes := odd(t)
	for _, sizes := range []bool{false, true} {
		run := Verify(context.Background(), dir, lists, Options{Reading: Reading{Sizes: sizes}})
		for range run.Results() {
		}
		must(t, run.Err())
		if s := run.Totals(); s.Bytes != bytes || s.TotalBytes != bytes || !s.Found {
			t.Errorf("sizes %t: %d of %d bytes, want %d", sizes, s.Bytes, s.TotalBytes, bytes)
		}
	}
}

// TestTotalsAreKnownLongBeforeTheEnd: a run that takes an hour knows how much there is to
// read as soon as it has asked, and is never beyond it.
func TestTotalsAreKnownLongBeforeTheEnd(t *testing.T) {
	dir, lists, bytes := odd(t)
	paths := []string{filepath.Join(dir, "a"), filepath.Join(dir, "large"), filepath.Join(dir, "gone")}
	sha1, err := Lookup("sha1")
	must(t, err)
	opts := Options{Reading: Reading{Sizes: true, BWLimit: 4 << 10}, Algorithms: []*Algorithm{sha1}}
	for name, want := range map[string]int64{"verify": bytes + gone, "create": bytes, "hash": half + 9<<20} {
		run := map[string]func() *Run{
			"verify": func() *Run { return Verify(context.Background(), dir, lists, opts) },
			"create": func() *Run { return Create(context.Background(), dir, opts) },
			"hash":   func() *Run { return Hash(context.Background(), "", paths, opts) },
		}[name]()
		found := follow(t, run)
		if found.TotalBytes != want || found.Bytes >= want || found.Files < 3 {
			t.Errorf("%s: %d of %d bytes of %d files, want %d", name, found.Bytes, found.TotalBytes, found.Files, want)
		}
		run.Close()
		<-run.Ended()
	}
}

// follow takes what a run brings until its totals are found, and returns them.
func follow(t *testing.T, run *Run) Totals {
	var last Totals
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if _, err := run.Next(10 * time.Millisecond); err != nil {
			t.Fatal("it is over: ", err)
		}
		s := run.Totals()
		if s.Bytes > s.TotalBytes || s.Bytes < last.Bytes || s.Files < last.Files {
			t.Errorf("%+v after %+v", s, last)
		}
		if last = s; s.Found {
			return s
		}
	}
	t.Fatal("the totals are not found")
	return last
}

// TestSizesThatAreListedAreKnownAtOnce: nobody has to ask for them.
func TestSizesThatAreListedAreKnownAtOnce(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": strings.Repeat("a", half), "b": strings.Repeat("b", half)})
	var entries []Entry
	for _, name := range []string{"a", "b", "gone"} {
		entries = append(entries, Entry{Name: name, Tag: "sha1", Digest: strings.Repeat("0", 40), Size: half, Line: 1})
	}
	run := Verify(context.Background(), dir, []List{{Entries: entries}}, Options{Reading: Reading{Sizes: true}})
	results := 0
	for range run.Results() {
		results++
	}
	must(t, run.Err())
	if s := run.Totals(); results != 3 || s.TotalBytes != 2*half || s.Bytes != 2*half {
		t.Errorf("%d results, %+v", results, s)
	}
}

// TestALimitHoldsForAllWorkersTogether: the clock only says that it is not faster.
func TestALimitHoldsForAllWorkersTogether(t *testing.T) {
	files := map[string]string{}
	for i := range 8 {
		files[fmt.Sprint(i)] = strings.Repeat("x", half)
	}
	dir, list := plant(t, files)
	for _, readers := range []int{0, 4} {
		opts := Options{Reading: Reading{Workers: 4, Readers: readers, BWLimit: 16 << 20}}
		began := time.Now()
		run := Verify(context.Background(), dir, []List{{Text: list}}, opts)
		if _, err := run.Next(Forever); err != io.EOF {
			t.Errorf("readers %d: %v", readers, err)
		}
		// 4 MiB at 16 MiB a second, but for what may come at once.
		if took := time.Since(began); took < 190*time.Millisecond {
			t.Errorf("readers %d: 4 MiB took %s", readers, took)
		}
	}
}

// TestALimitDoesNotHoldUpWhoEndsTheRun: a worker may have an hour to wait.
func TestALimitDoesNotHoldUpWhoEndsTheRun(t *testing.T) {
	dir, list := plant(t, map[string]string{"a": strings.Repeat("a", half)})
	for _, readers := range []int{0, 1} {
		opts := Options{Reading: Reading{BWLimit: 1, Readers: readers}}
		run := Verify(context.Background(), dir, []List{{Text: list}}, opts)
		for run.Totals().Bytes == 0 && readers == 0 {
			_, _ = run.Next(time.Millisecond)
		}
		run.Close()
		<-run.Ended()
	}
}

// TestAFailureDoesNotWaitForTheFilesBehindIt: at such a rate these take hours.
func TestAFailureDoesNotWaitForTheFilesBehindIt(t *testing.T) {
	dir, list := plant(t, map[string]string{"b": strings.Repeat("b", half), "c": strings.Repeat("c", half)})
	lists := []List{{Text: strings.Repeat("0", 40) + "  a\n" + list}}
	run := Verify(context.Background(), dir, lists, Options{Reading: Reading{Workers: 1, BWLimit: 1}})
	batch, err := run.Next(Forever)
	if err != nil || len(batch) != 1 || batch[0].Status != Missing {
		t.Errorf("%v, %v", batch, err)
	}
	run.Close()
	<-run.Ended()
}
