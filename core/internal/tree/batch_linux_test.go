//go:build linux && (amd64 || arm64)

package tree

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// ringed returns a batch and what opens its files. Where the kernel has no ring there is nothing to test.
func ringed(t *testing.T, batch *Batch) (*Batch, *ringOpener) {
	t.Helper()
	if why := NoBatch(); why != "" {
		t.Skipf("needs io_uring: %s", why)
	}
	t.Cleanup(batch.Close)
	return batch, batch.opener.(*ringOpener)
}

// content reads a file of a batch to its end, and closes it.
func content(file File) (string, error) {
	defer file.Close()
	buffer := make([]byte, 64<<10)
	all := ""
	for {
		piece, last, err := file.Piece(buffer)
		if err != nil {
			return "", err
		}
		if all += string(piece); last {
			return all, nil
		}
	}
}

// TestABatchHasRegularFilesBeneathTheRootOnly: what it has is what Finder.Open has, and it has nothing
// that Finder.Open refuses. What lies behind a link it leaves to that.
func TestABatchHasRegularFilesBeneathTheRootOnly(t *testing.T) {
	_, root := buildRoot(t)
	batch, _ := ringed(t, root.Batch())
	has := map[string]string{
		"file": "file", "./file": "file", "sub//file": "sub", "sub/./deep/file": "deep", "dir/file": "sub",
		"nothing": "", "caf\xff": "bytes",
	}
	hasNot := []string{
		"", ".", "..", "in", "sub/up", "missing", "nodir/file", "file/file", "dangling", "../outside", "sub/../file",
		"/etc/passwd", "out", "sub/out", "absolute", "outdir/outside", "sub", "sub/", "fifo", "tofifo", "socket", "loop",
		"file\x00", "empty",
	}
	var names []string
	for name := range has {
		names = append(names, name)
	}
	names = append(names, hasNot...)
	batch.Open(names)
	for i, name := range names {
		file, ok := batch.Take(i)
		want, wanted := has[name]
		if ok != wanted {
			t.Errorf("%q: there: %t", name, ok)
		}
		if !ok {
			continue
		}
		if got, err := content(file); err != nil || got != want {
			t.Errorf("%q: %q, %v", name, got, err)
		}
		if _, again := batch.Take(i); again {
			t.Errorf("%q is there twice", name)
		}
	}
}

func TestABatchOfNamesOutrightFollowsLinksAndOpensNoFIFO(t *testing.T) {
	dir, _ := buildRoot(t)
	batch, _ := ringed(t, NewBatch())
	names := []string{"file", "in", "fifo", "tofifo", "sub", "missing", "../outside"}
	for i, name := range names {
		names[i] = filepath.Join(dir, name)
	}
	batch.Open(names)
	for i, want := range []string{"file", "sub", "", "", "", "", "outside"} {
		file, ok := batch.Take(i)
		if ok != (want != "") {
			t.Errorf("%q: there: %t", names[i], ok)
		}
		if !ok {
			continue
		}
		if got, err := content(file); err != nil || got != want {
			t.Errorf("%q: %q, %v", names[i], got, err)
		}
	}
}

// many makes files of all sizes that matter, and returns their names and what is in them.
func many(t *testing.T) (dir string, names []string, contents [][]byte) {
	t.Helper()
	dir = t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	for i, size := range []int{
		0, 1, 63, 64, 1023, 1024, 4095, 4096, 4097, BatchRead - 1, BatchRead, BatchRead + 1, 100_000, 5, 6, 7, 8, 9, 10, 11,
	} {
		name := fmt.Sprintf("%d/%d", i%3, i)
		data := make([]byte, size)
		for j := range data {
			data[j] = byte(random.Uint32())
		}
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		must(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
		names, contents = append(names, name), append(contents, data)
	}
	return dir, names, contents
}

func batchBeneath(t *testing.T, dir string) (*Batch, *ringOpener) {
	t.Helper()
	root, err := OpenRoot(dir)
	must(t, err)
	t.Cleanup(root.Close)
	return ringed(t, root.Batch())
}

func TestAFileOfABatchIsTheSameReadByOthers(t *testing.T) {
	dir, names, contents := many(t)
	batch, _ := batchBeneath(t, dir)
	for range 3 { // its memory is used again
		batch.Open(names)
		for i := range names {
			file, ok := batch.Take(i)
			if !ok {
				t.Fatalf("%s is not there", names[i])
			}
			size := len(contents[i])
			if read := len(file.first); (read > 0) != (size > 0 && size < BatchRead) {
				t.Errorf("%d bytes: %d are read", size, read)
			}
			buffer := make([]byte, 32<<10)
			got := whole(t, buffer, file.Piece)
			if !bytes.Equal(got, contents[i]) {
				t.Errorf("%d bytes are others", size)
			}
			if want := size < len(buffer); file.Whole() != want {
				t.Errorf("%d bytes: whole: %t", size, file.Whole())
			}
			must(t, file.Unchanged())
			file.Close()
		}
		if batch.Unread() {
			t.Error("something is left to be read")
		}
	}
}

func TestWhatABatchHasReadIsUnreadUntilItIsTakenOrClosed(t *testing.T) {
	dir, names, _ := many(t)
	batch, _ := batchBeneath(t, dir)
	batch.Open(names[1:3])
	file, _ := batch.Take(0)
	batch.Drop()
	if !batch.Unread() {
		t.Error("a file that was taken counts as read")
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("its bytes can become others")
			}
		}()
		batch.Open(names)
	}()
	file.Close()
	if batch.Unread() {
		t.Error("a file that was closed counts as unread")
	}
	batch.Open(names)
}

// TestEachAnswerOfTheRingMayFail: whichever answer is an error, or says that less was read, what the
// batch has is right, and everything else is there when the ring works again.
func TestEachAnswerOfTheRingMayFail(t *testing.T) {
	dir, names, contents := many(t)
	for _, wrong := range []syscall.Errno{syscall.EIO, syscall.EINTR, syscall.EAGAIN, syscall.ECANCELED, 0} {
		batch, opener := batchBeneath(t, dir)
		failed := 0
		for n := 1; n <= 200; n++ {
			count := 0
			opener.answered = func(op uint8, result int32) int32 {
				if count++; count != n {
					return result
				}
				failed++
				switch {
				case op == opOpenat && result >= 0:
					syscall.Close(int(result))
					return -int32(max(wrong, 1))
				case wrong == 0:
					return result / 2 // a short read
				}
				return -int32(wrong)
			}
			batch.Open(names)
			for i, want := range contents {
				if file, ok := batch.Take(i); ok {
					if got, err := content(file); err != nil || got != string(want) {
						t.Fatalf("%v at %d: %s is another file: %v", wrong, n, names[i], err)
					}
				}
			}
		}
		if failed < len(names) {
			t.Errorf("%v: only %d answers failed", wrong, failed)
		}
	}
}

func TestARingThatFailsIsUsedNoMore(t *testing.T) {
	dir, names, contents := many(t)
	batch, opener := batchBeneath(t, dir)
	for round := range 3 {
		batch.Open(names)
		for i, want := range contents {
			file, ok := batch.Take(i)
			if ok != (round == 0) {
				t.Errorf("round %d: %s is there: %t", round, names[i], ok)
			}
			if ok {
				got, err := content(file)
				must(t, err)
				if got != string(want) {
					t.Errorf("%s is another file", names[i])
				}
			}
		}
		if round == 0 {
			defer syscall.Close(opener.ring.fd)
			opener.ring.fd = -1 // it is nobody's
		}
	}
}

// TestACallThatFailsOnceLosesNothing: N is the call that is interrupted, takes only a part of what is
// handed over, or fails before or after it has done its work.
func TestACallThatFailsOnceLosesNothing(t *testing.T) {
	dir, names, contents := many(t)
	faults := map[string]func(r *ring, requests uint32) syscall.Errno{
		"interrupted before":             func(*ring, uint32) syscall.Errno { return syscall.EINTR },
		"interrupted after handing over": func(r *ring, requests uint32) syscall.Errno { r.call(requests, 0); return syscall.EINTR },
		"only a part":                    func(r *ring, requests uint32) syscall.Errno { return r.call(min(requests, 3), 0) },
		"busy":                           func(*ring, uint32) syscall.Errno { return syscall.EBUSY },
		"busy, and says nothing":         func(*ring, uint32) syscall.Errno { return 0 },
		"busy after a part":              func(r *ring, requests uint32) syscall.Errno { r.call(min(requests, 3), 0); return syscall.EBUSY },
	}
	for what, fault := range faults {
		for n := 1; n <= 6; n++ {
			batch, opener := batchBeneath(t, dir)
			call, count := opener.ring.enter, 0
			opener.ring.enter = func(requests, answers uint32) syscall.Errno {
				if count++; count == n {
					return fault(opener.ring, requests)
				}
				return call(requests, answers)
			}
			for range 2 {
				batch.Open(names)
				there := 0
				for i, want := range contents {
					if file, ok := batch.Take(i); ok {
						there++
						if got, err := content(file); err != nil || got != string(want) {
							t.Fatalf("%s at %d: %s is another file: %v", what, n, names[i], err)
						}
					}
				}
				if !strings.Contains(what, "busy") && there != len(names) {
					t.Errorf("%s at %d: %d files of %d", what, n, there, len(names))
				}
			}
		}
	}
}

// TestMemoryThatTheKernelMayWriteToIsNotGivenBack: the kernel has taken requests, and there
// are no answers to be seen.
func TestMemoryThatTheKernelMayWriteToIsNotGivenBack(t *testing.T) {
	dir, names, _ := many(t)
	batch, opener := batchBeneath(t, dir)
	none := *opener.ring.end
	opener.ring.end = &none // nobody sees them
	opener.ring.enter = func(requests, _ uint32) syscall.Errno { return opener.ring.call(requests, 0) }
	batch.Open(names)
	if !opener.lost || opener.ring != nil {
		t.Error("the ring is not lost")
	}
	for i := range names {
		if _, ok := batch.Take(i); ok {
			t.Errorf("%s is there", names[i])
		}
	}
	opener.close()
	opener.first[0] = 1 // a fault, if it is no memory any more
}

// TestARingThatFailsBetweenOpeningAndReadingLeavesFilesOpen: they are read by others.
func TestARingThatFailsBetweenOpeningAndReadingLeavesFilesOpen(t *testing.T) {
	dir, names, contents := many(t)
	batch, opener := batchBeneath(t, dir)
	fd := opener.ring.fd
	opener.answered = func(op uint8, result int32) int32 {
		opener.ring.fd = -1
		return result
	}
	defer syscall.Close(fd)
	batch.Open(names)
	for i, want := range contents {
		file, ok := batch.Take(i)
		if !ok {
			t.Fatalf("%s is not there", names[i])
		}
		if got, err := content(file); err != nil || got != string(want) {
			t.Errorf("%s is another file: %v", names[i], err)
		}
	}
}

// TestWhatTakesThePlaceOfAFileIsNotRead: while a name is a file, a FIFO with something in it, a directory,
// a link out of the root and a device in turns, a batch has the file or nothing, and what is in the FIFO stays there.
func TestWhatTakesThePlaceOfAFileIsNotRead(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "root")
	must(t, os.Mkdir(dir, 0o755))
	must(t, os.WriteFile(filepath.Join(top, "outside"), []byte("outside"), 0o644))
	must(t, syscall.Mkfifo(filepath.Join(top, "fifo"), 0o644))
	fifo, err := os.OpenFile(filepath.Join(top, "fifo"), os.O_RDWR, 0)
	must(t, err)
	defer fifo.Close()
	_, err = fifo.WriteString("said")
	must(t, err)
	var names []string
	for i := range BatchFiles {
		names = append(names, fmt.Sprint(i))
	}
	kinds := []func(path string) error{
		func(path string) error { return os.WriteFile(path, []byte("a file"), 0o644) },
		func(path string) error { return os.Link(filepath.Join(top, "fifo"), path) },
		func(path string) error { return os.Mkdir(path, 0o755) },
		func(path string) error { return os.Symlink("../outside", path) },
		func(path string) error {
			if err := syscall.Mknod(path, syscall.S_IFCHR|0o644, 1<<8|5); err == nil { // /dev/zero
				return nil
			}
			return os.Mkdir(path, 0o755) // without the right to make one
		},
	}
	var over atomic.Bool
	ended := make(chan error, 1)
	go func() {
		random := rand.New(rand.NewPCG(3, 4))
		for n := 0; !over.Load(); n++ {
			path := filepath.Join(dir, names[n%len(names)])
			fresh := filepath.Join(top, "fresh")
			if err := kinds[random.IntN(len(kinds))](fresh); err != nil {
				ended <- err
				return
			}
			_ = os.RemoveAll(path)
			if err := os.Rename(fresh, path); err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	batch, _ := batchBeneath(t, dir)
	seen := 0
	for end := time.Now().Add(time.Second); time.Now().Before(end) || seen == 0; {
		batch.Open(names)
		for i := range names {
			if file, ok := batch.Take(i); ok {
				if got, err := content(file); err != nil || got != "a file" {
					t.Fatalf("%q was read: %v", got, err)
				}
				seen++
			}
		}
	}
	over.Store(true)
	must(t, <-ended)
	said := make([]byte, 100)
	n, err := fifo.Read(said)
	must(t, err)
	if string(said[:n]) != "said" {
		t.Errorf("the FIFO has %q left", said[:n])
	}
}

// TestAFileThatGrowsAndShrinksIsWholeOrChanged: what a batch brings of it is as long as the file was
// when it was opened, and of one state of it, or else it is changed.
func TestAFileThatGrowsAndShrinksIsWholeOrChanged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	must(t, os.WriteFile(path, nil, 0o644))
	var over atomic.Bool
	ended := make(chan error, 1)
	go func() {
		for n := 0; !over.Load(); n++ {
			if err := os.Truncate(path, int64(n%3*5000)); err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	batch, _ := batchBeneath(t, dir)
	read := 0
	for end := time.Now().Add(time.Second); time.Now().Before(end) || read == 0; {
		batch.Open([]string{"file"})
		file, ok := batch.Take(0)
		if !ok {
			t.Fatal("it is not there")
		}
		size := file.Size()
		switch got, err := content(file); {
		case err == nil && (int64(len(got)) != size || strings.Trim(got, "\x00") != ""):
			t.Fatalf("%d bytes of %d", len(got), size)
		case err == nil && size > 0:
			read++
		case err != nil && err != ErrChanged:
			t.Fatal(err)
		}
	}
	over.Store(true)
	must(t, <-ended)
}

// TestARingThatIsInterruptedForEverEnds: there is nothing that it would wait for.
func TestARingThatIsInterruptedForEverEnds(t *testing.T) {
	dir, names, _ := many(t)
	batch, opener := batchBeneath(t, dir)
	opener.ring.enter = func(uint32, uint32) syscall.Errno { return syscall.EINTR }
	batch.Open(names)
	if opener.ring != nil || opener.lost {
		t.Error("it is used on")
	}
}
