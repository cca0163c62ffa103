package sums

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"checksig/internal/digest"
	"checksig/internal/vector"
)

// vectorCount is how many vectors there are at least.
const vectorCount = 62

var styleNames = map[string]Style{
	"text": Text, "binary": Binary, "tag": Tag, "tight-tag": TightTag, "openssl": OpenSSL, "reversed": Reversed,
	"marked": Marked,
}

func vectors(t testing.TB) []vector.Vector {
	t.Helper()
	vectors, err := vector.Load(vectorCount)
	if err != nil {
		t.Fatal(err)
	}
	return vectors
}

func TestParseReadsEveryVectorAsItSays(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.File, func(t *testing.T) {
			entries, malformed, _ := Parse(string(v.List), Options{})
			switch v.Expect {
			case "entry", "unsupported":
				at := slices.IndexFunc(entries, func(e Entry) bool { return e.Line == v.Line })
				if len(malformed) != 0 || at < 0 {
					t.Fatalf("%d entries, malformed %v", len(entries), malformed)
				}
				checkEntry(t, v, entries[at])
			case "malformed":
				if len(malformed) != 1 || malformed[0].Line != v.Line {
					t.Fatalf("malformed %v, want line %d", malformed, v.Line)
				}
			case "empty":
				if len(entries)+len(malformed) != 0 {
					t.Fatalf("entries %v, malformed %v", entries, malformed)
				}
			default:
				t.Fatalf("unknown outcome %q", v.Expect)
			}
		})
	}
}

func checkEntry(t *testing.T, v vector.Vector, e Entry) {
	t.Helper()
	style, ok := styleNames[v.Style]
	if !ok {
		t.Fatalf("unknown style %q", v.Style)
	}
	algorithm := ""
	if e.Algorithm != nil {
		algorithm = e.Algorithm.Name
	}
	if e.Name != string(v.Name) || e.Line != v.Line || e.Style != style || algorithm != v.Algorithm {
		t.Errorf("got %+v (%s), want %+v", e, algorithm, v)
	}
}

func TestOptionsSettleTheAlgorithm(t *testing.T) {
	sha1, sha256, sha3 := digest.Lookup("sha1"), digest.Lookup("sha256"), digest.Lookup("sha3-256")
	sixtyFour := strings.Repeat("ab", 32)
	for _, c := range []struct {
		name, line string
		options    Options
		want       *digest.Algorithm // nil: malformed
	}{
		{"the length decides", sixtyFour + "  a", Options{}, sha256},
		{"the name of the list decides", sixtyFour + "  a", Options{Untagged: sha3}, sha3},
		{"a tag beats the name of the list", "SHA256 (a) = " + sixtyFour, Options{Untagged: sha3}, sha256},
		{"the caller decides", sixtyFour + "  a", Options{Algorithm: sha3, Untagged: sha256}, sha3},
		{"a tag does not beat the caller", "SHA256 (a) = " + sixtyFour, Options{Algorithm: sha3}, nil},
		{"an unknown tag does not either", "SHA5 (a) = " + sixtyFour, Options{Algorithm: sha3}, nil},
		{"a digest has the caller's length", sixtyFour + "  a", Options{Algorithm: sha1}, nil},
		{"a digest has the name's length", sixtyFour + "  a", Options{Untagged: sha1}, nil},
		{"a family has algorithms of this length", sixtyFour + "  a", Options{Family: "sha"}, sha256},
		{"and none of that one", strings.Repeat("ab", 16) + "  a", Options{Family: "sha"}, nil},
		{"a tag beats the family", "MD5 (a) = " + strings.Repeat("ab", 16), Options{Family: "sha"}, digest.Lookup("md5")},
		{"no algorithm has this length", "abab  a", Options{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			entries, _, _ := Parse(c.line, c.options)
			var got *digest.Algorithm
			if len(entries) == 1 {
				got = entries[0].Algorithm
			}
			if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestNewEscapesWhatALineCannotHold(t *testing.T) {
	for name, want := range map[string]string{
		"a b":    "ab  a b\n",
		"a\nb":   "\\ab  a\\nb\n",
		"a\rb":   "\\ab  a\\rb\n",
		`a\b`:    "\\ab  a\\\\b\n",
		"\xff\t": "ab  \xff\t\n",
	} {
		if got := string(Append(nil, New(name, "ab", "", Text))); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestAnOverlongNameIsMalformed(t *testing.T) {
	_, malformed, _ := Parse(strings.Repeat("ab", 20)+"  "+strings.Repeat("a", maxName+1), Options{})
	if len(malformed) != 1 {
		t.Errorf("malformed: %v", malformed)
	}
}

func TestSettleRefusesADigestThatIsNotHexadecimal(t *testing.T) {
	for _, digits := range []string{"", "zz", strings.Repeat("é", 10)} {
		if _, reason := Settle(Entry{Name: "a", Tag: "sha1", Digest: digits}, Options{}); reason == "" {
			t.Errorf("%q was accepted", digits)
		}
	}
}

// FuzzParse holds that whatever is accepted comes back byte for byte when it is
// written again, but for what carries no meaning: blanks before the digest, and
// the end of the line. The digest's letters keep their case.
func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.List)
	}
	f.Add([]byte("0fd80709 a\r\r\n"))
	f.Fuzz(func(t *testing.T, list []byte) {
		entries, malformed, header := Parse(string(list), Options{})
		lines := bytes.Split(bytes.TrimPrefix(list, []byte("\ufeff")), []byte("\n"))
		seen := make(map[int]bool)
		for _, e := range entries {
			seen[e.Line] = true
			want := bytes.TrimLeft(bytes.TrimSuffix(lines[e.Line-1], []byte("\r")), " \t")
			want = append(bytes.Clone(want), '\n') // in the place of the list, it would change that
			if got := withoutTab(Append(nil, e)); !bytes.Equal(got, withoutTab(want)) {
				t.Fatalf("line %d: %q was written as %q", e.Line, want, got)
			}
			if e.Style == Reversed && strings.ContainsAny(e.Name[:1], " *") {
				continue // only the lines before tell what this is
			}
			if !e.Escaped && strings.HasSuffix(e.Name, "\r") {
				continue // there were two, and the second was part of the line's end
			}
			if e.Tag != "" && e.Style < Tag || e.Style == Reversed && e.Tag != "" {
				continue // a comment above says it
			}
			again, _, _ := Parse(string(Append(nil, e)), Options{})
			if len(again) != 1 || again[0].Name != e.Name || again[0].Algorithm != e.Algorithm {
				t.Fatalf("%+v was read again as %+v", e, again)
			}
		}
		for _, m := range malformed {
			seen[m.Line] = true
		}
		for i, line := range lines {
			line = bytes.TrimSuffix(line, []byte("\r"))
			above := len(entries) > 0 && i+1 < entries[0].Line
			if !seen[i+1] && !isEmpty(string(line)) && above && isHeading(string(line)) {
				header--
			} else if isEmpty(string(line)) == seen[i+1] {
				t.Fatalf("line %d, %q, was read: %t", i+1, line, seen[i+1])
			}
		}
		if header != 0 {
			t.Fatalf("%d lines of a header are not there", header)
		}
	})
}

// withoutTab makes the blank behind an untagged digest a space: a tab is
// accepted there, and written by nobody.
func withoutTab(line []byte) []byte {
	if i := bytes.IndexAny(line, " \t"); i > 0 && line[i] == '\t' {
		line = bytes.Clone(line)
		line[i] = ' '
	}
	return line
}
