package claim

import (
	"hash/maphash"
	"math"
	"slices"
	"strings"

	"checksig/internal/names"
	"checksig/internal/sums"
)

// An outline of a claim says where it can be cut, so that all that is said of a file stays
// together.

// steps is how many steps an outline has at most, more or less.
const steps = 4096

// Step is a part of what is listed, behind the one before.
type Step struct {
	Name    string // of its first file
	At, End int64  // in bytes of the list; of packed lines, 0
	First   int    // the number of its first line; 0 as well
	Entries int64
	Files   int64
	Bytes   int64    // that are known to be read
	Longest int64    // of its files, in bytes, as far as that is known
	Bare    int64    // files that are listed without a digest
	Lines   [][]byte // packed, for each of the lists; nil: they are those of the list
}

// Outline is one under way.
type Outline struct {
	Steps  []Step
	Chosen int64 // files that the patterns choose
	// Longest is the name of the file that is longest, as far as sizes are known.
	Longest string
	longest int64
	// Sizes looks for the sizes of files by their names: 0 if there is none; nil: nobody looks.
	Sizes func(names []string) []int64

	scope   *Scope
	base    string
	grain   int64  // bytes of the list, of a step
	last    []byte // the name of the last file
	seed    maphash.Seed
	seen    []uint64 // hashes of the names so far, if they are in no order
	ordered bool
	slashes bool
	bare    bool     // nothing is listed with a digest for the last file
	asked   []string // files whose sizes are to be looked for
	askedOf []int    // their steps
}

// NewOutline returns the outline of a list of so many bytes. If its names are not ordered, it
// takes eight bytes for each to see that none comes twice.
func NewOutline(list List, size int64, scope *Scope, ordered bool) *Outline {
	return &Outline{
		scope: scope, base: list.Base, grain: max(1, size/steps), ordered: ordered,
		slashes: list.Backslashes, seed: maphash.MakeSeed(),
	}
}

// Add takes the next entry of a list. It returns false if the list cannot be cut.
func (o *Outline) Add(e *Entry, at int64) bool {
	if o.slashes && strings.IndexByte(e.Name, '\\') >= 0 {
		return false
	}
	name := names.Below(o.base, e.Name)
	clean, safe := names.Clean(name)
	if safe {
		name = clean
	}
	same := name == string(o.last) && len(o.Steps) > 0
	if !same && len(o.Steps) > 0 && o.ordered && name < string(o.last) {
		return false
	}
	if n := len(o.Steps); n == 0 || !same && at-o.Steps[n-1].At >= o.grain {
		o.begin(strings.Clone(name), at, e.Line)
	}
	step := &o.Steps[len(o.Steps)-1]
	step.Entries++
	if same {
		if o.bare && !e.Bare {
			o.bare = false
			step.Bare--
		}
		return true
	}
	if o.bare = e.Bare; e.Bare {
		step.Bare++
	}
	o.last = append(o.last[:0], name...)
	if !o.ordered {
		o.seen = append(o.seen, maphash.String(o.seed, name))
	}
	o.count(step, name, safe, e)
	return true
}

func (o *Outline) begin(name string, at int64, line int) {
	if n := len(o.Steps); n > 0 {
		o.Steps[n-1].End = at
	} else {
		at, line = 0, 1 // what is above the first entry is of the first step
	}
	o.Steps = append(o.Steps, Step{Name: name, At: at, First: line})
}

// count counts a file, and its size.
func (o *Outline) count(step *Step, name string, safe bool, e *Entry) {
	step.Files++
	if safe && !o.scope.Has(name) {
		return
	}
	o.Chosen++
	switch {
	case e.Size >= 0:
		o.weigh(step, e.Size, name)
	case o.Sizes != nil && !e.Link:
		o.asked, o.askedOf = append(o.asked, strings.Clone(name)), append(o.askedOf, len(o.Steps)-1)
		if len(o.asked) == cap(o.asked) && len(o.asked) >= 1<<13 {
			o.ask()
		}
	}
}

func (o *Outline) weigh(step *Step, size int64, name string) {
	step.Bytes += min(size, math.MaxInt64-step.Bytes) // what is listed may be more than there can be
	step.Longest = max(step.Longest, size)
	if size > o.longest {
		o.Longest, o.longest = strings.Clone(name), size
	}
}

// ask looks for the sizes of files.
func (o *Outline) ask() {
	if len(o.asked) == 0 {
		return
	}
	for i, size := range o.Sizes(o.asked) {
		o.weigh(&o.Steps[o.askedOf[i]], size, o.asked[i])
	}
	o.asked, o.askedOf = o.asked[:0], o.askedOf[:0]
}

// End ends the outline of so many bytes. It returns false if a name comes twice far apart, or if
// nothing is left to check.
func (o *Outline) End(size int64) bool {
	o.ask()
	if len(o.Steps) == 0 || o.Chosen == 0 {
		return false
	}
	o.Steps[len(o.Steps)-1].End = size
	slices.Sort(o.seen)
	for i := 1; i < len(o.seen); i++ {
		if o.seen[i] == o.seen[i-1] {
			return false
		}
	}
	o.seen = nil
	return true
}

// Ordered reports whether the names of the list are in the order of their bytes.
func (o *Outline) Ordered() bool { return o.ordered }

// Divide returns the outline of lists of any kind, with their lines: by name, and packed.
func Divide(lists []List, scope *Scope, exists func(name string) bool, sizes func([]string) []int64) (*Outline, error) {
	entries, _, _, err := parseAll(lists, scope.SizeOnly)
	if err != nil {
		return nil, err
	}
	slashed(entries, lists, exists)
	clean, order := make([]string, len(entries)), make([]int32, len(entries))
	for i := range entries {
		clean[i], order[i] = cleaned(entries[i].Name), int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return strings.Compare(clean[a], clean[b]) })
	o := NewOutline(List{}, int64(len(entries)), scope, true)
	o.Sizes = sizes
	var begins []int
	for at, i := range order {
		if o.Add(&entries[i], int64(at)); len(o.Steps) > len(begins) {
			begins = append(begins, at)
		}
	}
	o.ask()
	for i := range o.Steps {
		o.Steps[i].At, o.Steps[i].End, o.Steps[i].First = 0, 0, 0
		end := len(order)
		if i+1 < len(begins) {
			end = begins[i+1]
		}
		o.Steps[i].Lines = packed(entries, order[begins[i]:end], len(lists))
	}
	return o, nil
}

// packed returns some entries, packed for each of so many lists.
func packed(entries []Entry, order []int32, lists int) [][]byte {
	of := make([][]Entry, lists)
	for _, i := range order {
		of[entries[i].List] = append(of[entries[i].List], entries[i])
	}
	lines := make([][]byte, lists)
	for i := range of {
		if len(of[i]) > 0 {
			lines[i] = sums.AppendBlock(nil, of[i])
		}
	}
	return lines
}
