package checksig

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// allowed says which packages of this module, and of the standard library's
// doors to the outside, each package may import. Tests may import more.
var allowed = map[string][]string{
	"internal/digest":        {"internal/lanes", "internal/lanes/blake2b", "internal/lanes/blake3", "internal/lanes/md5", "internal/lanes/sha1", "internal/lanes/sha256", "internal/lanes/sha512"},
	"internal/lanes":         {"internal/lanes/simd", "C", "unsafe"},
	"internal/lanes/cpu":     {"C"},
	"internal/lanes/simd":    {},
	"internal/lanes/blake2b": kernels,
	"internal/lanes/blake3":  kernels,
	"internal/lanes/md5":     kernels,
	"internal/lanes/sha1":    kernels,
	"internal/lanes/sha256":  kernels,
	"internal/lanes/sha512":  kernels,
	"internal/sums":          {"internal/digest"},
	"internal/pattern":       {},
	"internal/names":         {},
	"internal/verdict":       {"internal/digest"},
	"internal/tree":          {"internal/names", "os", "syscall", "unsafe"},
	".":                      {"internal/lanes", "internal/digest", "internal/names", "internal/pattern", "internal/sums", "internal/tree", "internal/verdict"},
	"cmd/libchecksig":        {".", "internal/digest", "internal/lanes", "internal/sums", "internal/verdict", "C", "unsafe", "os"},
	"internal/vector":        {"os"},
}

// kernels is what a folder of kernels may import.
var kernels = []string{"internal/lanes", "internal/lanes/cpu", "internal/lanes/simd", "C", "unsafe"}

// watched are imports that need to be allowed by name.
var watched = []string{"C", "unsafe", "os", "syscall", "os/exec", "net", "log", "plugin"}

func TestImportsPointDown(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		dir := filepath.ToSlash(filepath.Dir(path))
		permitted, known := allowed[dir]
		if !known {
			t.Errorf("%s: no layer is called %s", path, dir)
		}
		for _, name := range imports(t, path) {
			if name == "checksig" {
				name = "."
			}
			own := strings.TrimPrefix(name, "checksig/")
			if (own != name || name == "." || slices.Contains(watched, name)) && !slices.Contains(permitted, own) {
				t.Errorf("%s imports %s", path, name)
			}
			if strings.Contains(strings.Split(name, "/")[0], ".") && name != "." {
				t.Errorf("%s imports %s, which is not the standard library's", path, name)
			}
		}
		return nil
	})
	if err != nil || files < 15 {
		t.Fatalf("%d files, error %v", files, err)
	}
}

func imports(t *testing.T, path string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	must(t, err)
	for _, spec := range file.Imports {
		names = append(names, strings.Trim(spec.Path.Value, `"`))
	}
	return names
}

// TestOnlyOneFileFacesC: what C can see is in export.go, and nowhere else.
func TestOnlyOneFileFacesC(t *testing.T) {
	files, err := filepath.Glob("cmd/libchecksig/*.go")
	must(t, err)
	for _, path := range files {
		source, err := os.ReadFile(path)
		must(t, err)
		faces := strings.Contains(string(source), `import "C"`) || strings.Contains(string(source), "//export ")
		if faces != (filepath.Base(path) == "export.go") {
			t.Errorf("%s: faces C: %t", path, faces)
		}
	}
}

// TestNoDependencies: the core builds from a source checkout alone.
func TestNoDependencies(t *testing.T) {
	module, err := os.ReadFile("go.mod")
	must(t, err)
	if strings.Contains(string(module), "require") {
		t.Error("go.mod requires something")
	}
}
