package checksig

import (
	"context"

	"checksig/internal/claim"
	"checksig/internal/sums"
	"checksig/internal/tree"
)

// Outline says where a list can be cut so that all that is said of a file stays together, and so
// that each line says the same wherever it stands. It passes on nothing if that cannot be.
//
// The list is at a path, and read in pieces, or it is a text. With Sizes, the sizes of files that
// are not listed are looked for beneath the root.
func Outline(ctx context.Context, root, path string, list List, opts Options) *Run {
	return start(ctx, opts, func(r *Run) error {
		return sized(r, root, opts, func(sizes func([]string) []int64) error {
			for _, ordered := range []bool{true, false} {
				o, err := outline(r, path, list, sizes, ordered)
				if err != nil {
					return err
				}
				if o != nil {
					return r.ReportOutline(o)
				}
			}
			return nil
		})
	})
}

// Divide is Outline for lists of any kind: their lines come with it, by name.
func Divide(ctx context.Context, root string, lists []List, opts Options) *Run {
	return start(ctx, opts, func(r *Run) error {
		probe := tree.NewProbe(root)
		defer probe.Close()
		return sized(r, root, opts, func(sizes func([]string) []int64) error {
			o, err := claim.Divide(lists, r.Scope(), probe.Exists, sizes)
			if err != nil {
				return err
			}
			return r.ReportOutline(o)
		})
	})
}

// sized does something with what looks for sizes, if the options ask for them.
func sized(r *Run, root string, opts Options, something func(sizes func([]string) []int64) error) error {
	if !opts.Sizes {
		return something(nil)
	}
	return beneath(root, opts, func(dir *tree.Root) error { return something(r.Sizes(dir)) })
}

// pieceSize is how many bytes of a list are read at a time.
const pieceSize = 1 << 20

// outline returns the outline of a list; nil if it cannot be cut.
func outline(r *Run, path string, list List, sizes func([]string) []int64, ordered bool) (*claim.Outline, error) {
	size, next := int64(len(list.Text)), textPieces(list.Text)
	if path != "" {
		file, err := tree.OpenFile(path)
		if err != nil {
			return nil, &ManifestError{Err: err}
		}
		defer file.Close()
		buffer := make([]byte, pieceSize)
		size, next = file.Size(), func() (string, bool, error) { return file.Text(buffer) }
	}
	o := claim.NewOutline(list, size, r.Scope(), ordered)
	o.Sizes = sizes
	plain := sums.NewPlain(list.Options)
	for last := false; !last; {
		var piece string
		var err error
		if piece, last, err = next(); err == nil {
			err = r.Context().Err()
		}
		if err != nil {
			return nil, &ManifestError{Err: err}
		}
		if !plain.Take(piece, last, o.Add) {
			return nil, nil
		}
	}
	if !o.End(plain.Size()) {
		return nil, nil
	}
	return o, nil
}

// textPieces returns a text in pieces.
func textPieces(text string) func() (string, bool, error) {
	return func() (piece string, last bool, err error) {
		n := min(len(text), pieceSize)
		piece, text = text[:n], text[n:]
		return piece, text == "", nil
	}
}
