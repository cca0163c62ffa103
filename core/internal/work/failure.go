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

// failure returns the result for an entry whose file was open.
func (w *worker) failure(e *claim.Entry, file *tree.File, err error) verdict.Result {
	result := failure(e, err)
	w.note(file, &result)
	return result
}

// look looks at a file after it was read, and notes what it is if that is asked for.
// Its error says that it is not what it was.
func (w *worker) look(file *tree.File, result *verdict.Result) error {
	stat, err := file.Look()
	if w.run.reading.Stat && (err == nil || err == tree.ErrChanged) {
		seen := verdict.Stat(stat)
		result.Stat = &seen
	}
	return err
}

// note notes what a file is, if that is asked for, in a result that does not hang on
// it.
func (w *worker) note(file *tree.File, result *verdict.Result) {
	if w.run.reading.Stat {
		_ = w.look(file, result)
	}
}
