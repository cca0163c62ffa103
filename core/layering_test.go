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

// arrows says for each package which others of internal it may import, and which of
// the doors to the outside. Only tree opens files, so only tree has the doors to them;
// only fetch connects; work knows no list, so it cannot import sums. Tests may import more.
var arrows = map[string]string{
	".":                "claim digest fetch meter sums tree verdict work",
	"cmd/libchecksig":  "checksig digest lanes primitive sums verdict C unsafe os",
	"internal/meter":   "claim digest lanes tree verdict work",
	"internal/work":    "claim digest fetch lanes tree verdict",
	"internal/claim":   "digest names pattern sums verdict",
	"internal/fetch":   "net net/http crypto/tls",
	"internal/tree":    "names os syscall unsafe",
	"internal/verdict": "digest",
	"internal/sums":    "digest",
	"internal/digest":  "lanes lanes/blake2b lanes/blake3 lanes/md5 lanes/sha1 lanes/sha256 lanes/sha512",
	"internal/lanes":   "lanes/simd C unsafe",
	// What every folder of a kernel may import.
	"internal/lanes/*":   "lanes lanes/cpu lanes/simd C unsafe",
	"internal/names":     "",
	"internal/pattern":   "",
	"internal/primitive": "",
	"internal/vector":    "os",
}

// doors are what needs to be allowed besides packages of this module. path/filepath
// is not among them: it spells names, as long as nobody walks with it.
var doors = []string{"C", "unsafe", "os", "syscall", "os/exec", "net", "net/http", "crypto/tls", "log", "plugin", "io/ioutil"}

func TestImportsPointDown(t *testing.T) {
	for _, path := range sources(t) {
		dir := filepath.ToSlash(filepath.Dir(path))
		allowed, known := arrows[dir]
		if !known {
			allowed, known = arrows[filepath.ToSlash(filepath.Dir(dir))+"/*"]
		}
		if !known {
			t.Errorf("%s: no room is called %s", path, dir)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		must(t, err)
		for _, spec := range file.Imports {
			name := strings.Trim(spec.Path.Value, `"`)
			own := strings.TrimPrefix(name, "checksig/internal/")
			ours := own != name || name == "checksig"
			if (ours || slices.Contains(doors, name)) && !slices.Contains(strings.Fields(allowed), own) ||
				strings.Contains(name, ".") {
				t.Errorf("%s imports %s", path, name)
			}
		}
	}
}

// sources returns the files of the module that are no tests.
func sources(t *testing.T) (paths []string) {
	t.Helper()
	must(t, filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			paths = append(paths, path)
		}
		return err
	}))
	if len(paths) < 90 {
		t.Fatalf("only %d files", len(paths))
	}
	return paths
}

// TestOnlyOneFileFacesC: what C can see is in export.go, and nowhere else.
func TestOnlyOneFileFacesC(t *testing.T) {
	for _, path := range sources(t) {
		if filepath.Base(filepath.Dir(path)) != "libchecksig" {
			continue
		}
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
