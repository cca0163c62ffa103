package checksig

import (
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestLinksAreComparedOnRequest(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a", "sub/b": "b"})
	for name, target := range map[string]string{"right": "../outside", "wrong": "b", "through": "sub", "sub/inner": "b"} {
		must(t, os.Symlink(target, filepath.Join(dir, name)))
	}
	link := func(name, target string) Entry {
		return Entry{Name: name, Tag: "link:", Digest: hex.EncodeToString([]byte(target)), Size: -1}
	}
	cases := []struct {
		entry  Entry
		status Status
	}{
		{link("right", "../outside"), OK},
		{link("wrong", "a"), Mismatch},
		{link("gone", "a"), Missing},
		{link("a", "a"), Mismatch},
		{link("through/inner", "b"), NotRegular},
		{link("../x", "a"), UnsafePath},
	}
	for _, c := range cases {
		run := Verify(context.Background(), dir, []List{{Entries: []Entry{c.entry}}}, Options{Rules: Rules{RecordLinks: true, KeepOK: true}})
		results := slices.Collect(run.Results())
		must(t, run.Err())
		if len(results) != 1 || results[0].Status != c.status {
			t.Errorf("%q: %+v", c.entry.Name, results)
		}
	}
}

func TestATextListCannotNameALink(t *testing.T) {
	dir, _ := plant(t, map[string]string{})
	must(t, os.Symlink("a", filepath.Join(dir, "x")))
	results, _ := audit(t, dir, Options{Rules: Rules{RecordLinks: true}}, "link (x) = 61\n")
	if len(results) != 1 || results[0].Status != Unsupported {
		t.Errorf("%+v", results)
	}
}
