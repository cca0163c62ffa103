package work

import (
	"slices"
	"testing"
)

func TestLargeFilesComeLargestFirst(t *testing.T) {
	var late lateFiles
	for index, size := range []int64{5, 90, 7, 90, 1} {
		late.add(index, size)
	}
	late.sort()
	var order []int
	for _, file := range late.files {
		order = append(order, file.index)
	}
	if want := []int{1, 3, 2, 0, 4}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
}

func TestOnlyAFileThatTakesAsLongAsAllOthersIsHashedAlone(t *testing.T) {
	for _, c := range []struct {
		sizes []int64
		want  bool
	}{{[]int64{100}, true}, {[]int64{100, 100, 100}, true}, {[]int64{100, 900}, false}, {[]int64{200, 900}, true}} {
		var late lateFiles
		for index, size := range c.sizes {
			late.add(index, size)
		}
		if got := late.alone(0, 2); got != c.want {
			t.Errorf("%v: alone: %t", c.sizes, got)
		}
	}
}

// TestAWorkerLeavesTheOthersTheirShare: whoever comes first may not take more
// than its share of the last files.
func TestAWorkerLeavesTheOthersTheirShare(t *testing.T) {
	f := newFeed(16, 2)
	var first, second share
	held := 0
	for {
		_, answer := f.take(&first, held)
		if answer != taken {
			break
		}
		held++
	}
	if held != 8 {
		t.Errorf("the first of two workers took %d of 16", held)
	}
	for want := range 8 {
		if i, answer := f.take(&second, 0); answer != taken || i != 8+want {
			t.Errorf("%d, %v", i, answer)
		}
	}
	if _, answer := f.take(&second, 0); answer != over {
		t.Errorf("%v at the end", answer)
	}
}

func TestWorkersTakeNeighboursTogetherAndEachNumberOnce(t *testing.T) {
	f := newFeed(10_000, 3)
	shares := make([]share, 3)
	seen := make([]bool, 10_000)
	together := 0
	for turn, left := 0, len(seen); left > 0; turn++ {
		s := &shares[turn%3]
		i, answer := f.take(s, 0)
		if answer != taken {
			continue
		}
		if seen[i] {
			t.Fatalf("%d was handed out twice", i)
		}
		seen[i] = true
		left--
		if s.next < s.end {
			together++
		}
	}
	if together < 8_000 {
		t.Errorf("only %d numbers came with a neighbour", together)
	}
	for i := range shares {
		if _, answer := f.take(&shares[i], 0); answer != over {
			t.Errorf("%v at the end", answer)
		}
	}
}
