package checksig

import (
	"context"
	"strings"
	"testing"
)

// TestMatchOpensNothing holds lists against names: what is there is unreadable
// until somebody has read it.
func TestMatchOpensNothing(t *testing.T) {
	text := ofSHA256("a", "") + ofSHA1("./a", "") + ofMD5("gone", "") + ofMD5("../up", "") + ofMD5("left/out", "")
	opts := Options{Rules: Rules{Complete: true, Own: []string{"list"}, Exclude: []string{"left/"}, Require: []string{"b"}}}
	run := Match(context.Background(), []string{"a", "extra", "list", "left/out"}, []List{{Text: text}}, opts)
	found := make(map[string]Result)
	for result := range run.Results() {
		found[result.Name] = result
	}
	if err := run.Err(); err != nil {
		t.Fatal(err)
	}
	want := map[string]Status{
		"a": Unreadable, "gone": Missing, "../up": UnsafePath, "extra": Unlisted, "b": Missing,
	}
	for name, status := range want {
		if got := found[name]; got.Status != status || (got.Text == "") != (status == Unreadable || status == Unlisted) {
			t.Errorf("%s: %v %q, want %v", name, got.Status, got.Text, status)
		}
	}
	if len(found) != len(want) {
		t.Errorf("%d results, want %d", len(found), len(want))
	}
	if digests := found["a"].Digests; len(digests) != 2 || strings.Trim(digests[1].Found, "\x00") != "" {
		t.Errorf("digests %v, want two that are not found", digests)
	}
	if s := run.Totals(); s.Files != 3 || s.Excluded != 1 || s.Counts[OK] != 0 {
		t.Errorf("%d files, %d excluded, %d ok", s.Files, s.Excluded, s.Counts[OK])
	}
}
