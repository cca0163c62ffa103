package claim

import (
	"strings"
	"testing"

	"checksig/internal/digest"
)

// A slow digest counts where it is all there is, or all that is strong; whatever the order is.
func TestSlowDigestsAreLeftOutBesideStrongOnes(t *testing.T) {
	for listed, want := range map[string]string{
		"tiger":                       "tiger",
		"tiger whirlpool":             "tiger whirlpool",
		"md5 tiger":                   "md5 tiger",
		"tiger sha1 md5":              "tiger sha1 md5",
		"tiger sha256":                "sha256",
		"sha256 tiger":                "sha256",
		"tiger md5 whirlpool sha256":  "md5 sha256",
		"md5 ripemd160 sha256 sha512": "md5 sha256 sha512",
		"? tiger":                     "tiger",
		"tiger ? sha256 ?":            "sha256",
		"?":                           "?",
	} {
		var entries []Entry
		for i, name := range strings.Fields(listed) {
			a := digest.Lookup(name)
			e := Entry{Name: "a", Algorithm: a, Tag: name, Size: -1, Line: i + 1}
			if a != nil {
				e.Digest = strings.Repeat("00", a.Size)
			}
			entries = append(entries, e)
		}
		entries[len(entries)-1].Size = 5
		idle := uncomputed(entries)
		merged, _ := merge(entries)
		setAside(merged, idle)
		if len(merged) != 1 {
			t.Fatalf("%s: %d entries", listed, len(merged))
		}
		var found []string
		for e := &merged[0]; e != nil; e = e.Also {
			found = append(found, e.Tag)
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("%s: %s, not %s", listed, got, want)
		}
		if merged[0].Size != 5 {
			t.Errorf("%s: the size is %d", listed, merged[0].Size)
		}
		left := len(strings.Fields(listed)) - len(found)
		if remarks := idle.beside(merged); (len(remarks) > 0) != (left > 0) {
			t.Errorf("%s: remarks %v", listed, remarks)
		}
	}
}
