package tree

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// plant writes a file of random bytes, and opens it.
func plant(t *testing.T, size int) (path string, content []byte, file File) {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(size), 1))
	content = make([]byte, size)
	for i := range content {
		content[i] = byte(random.Uint32())
	}
	path = filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(path, content, 0o644))
	file, err := OpenFile(path)
	must(t, err)
	t.Cleanup(file.Close)
	return path, content, file
}

// whole puts pieces together, and looks at what is promised of them.
func whole(t *testing.T, buffer []byte, next func([]byte) ([]byte, bool, error)) []byte {
	t.Helper()
	var all []byte
	for {
		piece, last, err := next(buffer)
		must(t, err)
		all = append(all, piece...)
		if last {
			if len(piece) > 0 && &piece[0] != &buffer[0] {
				t.Error("the last piece is not in the buffer")
			}
			return all
		}
		if len(piece) == 0 || len(piece)%1024 != 0 || len(piece) > 1<<20 {
			t.Fatalf("a piece of %d bytes", len(piece))
		}
	}
}

var sizes = []int{
	0, 1, 1023, 1024, 4095, 4096, 4097, 64<<10 - 1, 64 << 10, 64<<10 + 1,
	1<<20 - 1, 1 << 20, 1<<20 + 1, windowSize, windowSize + 1, windowSize + 4096, windowSize + 4097, 3*windowSize + 12345,
}

func TestAFileIsTheSameReadOrMappedOrInSections(t *testing.T) {
	for _, size := range sizes {
		path, content, file := plant(t, size)
		again, err := OpenFile(path)
		must(t, err)
		defer again.Close()
		if got := whole(t, make([]byte, 32<<10), file.Piece); !bytes.Equal(got, content) {
			t.Errorf("%d bytes are others when read", size)
		}
		if got := whole(t, make([]byte, 32<<10), again.MappedPiece); !bytes.Equal(got, content) {
			t.Errorf("%d bytes are others when mapped", size)
		}
		for _, mapped := range []bool{false, true} {
			var all []byte
			for at := 0; at < size; at += 2 << 20 {
				section := again.Section(int64(at), 2<<20)
				next := section.Piece
				if mapped {
					next = section.MappedPiece
				}
				all = append(all, whole(t, make([]byte, 32<<10), next)...)
				section.Close()
			}
			if !bytes.Equal(all, content) {
				t.Errorf("%d bytes are others in sections, mapped: %t", size, mapped)
			}
		}
		must(t, again.Unchanged())
	}
}

func TestOneReadThatSawTheEndIsWhole(t *testing.T) {
	for size, want := range map[int]bool{0: true, 1: true, 4095: true, 4096: false, 4097: false, 9000: false} {
		_, _, file := plant(t, size)
		whole(t, make([]byte, 4096), file.Piece)
		if file.Whole() != want {
			t.Errorf("%d bytes in a buffer of 4096: whole: %t", size, file.Whole())
		}
	}
}

func TestASectionOfAFileCutShortIsChanged(t *testing.T) {
	path, _, file := plant(t, 1<<20)
	must(t, os.Truncate(path, 100))
	section := file.Section(0, 1<<20)
	if _, _, err := section.Piece(make([]byte, 4096)); !errors.Is(err, ErrChanged) {
		t.Errorf("error %v", err)
	}
	if err := file.Lost(); !errors.Is(err, ErrChanged) {
		t.Errorf("lost by %v", err)
	}
}

func TestAFileThatIsDroppedIsReadAgain(t *testing.T) {
	_, content, file := plant(t, 1<<20)
	if !file.Cached() {
		t.Error("a file that was just written is not in the page cache")
	}
	file.Drop()
	if file.Cached() {
		t.Skip("needs a file system on a device: this one is memory")
	}
	file.Request(0, 1<<20)
	file.Await(1 << 20)
	if !file.Cached() {
		t.Error("a file that was fetched is not in the page cache")
	}
	if got := whole(t, make([]byte, 4096), file.Piece); !bytes.Equal(got, content) {
		t.Error("it is another file")
	}
}
