// Package names holds the rules of file names beneath a root. It compares and
// spells them; nothing is looked at.
package names

import (
	"errors"
	"path"
	"path/filepath"
	"strings"
)

// ErrUnsafe is why a name that could lead out of its root is refused.
var ErrUnsafe = errors.New("leads out of the root")

// Clean returns the shortest spelling of a name beneath a root, or false if
// the name is absolute or has a .. in it. Even a .. that stays inside is
// refused: through a symbolic link it need not go back the way it came.
func Clean(name string) (string, bool) {
	if isClean(name) {
		return name, true
	}
	for rest := name; rest != ""; {
		var element string
		element, rest = cutElement(rest)
		if element == ".." {
			return "", false
		}
	}
	clean := path.Clean(name)
	return clean, filepath.IsLocal(clean)
}

// isClean reports whether name is its own shortest spelling, as nearly all
// names are: this is asked several times for each file.
func isClean(name string) bool {
	if filepath.Separator != '/' {
		return false
	}
	start := 0
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		if element := name[start:i]; element == "" || element == "." || element == ".." {
			return false
		}
		start = i + 1
	}
	return true
}

func cutElement(name string) (element, rest string) {
	for i := range len(name) {
		if name[i] == '/' || name[i] == filepath.Separator {
			return name[:i], name[i+1:]
		}
	}
	return name, ""
}

// Split returns the directory of a name ("." at the top) and the name in it; a
// name that leads out of the root is in no directory.
func Split(name string) (dir, base string, ok bool) {
	name, ok = Clean(name)
	dir, base = path.Split(name)
	if dir == "" {
		return ".", base, ok
	}
	return dir[:len(dir)-1], base, ok
}

// Below puts a name behind its base. An absolute name stays what it is, and so is
// refused: a base in front would make it one that is not.
func Below(base, name string) string {
	if base == "" || strings.HasPrefix(name, "/") {
		return name
	}
	return base + "/" + name
}
