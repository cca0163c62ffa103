package claim

import (
	"errors"
	"slices"

	"checksig/internal/verdict"
)

// Settlement is what came of reading a file that was Undecided.
type Settlement struct {
	Number uint32         // of the undecided result
	Status verdict.Status // OK if the file was read to its end; else why not
	Size   int64          // bytes read; -1 if the file was not opened
	// Digests of the bytes, if the status is OK: end to end, in the order in which
	// their algorithms first occur in the undecided result.
	Digests []byte
	// Served says that nobody has read the file: the digests are what its server says, of all of it.
	Served bool
	Reason string // if it is not OK
}

// faults are the statuses of a file that could not be read to its end.
var faults = []verdict.Status{verdict.Missing, verdict.Unreadable, verdict.NotRegular, verdict.Changed}

// Reasons why a settlement is refused.
var (
	errStatus  = errors.New("no status of a file that was read, or could not be")
	errSize    = errors.New("no number of bytes that were read")
	errDigests = errors.New("not one digest for each algorithm listed")
)

// Result returns the result of an entry by what came of reading its file. It is ok
// only by digests, and only if all that are listed are among them.
func (s *Settlement) Result(e *Entry, judge Judge) (verdict.Result, error) {
	switch {
	case s.Size < -1 || s.Size < 0 && s.Status == verdict.OK:
		return verdict.Result{}, errSize
	case s.Status == verdict.OK:
		return s.byDigests(e, judge)
	case !slices.Contains(faults, s.Status):
		return verdict.Result{}, errStatus
	case len(s.Digests) > 0 || s.Served:
		return verdict.Result{}, errDigests
	}
	result := Unopened(e)
	result.Status, result.Text, result.Size = s.Status, s.Reason, s.Size
	return result, nil
}

func (s *Settlement) byDigests(e *Entry, judge Judge) (verdict.Result, error) {
	found, length := Found{Digests: s.Digests}, 0
	for entry := e; entry != nil; entry = entry.Also {
		if !slices.Contains(found.Algorithms, entry.Algorithm) {
			found.Algorithms = append(found.Algorithms, entry.Algorithm)
			length += entry.Algorithm.Size
		}
	}
	if length != len(s.Digests) {
		return verdict.Result{}, errDigests
	}
	// A size that was not known before may be another than the one listed.
	if result, settled := judge.ResultBySize(e, s.Size); settled {
		result.Size = s.Size
		return result, nil
	}
	result := judge.ResultByDigests(e, found, s.Size)
	result.Served = s.Served
	return result, nil
}
