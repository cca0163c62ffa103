package claim

import (
	"fmt"
	"testing"

	"checksig/internal/digest"
)

// TestAMillionLinesAboutOneFileAreMergedInLinearTime: it would not end otherwise.
func TestAMillionLinesAboutOneFileAreMergedInLinearTime(t *testing.T) {
	entries := make([]Entry, 1_000_000)
	sha1 := digest.Lookup("sha1")
	for i := range entries {
		entries[i] = Entry{Name: "a", Algorithm: sha1, Digest: fmt.Sprintf("%040x", i), Size: -1}
		if i%3 == 0 {
			entries[i].Algorithm, entries[i].Tag = nil, fmt.Sprint("unknown", i)
		}
	}
	merged, repeated := merge(entries)
	if len(merged) != 1 || repeated != 666_666-2 {
		t.Errorf("%d entries, %d repeated", len(merged), repeated)
	}
}
