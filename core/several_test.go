package checksig

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"checksig/internal/digest"
	"checksig/internal/sums"
	"checksig/internal/work"
)

// ofMD5, ofSHA1 and ofSHA256 are lines of lists.
func ofMD5(name, content string) string {
	return fmt.Sprintf("%x  %s\n", md5.Sum([]byte(content)), name)
}

func ofSHA1(name, content string) string {
	return fmt.Sprintf("%x  %s\n", sha1.Sum([]byte(content)), name)
}

func ofSHA256(name, content string) string {
	return fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(content)), name)
}

// audit returns the results that are not ok, in order of name, and the summary.
func audit(t *testing.T, dir string, opts Options, texts ...string) ([]Result, Totals) {
	t.Helper()
	lists := make([]List, len(texts))
	for i, text := range texts {
		lists[i].Text = text
	}
	run := Verify(context.Background(), dir, lists, opts)
	results := slices.Collect(run.Results())
	must(t, run.Err())
	slices.SortFunc(results, func(a, b Result) int { return strings.Compare(a.Name, b.Name) })
	return results, run.Totals()
}

func TestAFileOfSeveralListsIsReadOnceAndMustMatchThemAll(t *testing.T) {
	content := strings.Repeat("content", 300_000)
	dir, _ := plant(t, map[string]string{"a": content, "b": content, "c": content, "d": ""})
	for _, c := range []struct{ first, second, wrong string }{
		{ofMD5("a", content), ofSHA256("a", content), ""},
		{ofMD5("a", content), ofSHA256("./a", "other"), "sha256"},
		{ofMD5("a", "other"), ofSHA256("a", content), "md5"},
		{ofMD5("a", "other"), ofSHA256("a", "other"), "md5"},
		{ofSHA1("d", ""), ofMD5("d", ""), ""},
		{ofSHA1("d", ""), ofMD5("d", "x"), "md5"},
	} {
		results, summary := audit(t, dir, Options{}, c.first+ofSHA1("b", content), c.second+ofSHA1("c", content))
		read := summary.Bytes
		switch {
		case c.wrong == "" && len(results) == 0 && summary.Counts[OK] == 3:
		case c.wrong != "" && len(results) == 1 && results[0].Status == Mismatch && results[0].Algorithm.Name == c.wrong:
			if len(results[0].Digests) != 2 {
				t.Errorf("digests %+v", results[0].Digests)
			}
		default:
			t.Errorf("%q and %q: %+v, %+v", c.first, c.second, results, summary)
		}
		if summary.Files != 3 || read != int64(2*len(content)) && read != int64(3*len(content)) {
			t.Errorf("%d bytes of %d files were read", read, summary.Files)
		}
	}
}

func TestManyFilesOfSeveralListsAreAllHashed(t *testing.T) {
	files := map[string]string{}
	var first, second, third strings.Builder
	for i := range 300 {
		name, content := fmt.Sprintf("%03d", i), strings.Repeat(fmt.Sprint(i, " "), i*37)
		files[name] = content
		first.WriteString(ofMD5(name, content))
		second.WriteString(ofSHA256(name, content))
		if i%2 == 0 {
			third.WriteString(ofSHA1(name, content))
		}
	}
	dir, _ := plant(t, files)
	for _, workers := range []int{1, 2, 7} {
		results, summary := audit(t, dir, Options{Reading: Reading{Workers: workers}}, first.String(), second.String(), third.String())
		if len(results) != 0 || summary.Counts[OK] != 300 {
			t.Errorf("%d workers: %+v, %+v", workers, results, summary)
		}
	}
}

func TestMoreMixesOfAlgorithmsThanFitAreHashed(t *testing.T) {
	content := strings.Repeat("x", 5000)
	var names []string
	files := map[string]string{}
	var lists [][]Entry
	all := digest.All()
	for i := range 3 * work.MaxMixes {
		name := fmt.Sprintf("%02d", i)
		names, files[name] = append(names, name), content
		var entries []Entry
		for j, a := range all[:14] {
			if j == i%14 || j == (i/14+i+1)%14 || j == (3*i+5)%14 {
				h := a.New()
				h.Write([]byte(content))
				entries = append(entries, Entry{Name: name, Tag: a.Name, Digest: fmt.Sprintf("%x", h.Sum(nil)), Size: -1, Line: 1})
			}
		}
		lists = append(lists, entries)
	}
	dir, _ := plant(t, files)
	run := Verify(context.Background(), dir, []List{{Entries: slices.Concat(lists...)}}, Options{})
	results := slices.Collect(run.Results())
	must(t, run.Err())
	if len(results) != 0 || run.Totals().Counts[OK] != int64(len(names)) {
		t.Errorf("%+v, %+v", results, run.Totals())
	}
}

func TestConflictingLinesFailAndIdenticalOnesAreSaidOnce(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a", "b": "b"})
	results, summary := audit(t, dir, Options{}, ofSHA1("a", "a")+ofSHA1("./a", "a")+ofSHA1("b", "b")+ofSHA1("b", "x")+ofSHA1("b", "y"))
	if len(results) != 1 || results[0].Name != "b" || results[0].Status != Mismatch || !strings.Contains(results[0].Text, "twice") {
		t.Errorf("results %+v", results)
	}
	if summary.Files != 2 || summary.Repeated != 2 || summary.Counts[OK] != 1 {
		t.Errorf("summary %+v", summary)
	}
}

func TestAListedSizeThatDiffersIsAMismatchThatIsNotRead(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "abc"})
	entry := Entry{Name: "a", Tag: "sha1", Digest: fmt.Sprintf("%x", sha1.Sum([]byte("abc"))), Line: 1}
	for size, want := range map[int64]Status{-1: OK, 3: OK, 0: Mismatch, 4: Mismatch} {
		entry.Size = size
		run := Verify(context.Background(), dir, []List{{Entries: []Entry{entry}}}, Options{Rules: Rules{KeepOK: true}})
		results := slices.Collect(run.Results())
		must(t, run.Err())
		if len(results) != 1 || results[0].Status != want || want == Mismatch && run.Totals().Bytes != 0 {
			t.Errorf("size %d: %+v, %+v", size, results, run.Totals())
		}
	}
	other := entry
	entry.Size, other.Size = 3, 4
	run := Verify(context.Background(), dir, []List{{Entries: []Entry{entry, other}}}, Options{})
	if results := slices.Collect(run.Results()); len(results) != 1 || results[0].Status != Mismatch {
		t.Errorf("two sizes: %+v", results)
	}
}

func TestNamesAreRelativeToTheBaseOfTheirList(t *testing.T) {
	dir, _ := plant(t, map[string]string{"sub/a": "a", "a": "top"})
	run := Verify(context.Background(), dir, []List{
		{Base: "sub", Text: ofSHA1("a", "a") + ofSHA1("../a", "top") + ofSHA1("/sub/a", "a")}, {Text: ofMD5("sub/a", "a")},
	}, Options{Rules: Rules{KeepOK: true}})
	got := map[string]Status{}
	for r := range run.Results() {
		got[r.Name] = r.Status
	}
	must(t, run.Err())
	if len(got) != 3 || got["sub/a"] != OK || got["sub/../a"] != UnsafePath || got["/sub/a"] != UnsafePath {
		t.Errorf("got %v", got)
	}
}

func TestPatternsChooseWhatARunIsAbout(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a.txt": "a", "b.bin": "b", "tmp/c.txt": "c", "d.txt": "d", "e.bin": "e"})
	list := ofSHA1("a.txt", "a") + ofSHA1("b.bin", "wrong") + ofSHA1("tmp/c.txt", "wrong")
	results, summary := audit(t, dir, Options{Rules: Rules{Unlisted: true, Include: []string{"*.txt"}, Exclude: []string{"tmp/"}}}, list)
	if len(results) != 0 || summary.Files != 1 || summary.Excluded != 2 || summary.Counts[Unlisted] != 1 {
		t.Errorf("%+v, %+v", results, summary)
	}
	run := Verify(context.Background(), dir, []List{{Text: list}}, Options{Rules: Rules{Include: []string{"nothing"}}})
	if err := run.Err(); err == nil {
		t.Error("patterns that leave nothing are a success")
	}
}

func TestMissingFilesMayBeIgnoredUnlessTheyAreRequired(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a"})
	list := ofSHA1("a", "a") + ofSHA1("gone", "x") + ofSHA1("sub/gone", "x")
	results, summary := audit(t, dir, Options{Rules: Rules{IgnoreMissing: true, Require: []string{"./sub/gone", "other", "a"}}}, list)
	if len(results) != 2 || results[0].Name != "other" || results[1].Name != "sub/gone" || summary.Ignored != 1 {
		t.Errorf("%+v, %+v", results, summary)
	}
	if summary.Counts[Missing] != 3 || summary.Files != 3 {
		t.Errorf("summary %+v", summary)
	}
}

func TestAWeakAlgorithmAloneCanBeRefused(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a", "b": "b"})
	results, _ := audit(t, dir, Options{Rules: Rules{MinStrength: digest.Strong}}, ofSHA1("a", "a")+ofSHA1("b", "b"), ofSHA256("a", "a"))
	if len(results) != 1 || results[0].Name != "b" || results[0].Status != Unsupported {
		t.Errorf("%+v", results)
	}
}

func TestLinksCanBeRefused(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a", "real/b": "b"})
	must(t, os.Symlink("a", filepath.Join(dir, "link")))
	must(t, os.Symlink("real", filepath.Join(dir, "dir")))
	list := ofSHA1("a", "a") + ofSHA1("link", "a") + ofSHA1("dir/b", "b") + ofSHA1("real/b", "b")
	if results, _ := audit(t, dir, Options{}, list); len(results) != 0 {
		t.Errorf("followed: %+v", results)
	}
	results, summary := audit(t, dir, Options{Rules: Rules{RefuseLinks: true}}, list)
	if len(results) != 2 || results[0].Status != NotRegular || results[1].Status != NotRegular || summary.Counts[OK] != 2 {
		t.Errorf("refused: %+v", results)
	}
}

func TestSizesAloneReadNothing(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "abc", "b": "b"})
	entry := Entry{Name: "a", Tag: "sha1", Digest: strings.Repeat("0", 40), Size: 3}
	other := Entry{Name: "b", Tag: "sha1", Digest: strings.Repeat("0", 40), Size: -1}
	run := Verify(context.Background(), dir, []List{{Entries: []Entry{entry, other}}}, Options{Rules: Rules{SizeOnly: true}})
	results := slices.Collect(run.Results())
	must(t, run.Err())
	if len(results) != 1 || results[0].Status != Unsupported || run.Totals().Counts[OK] != 1 || run.Totals().Bytes != 0 {
		t.Errorf("%+v, %+v", results, run.Totals())
	}
}

func TestCreateAndHashComputeSeveralDigestsInOneRead(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "abc"})
	var algorithms []*Algorithm
	var want string
	for _, name := range []string{"sha256", "md5", "blake3", "crc32"} {
		a, err := Lookup(name)
		must(t, err)
		algorithms = append(algorithms, a)
		h := a.New()
		h.Write([]byte("abc"))
		want += string(h.Sum(nil))
	}
	for _, run := range []*Run{
		Create(context.Background(), dir, Options{Algorithms: algorithms}),
		Hash(context.Background(), dir, []string{"a"}, Options{Algorithms: algorithms}),
		Hash(context.Background(), "", []string{filepath.Join(dir, "a")}, Options{Algorithms: algorithms}),
	} {
		results := slices.Collect(run.Results())
		must(t, run.Err())
		if len(results) != 1 || results[0].Found != want || run.Totals().Bytes != 3 {
			t.Errorf("%+v, %+v", results, run.Totals())
		}
	}
}

func TestAnEmptyListBesideAFullOneIsARemark(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a"})
	run := Verify(context.Background(), dir, []List{{Text: ofSHA1("a", "a")}, {Text: "# nothing\n"}}, Options{})
	results := slices.Collect(run.Results())
	must(t, run.Err())
	if len(results) != 0 || run.Totals().Counts[OK] != 1 {
		t.Errorf("%+v, %+v", results, run.Totals())
	}
	run = Verify(context.Background(), dir, []List{{Text: "\n"}, {Text: "# nothing\n"}}, Options{})
	err, ok := run.Err().(*ManifestError)
	if !ok || err.List != 0 {
		t.Errorf("error %v", run.Err())
	}
}

func TestRecordsThatEndWithNULAreRead(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a\nb": "a", `c\nd`: "c"})
	text := strings.ReplaceAll(ofSHA1("a", "a")+ofSHA1(`c\nd`, "c"), "\n", "\x00")
	text = strings.Replace(text, "  a\x00", "  a\nb\x00", 1)
	run := Verify(context.Background(), dir, []List{{Text: text, Options: sums.Options{Zero: true}}}, Options{})
	results := slices.Collect(run.Results())
	must(t, run.Err())
	if len(results) != 0 || run.Totals().Counts[OK] != 2 {
		t.Errorf("%+v, %+v", results, run.Totals())
	}
}
