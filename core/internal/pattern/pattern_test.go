package pattern

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestHasFollowsTheManual(t *testing.T) {
	for _, c := range []struct {
		patterns string
		match    string
		others   string
	}{
		{"hello.*", "hello.txt a/hello.java", "hello Hello.txt"},
		{"/hello.*", "hello.txt", "a/hello.java"},
		{"foo/", "foo/a b/foo/c", "foo b/foo"},
		{"doc/frotz/", "doc/frotz/x", "a/doc/frotz/x doc/frotz"},
		{"foo/*", "foo/test.json foo/bar/hello.c", "foo a/foo/b"},
		{"**/foo", "foo a/foo a/b/foo foo/x", "afoo"},
		{"**/foo/bar", "foo/bar a/foo/bar", "foo/a/bar"},
		{"abc/**", "abc/x abc/x/y", "abc x/abc/y"},
		{"a/**/b", "a/b a/x/b a/x/y/b", "b a/xb"},
		{"*.log !keep.log", "a.log b/c.log", "keep.log b/keep.log"},
		{"build/ !build/keep", "build/keep build/x", "keep"},
		{"\\#a \\!b", "#a !b", "a b"},
		{"[a-c]x [!a-c]y", "ax cx dy", "dx ay"},
		{"a[]]b a[^]]c", "a]b axc", "a]c a/c"},
		{"\xff*", "\xffa", "\xfea \u00ffa"},
	} {
		choice, err := New(nil, strings.Fields(c.patterns))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range strings.Fields(c.match) {
			if choice.Has(name) {
				t.Errorf("%q does not match %q", c.patterns, name)
			}
		}
		for _, name := range strings.Fields(c.others) {
			if !choice.Has(name) {
				t.Errorf("%q matches %q", c.patterns, name)
			}
		}
	}
}

func TestOnlyAndExceptAreBothHeeded(t *testing.T) {
	choice, err := New([]string{"*.txt", "data/"}, []string{"tmp*"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"a.txt": true, "data/x": true, "b": false, "tmp.txt": false, "data/tmp/x": false} {
		if choice.Has(name) != want {
			t.Errorf("%q: %t", name, !want)
		}
	}
}

func TestAPatternThatIsNoneIsAnError(t *testing.T) {
	for _, pattern := range []string{"[a", `a\`, "[z-a]", "[[:nonsense:]]"} {
		if _, err := New(nil, []string{pattern}); err == nil {
			t.Errorf("%q was accepted", pattern)
		}
	}
}

// TestGitAgrees asks git itself, where there is one. Where git differs from its own
// manual it is left out: to git, "a**/b" matches "ab".
func TestGitAgrees(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	patterns := []string{
		"a", "/a", "a/", "a/b", "*", "*b", "a*", "?", "**", "**/a", "a/**", "a/**/c", "**/b/**", "*/b", "/*/a", ".*",
		"[ab]", "[!a]", "a[.]b", "a\\b", "a b", "a?b", "[a-b]/b", "a**", "**b", "a[]]b", "[[:alpha:]]", "a[!/]b", "a[^x-z]b",
	}
	asked := 0
	for _, first := range patterns {
		for _, second := range []string{"", "!a", "!/a", "!a/b", "b", "!*.c"} {
			for _, name := range names {
				if git := gitIgnores(t, first+"\n"+second+"\n", name); git != ignores(t, first, second, name) {
					t.Errorf("%q, %q: git says %t to %q", first, second, git, name)
				}
				asked++
			}
		}
	}
	if asked < 1000 {
		t.Errorf("git was asked only %d times", asked)
	}
}

func ignores(t *testing.T, first, second, name string) bool {
	t.Helper()
	choice, err := New(nil, []string{first, second})
	if err != nil {
		t.Fatal(err)
	}
	return !choice.Has(name)
}

var names = []string{
	"a", "b", "a.b", "ab", "a/b", "b/a", "a/b/c", "b/a/b", "a/a/a", ".a", "a b", "a/.b", "b/b.c", "abc/a", "a-b", "a]b",
}

var gitAnswers = map[string]map[string]bool{}

// gitIgnores asks git for all names at once, and remembers.
func gitIgnores(t *testing.T, rules, name string) bool {
	t.Helper()
	if gitAnswers[rules] == nil {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "rules"), []byte(rules), 0o600); err != nil {
			t.Fatal(err)
		}
		run := exec.Command("git", "init", "-q", dir)
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatal(string(out))
		}
		gitAnswers[rules] = map[string]bool{}
		ask := exec.Command("git", "-C", dir, "-c", "core.excludesFile="+filepath.Join(dir, "rules"), "check-ignore", "-z", "--stdin", "--no-index")
		ask.Stdin = strings.NewReader(strings.Join(names, "\x00") + "\x00")
		out, _ := ask.Output() // 1 says that nothing matches
		for answer := range bytes.SplitSeq(bytes.TrimSuffix(out, []byte{0}), []byte{0}) {
			gitAnswers[rules][string(answer)] = true
		}
	}
	return gitAnswers[rules][name]
}
