package names

import "testing"

func TestOnlyNamesThatStayBeneathTheRootAreClean(t *testing.T) {
	for name, want := range map[string]string{
		"a": "a", "a/b": "a/b", "./a": "a", "a//b": "a/b", "a/./b/": "a/b", "a\xff": "a\xff", "..a": "..a", "a/..b": "a/..b",
		"": ".", ".": ".", "..": "", "/a": "", "../a": "", "a/../b": "", "a/..": "",
	} {
		if got, ok := Clean(name); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %t", name, got, ok)
		}
	}
}

func TestANameIsInTheDirectoryOfItsCleanSpelling(t *testing.T) {
	for name, want := range map[string][2]string{
		"a": {".", "a"}, "./a": {".", "a"}, "sub/a": {"sub", "a"}, "sub//deep/./a": {"sub/deep", "a"},
	} {
		if dir, base, ok := Split(name); !ok || [2]string{dir, base} != want {
			t.Errorf("%q: %q, %q, %t", name, dir, base, ok)
		}
	}
	if _, _, ok := Split("a/../b"); ok {
		t.Error("a name that leads out is in a directory")
	}
}

func TestABaseMakesNoAbsoluteNameSafe(t *testing.T) {
	for _, c := range [][3]string{{"", "a", "a"}, {"sub", "a", "sub/a"}, {"sub", "/a", "/a"}, {"", "/a", "/a"}} {
		if got := Below(c[0], c[1]); got != c[2] {
			t.Errorf("%q below %q: %q", c[1], c[0], got)
		}
	}
}
