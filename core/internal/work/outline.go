package work

import (
	"encoding/binary"
	"math"
	"sync/atomic"

	"checksig/internal/claim"
	"checksig/internal/tree"
	"checksig/internal/verdict"
)

// sizersOf says how many ask for sizes at a time: whoever divides a claim does nothing else.
const sizersOf = 16

// Sizes returns what looks for the sizes of files beneath a directory.
func (r *Run) Sizes(dir *tree.Root) func(names []string) []int64 {
	return func(names []string) []int64 {
		found := make([]int64, len(names))
		var next atomic.Int64
		askers := min(sizersOf, 1+len(names)/256)
		_ = r.group(askers, func() error { // what is not found is not known
			finder := dir.Finder()
			defer finder.Close()
			for {
				from := int(next.Add(256)) - 256
				if from >= len(names) || r.ctx.Err() != nil {
					return nil
				}
				for i := from; i < min(from+256, len(names)); i++ {
					found[i] = finder.Size(names[i])
				}
			}
		})
		return found
	}
}

// ReportOutline passes on an outline: remarks of which none is one. Those of steps begin with
// their numbers, behind which come the name of the first file, and the packed lines of each list. The
// last says whether the names are ordered, and which file is the longest.
func (r *Run) ReportOutline(o *claim.Outline) error {
	out := r.Outbox()
	for _, s := range o.Steps {
		text := numbers(1, s.At, s.End, int64(s.First), s.Entries, s.Files, s.Bytes, s.Longest, s.Bare)
		for _, part := range append([][]byte{[]byte(s.Name)}, s.Lines...) {
			text = append(binary.LittleEndian.AppendUint64(text, uint64(len(part))), part...)
		}
		if err := out.pass(row(text)); err != nil {
			return err
		}
	}
	ordered := int64(0)
	if o.Ordered() {
		ordered = 1
	}
	if err := out.pass(row(append(numbers(2, ordered), o.Longest...))); err != nil {
		return err
	}
	return out.Flush()
}

func row(text []byte) verdict.Result {
	return verdict.Result{Status: verdict.Remarked, List: math.MaxInt32, Size: -1, ListedSize: -1, Text: string(text)}
}

// numbers packs numbers of 64 bits.
func numbers(values ...int64) (text []byte) {
	for _, value := range values {
		text = binary.LittleEndian.AppendUint64(text, uint64(value))
	}
	return text
}
