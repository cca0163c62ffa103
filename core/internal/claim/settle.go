package claim

import (
	"errors"
	"slices"

	"checksig/internal/digest"
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
	// Among has a bit for each of those algorithms of which there is a digest, if the file is served:
	// a server need not have them all.
	Among  uint16
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
	case s.Among != 0 && !s.Served:
		return verdict.Result{}, errDigests
	case s.Status == verdict.OK && s.Served:
		return s.byServer(e, judge)
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

// byServer returns the result of an entry by what its server says, which has to be enough if it were
// all that is listed.
func (s *Settlement) byServer(e *Entry, judge Judge) (verdict.Result, error) {
	var algorithms []*digest.Algorithm
	var said *Entry
	end := &said
	all := true
	for entry := e; entry != nil; entry = entry.Also {
		at := slices.Index(algorithms, entry.Algorithm)
		if at < 0 {
			at = len(algorithms)
			algorithms = append(algorithms, entry.Algorithm)
		}
		if s.Among>>at&1 == 0 {
			all = false
			continue
		}
		one := *entry
		one.Size, one.Also = e.Size, nil
		*end, end = &one, &one.Also
	}
	if said == nil || s.Among>>len(algorithms) != 0 || !all && !judge.TakesSome() {
		return verdict.Result{}, errDigests
	}
	if _, refused := judge.Refusal(said); refused {
		return verdict.Result{}, errDigests
	}
	result, err := s.byDigests(said, judge)
	result.Served = true
	return result, err
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
	return judge.ResultByDigests(e, found, s.Size), nil
}
