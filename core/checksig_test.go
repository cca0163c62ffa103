package checksig

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"checksig/internal/sums"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// plant writes files, and returns their directory and the lines of their list.
func plant(t testing.TB, files map[string]string) (dir, list string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(content), 0o644))
		list += fmt.Sprintf("%x  %s\n", sha1.Sum([]byte(content)), name)
	}
	return dir, list
}

func TestCheckSignaturesNamesEveryFileThatIsNotRight(t *testing.T) {
	dir, list := plant(t, map[string]string{"a": "a", "b": "b", "sub/c": "c"})
	write := func(text string) {
		must(t, os.WriteFile(filepath.Join(dir, SignatureFile), []byte(text), 0o644))
	}
	write(list)
	if err := CheckSignatures(dir); err != nil {
		t.Fatalf("everything is right, and yet: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "a"), []byte("A"), 0o644))
	write(list + "nonsense\n" + strings.Repeat("0", 40) + "  gone\n" + strings.Repeat("0", 40) + "  ../up\n")
	err := CheckSignatures(dir + "/")
	var signature *SignatureError
	if !errors.As(err, &signature) {
		t.Fatalf("error %v", err)
	}
	slices.Sort(signature.Lines)
	want := []string{
		fmt.Sprintf(`"%s/../up" - unsafe-path`, dir),
		fmt.Sprintf(`"%s/a" - mismatch`, dir),
		fmt.Sprintf(`"%s/gone" - missing`, dir),
		fmt.Sprintf(`"%s/sha1sum.txt" line 4 - malformed`, dir),
	}
	if !slices.Equal(signature.Lines, want) {
		t.Errorf("got %q, want %q", signature.Lines, want)
	}
}

func TestAListThatListsNothingIsAnError(t *testing.T) {
	for name, list := range map[string]string{
		"empty": "", "only comments": "# nothing\n\n", "only nonsense": "<html>\n", "other algorithm": strings.Repeat("0", 64) + "  a\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, SignatureFile), []byte(list), 0o644))
			var manifest *ManifestError
			if err := CheckSignatures(dir); !errors.As(err, &manifest) || !strings.Contains(err.Error(), SignatureFile) {
				t.Errorf("error %v", err)
			}
		})
	}
	var manifest *ManifestError
	if err := CheckSignatures(t.TempDir()); !errors.As(err, &manifest) {
		t.Errorf("missing list: error %v", err)
	}
	run := Verify(context.Background(), t.TempDir(), nil, Options{})
	if err := run.Err(); !errors.As(err, &manifest) {
		t.Errorf("no entries: error %v", err)
	}
}

func TestAFIFOInPlaceOfTheListIsAnError(t *testing.T) {
	dir := t.TempDir()
	must(t, syscall.Mkfifo(filepath.Join(dir, SignatureFile), 0o644))
	var manifest *ManifestError
	if err := CheckSignatures(dir); !errors.As(err, &manifest) {
		t.Errorf("error %v", err)
	}
}

func TestEveryLineOfTheListGetsOneResult(t *testing.T) {
	dir, list := plant(t, map[string]string{"ok": "ok", "wrong": "wrong", "extra": "extra", "dir/in": "in"})
	must(t, syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644))
	zero := strings.Repeat("0", 40)
	lines := slices.DeleteFunc(strings.SplitAfter(list, "\n"), func(line string) bool {
		return strings.HasSuffix(line, " wrong\n") || strings.HasSuffix(line, " extra\n")
	})
	text := strings.Join(lines, "") + zero + "  wrong\n" + zero + "  missing\n" + zero + "  ../up\n" +
		zero + "  fifo\n" + zero + "  dir\n" + "nonsense\n" + "SHA5 (odd) = " + zero + "\n"
	run := Verify(context.Background(), dir, []List{{Text: text}}, Options{Rules: Rules{KeepOK: true, Complete: true}})
	got := map[string]Status{}
	for r := range run.Results() {
		got[r.Name+"/"+fmt.Sprint(r.Status)] = r.Status
	}
	must(t, run.Err())
	want := []string{
		"../up/unsafe-path", "/malformed", "dir/in/ok", "dir/not-regular", "extra/unlisted", "fifo/not-regular",
		"missing/missing", "odd/unsupported", "ok/ok", "wrong/mismatch",
	}
	names := make([]string, 0, len(got))
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	// A directory that is listed is not descended into: "dir/in" is not unlisted.
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	summary := run.Totals()
	total := int64(0)
	for _, count := range summary.Counts {
		total += count
	}
	if summary.Files != 9 || total != 10 || summary.Counts[OK] != 2 {
		t.Errorf("summary %+v", summary)
	}
}

func TestParsedEntriesAreHeldToTheSameRules(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a"})
	good := fmt.Sprintf("%x", sha1.Sum([]byte("a")))
	run := Verify(context.Background(), dir, []List{{Entries: []Entry{
		{Name: "a", Tag: "sha1", Digest: strings.ToUpper(good), Line: 1, Size: -1},
		{Name: "b", Tag: "sha1", Digest: "", Line: 2, Size: -1},
		{Name: "b", Tag: "sha1", Digest: good[:38], Line: 3, Size: -1},
		{Name: "a\x00b", Tag: "sha1", Digest: good, Line: 4, Size: -1},
		{Name: "b", Tag: "sha5", Digest: good, Line: 5, Size: -1},
	}}}, Options{Rules: Rules{KeepOK: true}})
	var got [6]Status
	for r := range run.Results() {
		got[r.Line] = r.Status
	}
	must(t, run.Err())
	if want := [6]Status{OK, OK, Malformed, Malformed, Malformed, Unsupported}; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestLinesThatComeTogetherAreThoseOfEachFile: they are in the order of names, and those of files that are
// set apart fit between them.
func TestLinesThatComeTogetherAreThoseOfEachFile(t *testing.T) {
	tree := map[string]string{"a": "a", "a.b": "", "a-b": "x", "a/": "", "m.mark.1": "m", "z\nz": "z"}
	delete(tree, "a/")
	for i := range 3000 {
		tree[fmt.Sprintf("dir%d/%d.mark.%d", i%7, i, i%500)] = strconv.Itoa(i)
	}
	dir, _ := plant(t, tree)
	must(t, os.Symlink("/etc/passwd", filepath.Join(dir, "out")))
	sha1, err := Lookup("sha1")
	must(t, err)
	lines := map[string]string{}
	for r := range Create(context.Background(), dir, Options{Algorithms: []*Algorithm{sha1}}).Results() {
		if r.Line != 0 {
			t.Errorf("%q has line %d", r.Name, r.Line)
		}
		if r.Status == OK {
			lines[r.Name] = r.Text
		}
	}
	var want string
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		want += lines[name]
	}
	together := Options{Algorithms: []*Algorithm{sha1}, Rules: Rules{Together: true, Apart: []string{".mark.1"}}}
	run := Create(context.Background(), dir, together)
	pieces, count := map[string]string{}, 0
	var apart, refused []string
	for batch, err := run.Next(Forever); err == nil; batch, err = run.Next(Forever) {
		for _, r := range batch {
			switch r.Status {
			case Written:
				pieces[r.Name] = r.Text
				count += int(r.Number)
			case OK:
				apart = append(apart, r.Name)
				pieces[r.Name] = r.Text
			default:
				refused = append(refused, r.Name)
			}
			if r.Line != 0 && r.Status != Written {
				t.Errorf("%q has line %d", r.Name, r.Line)
			}
		}
	}
	must(t, run.Err())
	var text string
	for _, name := range slices.Sorted(maps.Keys(pieces)) {
		text += pieces[name]
	}
	if text != want || strings.Count(want, "\n") != len(tree) {
		t.Errorf("%d bytes of lines, not %d, of %d files", len(text), len(want), len(tree))
	}
	if count+len(apart) != len(tree) || int(run.Totals().Counts[OK]) != len(tree) || !slices.Equal(refused, []string{"out"}) {
		t.Errorf("%d lines and %d results of %d files; refused %q", count, len(apart), len(tree), refused)
	}
	for _, name := range apart {
		if !strings.Contains(name, ".mark.1") {
			t.Errorf("%q has a result of its own", name)
		}
	}
}

func TestCreateWritesTheLinesThatVerifyReads(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a", "sub/b\nc": "bc", "list": "old", `back\slash`: "x"})
	must(t, os.Symlink("a", filepath.Join(dir, "link")))
	must(t, os.Symlink("/etc/passwd", filepath.Join(dir, "out")))
	sha256, err := Lookup("SHA-256")
	must(t, err)
	for _, style := range []sums.Style{sums.Text, sums.Binary, sums.Tag} {
		run := Create(context.Background(), dir, Options{Rules: Rules{Own: []string{"./list"}}, Algorithms: []*Algorithm{sha256}, Style: style})
		text, refused := "", []string{}
		for r := range run.Results() {
			text += r.Text
			if r.Status != OK {
				text = strings.TrimSuffix(text, r.Text)
				refused = append(refused, fmt.Sprintf("%s %s", r.Name, r.Status))
			}
		}
		must(t, run.Err())
		if !slices.Equal(refused, []string{"out unsafe-path"}) || strings.Count(text, "\n") != 4 {
			t.Errorf("refused %q, list %q", refused, text)
		}
		check := Verify(context.Background(), dir, []List{{Text: text}}, Options{})
		if results := slices.Collect(check.Results()); len(results) > 0 || check.Err() != nil || check.Totals().Counts[OK] != 4 {
			t.Errorf("results %v, error %v", results, check.Err())
		}
	}
}

func TestHashReadsPathsWhereverTheyLie(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "abc"})
	sha1, err := Lookup("sha1")
	must(t, err)
	paths := []string{filepath.Join(dir, "a"), filepath.Join(dir, "gone"), dir}
	var got [4]string
	run := Hash(context.Background(), "", paths, Options{Algorithms: []*Algorithm{sha1}})
	for r := range run.Results() {
		got[r.Line] = fmt.Sprintf("%s %x", r.Status, r.Found)
	}
	must(t, run.Err())
	if want := [4]string{"", "ok a9993e364706816aba3e25717850c26c9cd0d89d", "missing ", "not-regular "}; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDigestsThatComeTogetherAreInTheOrderOfPaths: each path is in one block, or has a result of its own.
func TestDigestsThatComeTogetherAreInTheOrderOfPaths(t *testing.T) {
	tree, paths := map[string]string{}, []string(nil)
	for i := range 5000 {
		name := strconv.Itoa(i * 7919 % 5000)
		if paths = append(paths, name); i%911 != 7 {
			tree[name] = strings.Repeat(name, i%97)
		}
	}
	dir, _ := plant(t, tree)
	for i, name := range paths {
		paths[i] = filepath.Join(dir, name)
	}
	algorithm, err := Lookup("sha1")
	must(t, err)
	for _, compared := range []bool{false, true} {
		options := Options{Algorithms: []*Algorithm{algorithm}, Rules: Rules{Together: true, Compared: compared}}
		run := Hash(context.Background(), "", paths, options)
		seen, last := make([]int, len(paths)), 0
		for batch, err := run.Next(Forever); err == nil; batch, err = run.Next(Forever) {
			for _, r := range batch {
				if r.Status != Written {
					if seen[r.Line-1]++; r.Status != Missing {
						t.Errorf("path %d is %s", r.Line, r.Status)
					}
					continue
				}
				if r.Line <= last {
					t.Errorf("path %d comes after path %d", r.Line, last)
				}
				last = r.Line + int(r.Number) - 1
				for i := range int(r.Number) {
					content := tree[filepath.Base(paths[r.Line-1+i])]
					seen[r.Line-1+i]++
					want, size := sha1.Sum([]byte(content)), binary.LittleEndian.Uint64([]byte(r.Listed[8*i:]))
					if r.Text[20*i:][:20] != string(want[:]) || size != uint64(len(content)) {
						t.Fatalf("path %d is %x of %d bytes, not %x of %d", r.Line+i, r.Text[20*i:][:20], size, want, len(content))
					}
				}
			}
		}
		must(t, run.Err())
		if slices.ContainsFunc(seen, func(times int) bool { return times != 1 }) {
			t.Error("a path has no digest, or several")
		}
	}
}

func TestAPanicInAWorkerIsAnError(t *testing.T) {
	dir, list := plant(t, map[string]string{"a": "a", "b": "b"})
	run := Verify(context.Background(), dir, []List{{Text: list}}, Options{Reading: Reading{Fault: true}})
	for range run.Results() {
		t.Error("a result")
	}
	var fault *PanicError
	if err := run.Err(); !errors.As(err, &fault) {
		t.Errorf("error %v", err)
	}
}

// TestCancellationEndsARunInTheMiddleOfAFile reads a sparse file that would
// take minutes.
func TestCancellationEndsARunInTheMiddleOfAFile(t *testing.T) {
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "huge"))
	must(t, err)
	must(t, file.Truncate(1<<40))
	file.Close()
	ctx, cancel := context.WithCancel(context.Background())
	run := Verify(ctx, dir, []List{{Text: strings.Repeat("0", 40) + "  huge\n"}}, Options{})
	for run.Totals().Bytes == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	began := time.Now()
	if err := run.Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(began); took > 2*time.Second { // tells minutes from at once
		t.Errorf("took %v", took)
	}
}

func TestAnAbandonedRunEndsWhenItIsClosed(t *testing.T) {
	dir, list := plant(t, map[string]string{"a": "a"})
	before := runtime.NumGoroutine()
	run := Verify(context.Background(), dir, []List{{Text: strings.Repeat(list, 20_000)}}, Options{Rules: Rules{KeepOK: true}})
	for range run.Results() {
		break
	}
	run.Close()
	<-run.Ended()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// TestMemoryOfAnEntryIsBounded holds a long list to 200 bytes an
// entry besides its name, at the peak.
func TestMemoryOfAnEntryIsBounded(t *testing.T) {
	const lines = 200_000
	var list bytes.Buffer
	names := 0
	for i := range lines {
		name := fmt.Sprintf("%07d", i)
		names += len(name)
		fmt.Fprintf(&list, "%040x  %s\n", i, name)
	}
	dir := t.TempDir()
	text := list.String()
	list = bytes.Buffer{}
	runtime.GC()
	var before, peak runtime.MemStats
	runtime.ReadMemStats(&before)
	run := Verify(context.Background(), dir, []List{{Text: text}}, Options{Rules: Rules{Unlisted: true}})
	highest := uint64(0)
	missing := 0
	for range run.Results() {
		if missing++; missing%20_000 == 1 {
			runtime.GC()
			runtime.ReadMemStats(&peak)
			highest = max(highest, peak.HeapAlloc)
		}
	}
	must(t, run.Err())
	if missing != lines {
		t.Fatalf("%d results", missing)
	}
	// The list itself was there before, and is counted against the bound too.
	perEntry := (int(highest-before.HeapAlloc) + len(text) - names) / lines
	t.Logf("%d bytes an entry", perEntry)
	if perEntry > 200 {
		t.Errorf("%d bytes an entry", perEntry)
	}
}
