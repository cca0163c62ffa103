package work

import (
	"errors"
	"io/fs"

	"checksig/internal/claim"
	"checksig/internal/tree"
	"checksig/internal/verdict"
)

// failure returns the result for an entry that could not be read to its end.
func failure(e *claim.Entry, err error) verdict.Result {
	result := claim.Unopened(e)
	result.Text = err.Error()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		result.Status = verdict.Missing
	case errors.Is(err, tree.ErrUnsafe):
		result.Status = verdict.UnsafePath
	case errors.Is(err, tree.ErrNotRegular), errors.Is(err, tree.ErrLink), errors.Is(err, tree.ErrNoLink):
		result.Status = verdict.NotRegular
	case errors.Is(err, tree.ErrChanged):
		result.Status = verdict.Changed
	default:
		result.Status = verdict.Unreadable
	}
	return result
}
