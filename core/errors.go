package checksig

import (
	"fmt"
	"strings"
)

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
