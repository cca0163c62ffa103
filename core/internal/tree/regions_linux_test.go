//go:build linux && (amd64 || arm64)

package tree

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"
)

// mapped returns how many mappings of a file the process has.
func mappings(t *testing.T, path string) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	must(t, err)
	return strings.Count(string(maps), path)
}

func TestWindowsGoTogetherWhenNobodyLooksAtThem(t *testing.T) {
	defer Unmap()
	path, content, file := plant(t, 1<<20)
	Unmap()
	var windows [][]byte
	for range 40 { // more than a region has room for
		window := file.handle.mmap(0, 1<<20-1)
		if !bytes.Equal(window, content[:1<<20-1]) {
			t.Fatal("other bytes are mapped")
		}
		windows = append(windows, window)
	}
	for _, window := range windows[1:] {
		file.handle.unmap(window)
	}
	Unmap()
	if n := mappings(t, path); n == 0 || n > 32 {
		t.Errorf("%d mappings, with one in use", n)
	}
	if !bytes.Equal(windows[0], content[:1<<20-1]) {
		t.Error("a window in use has other bytes")
	}
	file.handle.unmap(windows[0])
	if n := mappings(t, path); n != 0 {
		t.Errorf("%d mappings are left", n)
	}
}

func TestManyMapAtTheSameTime(t *testing.T) {
	defer Unmap()
	_, content, file := plant(t, 3<<20)
	var wait sync.WaitGroup
	for start := range int64(8) {
		wait.Go(func() {
			for range 50 {
				at := start * page
				window := file.handle.mmap(at, 1<<20)
				if !bytes.Equal(window, content[at:at+1<<20]) {
					t.Error("other bytes are mapped")
				}
				file.handle.unmap(window)
			}
		})
	}
	wait.Wait()
}

func TestWhatCannotBeMappedIsRead(t *testing.T) {
	_, content, file := plant(t, 1<<20)
	if window := file.handle.mmap(1, 100); window != nil {
		t.Error("mapped from within a page")
	}
	if window := file.handle.mmap(0, regionSize+1); window != nil {
		t.Error("mapped more than a region")
	}
	if got := whole(t, make([]byte, 32<<10), file.MappedPiece); !bytes.Equal(got, content) {
		t.Error("other bytes")
	}
}
