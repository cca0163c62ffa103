package tree

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
)

// chunk is how many names of a directory are held at a time: a directory of
// ten million files must not need memory for ten million names.
const chunk = 1024

// Walk calls visit for everything below the root that is not a directory, with
// its clean name. Links are visited, never followed. known is asked once for
// each directory (the top is "."), and returns a test for the names in it that
// are passed over without a look. A directory that cannot be read is visited
// with its error. Walk itself fails only when ctx ends.
func (r *Root) Walk(ctx context.Context, known func(dir string) func(base string) bool, visit func(name string, err error)) error {
	pending := []string{"."}
	for len(pending) > 0 {
		dir := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		passed := known(dir)
		err := r.list(dir, func(parent directory, base string) error {
			if passed(base) {
				return ctx.Err()
			}
			name := path.Join(dir, base)
			info, err := parent.lstat(base)
			switch {
			case err == nil && info.mode.IsDir():
				pending = append(pending, name)
			case !errors.Is(err, os.ErrNotExist): // else gone since it was listed
				visit(name, cause(err))
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
func (r *Root) list(dir string, look func(parent directory, base string) error) error {
	parent, err := r.top.enter(dir)
	if err != nil {
		return err
	}
	defer parent.close()
	file, err := r.root.OpenFile(dir, listOnly, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	for {
		bases, err := file.Readdirnames(chunk)
		for _, base := range bases {
			if err := look(parent, base); err != nil {
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
