package checksig

import (
	"fmt"
	"strings"
)

// ManifestError is about a list that cannot be used: it is missing, it is
// empty, or no line of it lists a file.
type ManifestError struct {
	Path string // "" if the list came without one
	Err  error
	List int // which of several
}

func (e *ManifestError) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%q: %s", e.Path, e.Err)
}

func (e *ManifestError) Unwrap() error { return e.Err }

// RootError is about a directory that cannot be opened.
type RootError struct {
	Path string
	Err  error
}

func (e *RootError) Error() string { return fmt.Sprintf("open %q: %s", e.Path, e.Err) }

func (e *RootError) Unwrap() error { return e.Err }

// SignatureError names every file that is not what its list says.
type SignatureError struct {
	Lines []string // "PATH" - STATUS
}

func (e *SignatureError) Error() string { return strings.Join(e.Lines, "\n") }

// PanicError is a fault of this package that was caught before it could end
// the process.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("internal error: %v\n%s", e.Value, e.Stack)
}
