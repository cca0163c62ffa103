package checksig

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// statOf returns what the operating system says of a file.
func statOf(t *testing.T, path string) Stat {
	t.Helper()
	var st syscall.Stat_t
	must(t, syscall.Stat(path, &st))
	return Stat{Size: st.Size, MTime: st.Mtim.Nano(), CTime: st.Ctim.Nano(), Inode: int64(st.Ino), Device: int64(st.Dev)}
}

// TestEveryFileThatIsOpenedHasAStatOnRequest: small ones and mapped ones, some in
// parts, by one and by several algorithms, right or wrong.
func TestEveryFileThatIsOpenedHasAStatOnRequest(t *testing.T) {
	dir, _ := plant(t, map[string]string{"small": "s", "empty": "", "large": strings.Repeat("large", 5<<20), "target": "t"})
	must(t, os.Symlink("target", filepath.Join(dir, "link")))
	must(t, syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644))
	blake3, err := Lookup("blake3")
	must(t, err)
	sha1, err := Lookup("sha1")
	must(t, err)
	text := ofSHA1("small", "s") + ofSHA1("empty", "wrong") + ofSHA1("large", "wrong") + ofMD5("large", "wrong") +
		ofSHA1("link", "t") + ofSHA1("gone", "x") + ofSHA1("fifo", "x")
	wrongSize := Entry{Name: "target", Tag: "sha1", Digest: strings.Repeat("0", 40), Size: 99}
	for _, asked := range []bool{true, false} {
		reading := Reading{Stat: asked}
		opts := Options{Reading: reading, Rules: Rules{KeepOK: true}}
		parts := Options{Reading: reading, Algorithms: []*Algorithm{blake3}}
		both := Options{Reading: reading, Algorithms: []*Algorithm{blake3, sha1}}
		names := []string{"small", "empty", "large", "link", "gone", "fifo"}
		for name, run := range map[string]*Run{
			"verify": Verify(context.Background(), dir, []List{{Text: text}, {Entries: []Entry{wrongSize}}}, opts),
			"parts":  Create(context.Background(), dir, parts),
			"create": Create(context.Background(), dir, both),
			"hash":   Hash(context.Background(), dir, names, parts),
		} {
			opened := 0
			for _, r := range slices.Collect(run.Results()) {
				if r.Status != OK && r.Status != Mismatch {
					if r.Stat != nil {
						t.Errorf("%s: %s was not opened, and has a stat", name, r.Name)
					}
					continue
				}
				opened++
				if asked != (r.Stat != nil) {
					t.Errorf("%s: %s: asked for a stat: %t, and it is %v", name, r.Name, asked, r.Stat)
				} else if want := statOf(t, filepath.Join(dir, r.Name)); asked && *r.Stat != want {
					t.Errorf("%s: %s: %+v, want %+v", name, r.Name, *r.Stat, want)
				}
			}
			must(t, run.Err())
			if want := map[string]int{"verify": 5, "parts": 5, "create": 5, "hash": 4}[name]; opened != want {
				t.Errorf("%s: %d files opened, want %d", name, opened, want)
			}
		}
	}
}

// TestAStatIsOfTheBytesThatWereHashed: with a stat, a file that has become another is
// changed, although one read that saw its end brought the bytes that are listed.
func TestAStatIsOfTheBytesThatWereHashed(t *testing.T) {
	dir, list := plant(t, map[string]string{"a": "a"})
	path := filepath.Join(dir, "a")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := int64(0); ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = os.Chtimes(path, time.Unix(i, 0), time.Unix(i, 0))
			}
		}
	}()
	seen := map[Status]int{}
	for range 2000 {
		run := Verify(context.Background(), dir, []List{{Text: list}}, Options{Reading: Reading{Stat: true}, Rules: Rules{KeepOK: true}})
		for r := range run.Results() {
			seen[r.Status]++
			if r.Stat == nil || r.Stat.Size != 1 {
				t.Fatalf("%+v", r)
			}
		}
		must(t, run.Err())
		if seen[Changed] > 0 {
			break
		}
	}
	close(stop)
	<-stopped
	if seen[Changed] == 0 {
		t.Skipf("needs a change between two looks, and saw none: %v", seen)
	}
}
