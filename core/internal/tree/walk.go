package tree

import (
	"context"
	"path"
)

// listBuffer is how many bytes of a directory are asked for at a time.
const listBuffer = 32 << 10

// Walk calls visit for everything below the root that is not a directory, with
// its clean name. Links are visited, never followed. known is asked once for
// each directory (the top is "."), and returns a test for the names in it that
// are passed over without a look. A directory that cannot be read is visited
// with its error. Walk itself fails only when ctx ends.
//
// Each directory is opened anew from the root: the depth of a tree then costs no
// file descriptors.
func (r *Root) Walk(ctx context.Context, known func(dir string) func(base []byte) bool, visit func(name string, err error)) error {
	pending := []string{"."}
	buffer := make([]byte, listBuffer)
	for len(pending) > 0 {
		dir := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		passed := known(dir)
		err := r.top.list(dir, buffer, func(base []byte, isDir func() bool) error {
			if passed(base) {
				return ctx.Err()
			}
			name := path.Join(dir, string(base))
			if isDir() {
				pending = append(pending, name)
			} else {
				visit(name, nil)
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
