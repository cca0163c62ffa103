package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// build makes a root with one of everything, beside a file that is outside.
func build(t *testing.T) (dir string, finder *Finder) {
	t.Helper()
	dir, root := buildRoot(t)
	finder = root.Finder()
	t.Cleanup(finder.Close)
	return dir, finder
}

func buildRoot(t *testing.T) (dir string, root *Root) {
	t.Helper()
	top := t.TempDir()
	dir = filepath.Join(top, "root")
	for _, d := range []string{"root/sub/deep", "root/empty"} {
		must(t, os.MkdirAll(filepath.Join(top, d), 0o755))
	}
	for name, content := range map[string]string{
		"outside": "outside", "root/file": "file", "root/sub/file": "sub", "root/sub/deep/file": "deep",
		"root/nothing": "", "root/caf\xff": "bytes",
	} {
		must(t, os.WriteFile(filepath.Join(top, name), []byte(content), 0o644))
	}
	for name, target := range map[string]string{
		"in": "sub/file", "sub/up": "../file", "dir": "sub", "out": "../outside", "sub/out": "../../outside",
		"absolute": filepath.Join(top, "root/file"), "dangling": "nowhere", "loop": "loop", "outdir": "..",
	} {
		must(t, os.Symlink(target, filepath.Join(dir, name)))
	}
	must(t, syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644))
	must(t, os.Symlink("fifo", filepath.Join(dir, "tofifo")))
	socket, err := net.Listen("unix", filepath.Join(dir, "socket"))
	must(t, err)
	t.Cleanup(func() { socket.Close() })
	root, err = OpenRoot(dir)
	must(t, err)
	t.Cleanup(root.Close)
	return dir, root
}

// bothWays runs a test with each kind of directory: see directory.
func bothWays(t *testing.T, root *Root, test func(t *testing.T, finder *Finder)) {
	t.Helper()
	ways := map[string]directory{"os.Root": portable{root.root}, "chosen": root.top}
	if runtime.GOOS == "linux" && ways["chosen"] == ways["os.Root"] {
		t.Error("openat2 was not chosen")
	}
	for name, top := range ways {
		t.Run(name, func(t *testing.T) {
			finder := (&Root{root: root.root, top: top}).Finder()
			defer finder.Close()
			test(t, finder)
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestOpenReadsOnlyRegularFilesBeneathTheRoot also shows that nothing of this
// blocks: a FIFO without a writer would, for ever.
func TestOpenReadsOnlyRegularFilesBeneathTheRoot(t *testing.T) {
	_, root := buildRoot(t)
	cases := []struct {
		name string
		want any // the content, or the error
	}{
		{"file", "file"}, {"./file", "file"}, {"sub//file", "sub"}, {"sub/./deep/file", "deep"},
		{"nothing", ""}, {"caf\xff", "bytes"},
		{"in", "sub"}, {"sub/up", "file"}, {"dir/file", "sub"},
		{"missing", fs.ErrNotExist}, {"nodir/file", fs.ErrNotExist}, {"file/file", fs.ErrNotExist},
		{"dangling", fs.ErrNotExist},
		{"../outside", ErrUnsafe}, {"sub/../file", ErrUnsafe}, {"sub/../../outside", ErrUnsafe},
		{"/etc/passwd", ErrUnsafe}, {"..", ErrUnsafe},
		{"out", ErrUnsafe}, {"sub/out", ErrUnsafe}, {"absolute", ErrUnsafe}, {"outdir/outside", ErrUnsafe},
		{"sub", ErrNotRegular}, {"", ErrNotRegular}, {".", ErrNotRegular}, {"dir", ErrNotRegular}, {"sub/", ErrNotRegular},
		{"fifo", ErrNotRegular}, {"tofifo", ErrNotRegular}, {"socket", ErrNotRegular},
		{"loop", syscall.ELOOP},
	}
	bothWays(t, root, func(t *testing.T, finder *Finder) {
		for _, c := range cases {
			t.Run(strings.ReplaceAll(c.name, "/", "|"), func(t *testing.T) {
				content, err := read(finder, c.name)
				if want, ok := c.want.(error); ok && !errors.Is(err, want) || !ok && (err != nil || content != c.want) {
					t.Errorf("%q, %v, want %v", content, err, c.want)
				}
			})
		}
	})
}

// read returns what is in a file.
func read(finder *Finder, name string) (string, error) {
	file, err := finder.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	content, err := file.ReadAll()
	return string(content), err
}

func TestDevicesAreNotRegular(t *testing.T) {
	root, err := OpenRoot("/dev")
	must(t, err)
	defer root.Close()
	finder := root.Finder()
	defer finder.Close()
	for _, name := range []string{"null", "zero"} {
		if _, err := finder.Open(name); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestAFileThatChangesWhileItIsReadIsNotRead covers each way to change.
func TestAFileThatChangesWhileItIsReadIsNotRead(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"truncated": func(path string) error { return os.Truncate(path, 10) },
		"emptied":   func(path string) error { return os.Truncate(path, 0) },
		"grown": func(path string) error {
			return os.WriteFile(path, make([]byte, 200), 0o644)
		},
		"touched": func(path string) error {
			return os.Chtimes(path, time.Time{}, time.Unix(1, 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "file")
			must(t, os.WriteFile(path, make([]byte, 100), 0o644))
			file, err := OpenFile(path)
			must(t, err)
			defer file.Close()
			if _, last, err := file.Piece(make([]byte, 50)); err != nil || last {
				t.Fatal(last, err)
			}
			must(t, change(path))
			_, _, err = file.Piece(make([]byte, 100))
			if err == nil {
				err = file.Unchanged()
			}
			if !errors.Is(err, ErrChanged) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestAFileThatSaysItIsEmptyAndIsNotIsNotRead: files of /proc have size 0.
func TestAFileThatSaysItIsEmptyAndIsNotIsNotRead(t *testing.T) {
	file, err := OpenFile("/proc/self/status")
	if err != nil {
		t.Skip("needs /proc: ", err)
	}
	defer file.Close()
	if _, err := file.ReadAll(); !errors.Is(err, ErrChanged) {
		t.Errorf("error %v", err)
	}
}

// TestSwappedDirectoriesNeverLeadOut flips a directory and a link to the
// outside for as long as files are opened through it.
func TestSwappedDirectoriesNeverLeadOut(t *testing.T) {
	top := t.TempDir()
	for _, dir := range []string{"root/real", "outside"} {
		must(t, os.MkdirAll(filepath.Join(top, dir), 0o755))
	}
	must(t, os.WriteFile(filepath.Join(top, "root/real/file"), []byte("inside"), 0o644))
	must(t, os.WriteFile(filepath.Join(top, "outside/file"), []byte("secret"), 0o644))
	must(t, os.Symlink("../outside", filepath.Join(top, "root/link")))
	root, err := OpenRoot(filepath.Join(top, "root"))
	must(t, err)
	defer root.Close()

	stop, stopped := make(chan struct{}), make(chan struct{})
	defer func() { close(stop); <-stopped }()
	go func() {
		defer close(stopped)
		place := func(name string) string { return filepath.Join(top, "root", name) }
		for {
			select {
			case <-stop:
				return
			default:
				os.Rename(place("real"), place("dir"))
				os.Rename(place("dir"), place("real"))
				os.Rename(place("link"), place("dir"))
				os.Rename(place("dir"), place("link"))
			}
		}
	}()
	bothWays(t, root, func(t *testing.T, finder *Finder) {
		inside, refused := 0, 0
		began := time.Now()
		for time.Since(began) < time.Second || inside*refused == 0 {
			if time.Since(began) > 20*time.Second {
				t.Fatalf("inside %d times, refused %d times: the race was not met", inside, refused)
			}
			finder.Close() // else it stays in the directory that it holds
			switch content, err := read(finder, "dir/file"); {
			case content == "secret":
				t.Fatal("read a file outside the root")
			case content == "inside":
				inside++
			case errors.Is(err, ErrUnsafe):
				refused++
			}
		}
	})
}

// nothing is what is known of a tree without a list.
func nothing(string) func([]byte) bool {
	return func([]byte) bool { return false }
}

func TestWalkVisitsEverythingButDirectoriesOnce(t *testing.T) {
	dir, finder := build(t)
	known := func(dir string) func([]byte) bool {
		return func(base []byte) bool { return dir == "sub/deep" && string(base) == "file" }
	}
	want := []string{
		"absolute", "caf\xff", "dangling", "dir", "fifo", "file", "in", "loop", "nothing", "out", "outdir",
		"socket", "sub/file", "sub/out", "sub/up", "tofifo",
	}
	bothWays(t, finder.root, func(t *testing.T, finder *Finder) {
		var names []string
		err := finder.root.Walk(Walking{Known: known}).Run(context.Background(), func(name string, err error) {
			must(t, err)
			names = append(names, name)
		})
		must(t, err)
		slices.Sort(names)
		if !slices.Equal(names, want) {
			t.Errorf("in %s: got %q, want %q", dir, names, want)
		}
	})
}

func TestAWalkOfManyVisitsEverythingOnce(t *testing.T) {
	dir := t.TempDir()
	const dirs, files = 60, 20
	for i := range dirs {
		name := filepath.Join(dir, strings.Repeat(fmt.Sprintf("%d/", i%7), i%9), fmt.Sprintf("d%d", i))
		must(t, os.MkdirAll(name, 0o700))
		for j := range files {
			must(t, os.WriteFile(filepath.Join(name, strconv.Itoa(j)), nil, 0o600))
		}
	}
	root, err := OpenRoot(dir)
	must(t, err)
	defer root.Close()
	bothWays(t, root, func(t *testing.T, finder *Finder) {
		walk := finder.root.Walk(Walking{Known: nothing})
		var group sync.WaitGroup
		var mu sync.Mutex
		seen := make(map[string]int)
		for range 8 {
			group.Go(func() {
				err := walk.Run(context.Background(), func(name string, err error) {
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						t.Error(name, err)
					}
					seen[name]++
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for name, times := range seen {
			if times != 1 {
				t.Errorf("%q was visited %d times", name, times)
			}
		}
		if len(seen) != dirs*files {
			t.Errorf("%d of %d files", len(seen), dirs*files)
		}
	})
}

// TestAWalkOfManyEndsWithItsContext: also those who wait for one that never comes back.
func TestAWalkOfManyEndsWithItsContext(t *testing.T) {
	_, finder := build(t)
	ctx, cancel := context.WithCancel(context.Background())
	walk := finder.root.Walk(Walking{Known: nothing})
	begun, hold := make(chan struct{}, 1), make(chan struct{})
	var holder, others sync.WaitGroup
	holder.Go(func() {
		_ = walk.Run(ctx, func(string, error) {
			select {
			case begun <- struct{}{}:
			default:
			}
			<-hold
		})
	})
	<-begun
	for range 3 {
		others.Go(func() {
			if err := walk.Run(ctx, func(string, error) {}); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	time.Sleep(10 * time.Millisecond) // until they wait
	cancel()
	others.Wait()
	close(hold)
	holder.Wait()
}

func TestADirectoryLargerThanTheBufferIsListedWhole(t *testing.T) {
	dir := t.TempDir()
	const files = 3000
	for i := range files {
		must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%0200d", i)), nil, 0o600))
	}
	root, err := OpenRoot(dir)
	must(t, err)
	defer root.Close()
	bothWays(t, root, func(t *testing.T, finder *Finder) {
		seen := make(map[string]bool)
		must(t, finder.root.Walk(Walking{Known: nothing}).Run(context.Background(), func(name string, err error) {
			must(t, err)
			seen[name] = true
		}))
		if len(seen) != files {
			t.Errorf("%d of %d files", len(seen), files)
		}
	})
}

func TestLinksAreRefusedOnRequest(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "real"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "real/file"), []byte("x"), 0o600))
	must(t, os.Symlink("real/file", filepath.Join(dir, "link")))
	must(t, os.Symlink("real", filepath.Join(dir, "dir")))
	root, err := OpenRoot(dir)
	must(t, err)
	defer root.Close()
	root.RefuseLinks()
	finder := root.Finder()
	defer finder.Close()
	for name, want := range map[string]error{"real/file": nil, "link": ErrLink, "dir/file": ErrLink, "./link": ErrLink} {
		file, err := finder.Open(name)
		if !errors.Is(err, want) {
			t.Errorf("%q: %v", name, err)
		}
		if err == nil {
			file.Close()
		}
	}
}

func TestWalkReportsADirectoryThatCannotBeRead(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("needs a user who is not root: root reads every directory")
	}
	dir, finder := build(t)
	must(t, os.Chmod(filepath.Join(dir, "empty"), 0))
	seen := false
	must(t, finder.root.Walk(Walking{Known: nothing}).Run(context.Background(), func(name string, err error) {
		seen = seen || name == "empty" && errors.Is(err, syscall.EACCES)
	}))
	if !seen {
		t.Error("it was passed over")
	}
}

func TestWalkEndsWithItsContext(t *testing.T) {
	_, finder := build(t)
	ctx, cancel := context.WithCancel(context.Background())
	visits := 0
	err := finder.root.Walk(Walking{Known: nothing}).Run(ctx, func(string, error) {
		visits++
		cancel()
	})
	if !errors.Is(err, context.Canceled) || visits != 1 {
		t.Errorf("error %v after %d visits", err, visits)
	}
}

// TestADeepTreeCostsNoDescriptors: a level each would run out of them.
func TestADeepTreeCostsNoDescriptors(t *testing.T) {
	dir := t.TempDir()
	root, err := OpenRoot(dir)
	must(t, err)
	defer root.Close()
	deep := strings.Repeat("d/", 400)
	must(t, root.root.MkdirAll(deep, 0o755))
	file, err := root.root.Create(deep + "file")
	must(t, err)
	file.Close()
	var limit syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	low := limit
	low.Cur = 200
	must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low))
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	var names []string
	must(t, root.Walk(Walking{Known: nothing}).Run(context.Background(), func(name string, err error) {
		must(t, err)
		names = append(names, name)
	}))
	if len(names) != 1 || names[0] != deep+"file" {
		t.Errorf("%d names", len(names))
	}
}
