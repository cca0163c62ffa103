package tree

import (
	"context"
	"errors"
	"io"
	"os"
)

// chunk is how many names of a directory are held at a time: a directory of
// ten million files must not need memory for ten million names.
const chunk = 1024

// Walk calls visit for everything below the root that is not a directory, with
// its clean name. Links are visited, never followed. Names that known accepts
// are passed over without a look. A directory that cannot be read is visited
// with its error. Walk itself fails only when ctx ends.
func (r *Root) Walk(ctx context.Context, known func(name []byte) bool, visit func(name string, err error)) error {
	pending := []string{"."}
	for len(pending) > 0 {
		dir := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		err := r.list(dir, func(parent *os.Root, base string, name []byte) error {
			if known(name) {
				return ctx.Err()
			}
			info, err := parent.Lstat(base)
			switch {
			case err == nil && info.IsDir():
				pending = append(pending, string(name))
			case !errors.Is(err, os.ErrNotExist): // else gone since it was listed
				visit(string(name), cause(err))
			}
			return ctx.Err()
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			visit(dir, cause(err))
		}
	}
	return nil
}

// list calls look for each name in the directory dir, opened anew from the
// root: the depth of a tree then costs no file descriptors.
func (r *Root) list(dir string, look func(parent *os.Root, base string, name []byte) error) error {
	parent, err := r.root.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer parent.Close()
	file, err := parent.Open(".")
	if err != nil {
		return err
	}
	defer file.Close()
	var name []byte
	if dir != "." {
		name = append([]byte(dir), '/')
	}
	prefix := len(name)
	for {
		bases, err := file.Readdirnames(chunk)
		for _, base := range bases {
			name = append(name[:prefix], base...)
			if err := look(parent, base, name); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
