package verdict

import (
	"testing"

	"checksig/internal/digest"
)

func TestStatusesAreAClosedSet(t *testing.T) {
	seen := map[string]bool{}
	for status := range StatusCount {
		seen[status.String()] = true
	}
	if len(seen) != int(StatusCount) || seen[""] {
		t.Errorf("%v", seen)
	}
	if len(digest.All()) > 128 {
		t.Error("more algorithms than the progress of the C face has bits")
	}
}
