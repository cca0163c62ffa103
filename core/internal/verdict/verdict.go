// Package verdict holds what is said of files: statuses, results, and their sums.
package verdict

import (
	"time"

	"checksig/internal/digest"
)

// Status is the verdict on one file, out of a closed set. Only OK is success.
type Status uint8

// The statuses, in the order in which the C face numbers them.
const (
	OK          Status = iota // the digest on this line matches
	Mismatch                  // it does not
	Missing                   // listed, and not there
	Unreadable                // the operating system refuses, or reading failed
	UnsafePath                // the name leads out of the root
	NotRegular                // a directory, FIFO, socket or device
	Changed                   // became another file while it was read
	Malformed                 // a line of the list that cannot be understood
	Unlisted                  // there, and not in the list
	Unsupported               // listed with an algorithm that is not in the table
	StatusCount               // how many there are
)

var statusNames = [StatusCount]string{
	"ok", "mismatch", "missing", "unreadable", "unsafe-path",
	"not-regular", "changed", "malformed", "unlisted", "unsupported",
}

// Undecided is the status of a file that somebody else has yet to read, and so is
// none: it is out of the set, it is not counted, and C never sees it.
const Undecided Status = 255

// Remarked is the status of a remark on a list, which is no verdict: see claim.Remark.
const Remarked Status = 254

// Bare is the status of a file that is there, with the size that is listed, if one is: no
// digest is. It is counted apart, and is no success.
const Bare Status = 253

// Written is the status of what is handed over together of files that are ok, which is no verdict: the
// Line is the place of the first among all, from 1, the Number how many they are. Of Create, the Name
// is that of the first, the Text lines of a list; of Hash, the Text is their digests, and Listed their
// sizes, in 64 bits each. No file between the first and the last is left out.
const Written Status = 252

// String returns the name of the status, the same in every output.
func (s Status) String() string {
	switch s {
	case Undecided:
		return "undecided"
	case Remarked:
		return "remarked"
	case Bare:
		return "bare"
	case Written:
		return "written"
	}
	return statusNames[s]
}

// Statuses returns the names of all statuses; the index of each is its number.
func Statuses() []string {
	return append([]string(nil), statusNames[:]...)
}

// Result is the verdict on one file, or on one malformed line; or if it is Undecided,
// what there is to say of a file before somebody has read it.
type Result struct {
	Name       string // as listed, or as found below the root
	Status     Status
	Algorithm  *digest.Algorithm // nil if there is none to name
	Listed     string            // the digest listed, in lower-case hexadecimal; "" if none
	Found      string            // the bytes of the digest computed; "" if none
	Size       int64             // bytes read; -1 if the file was not opened
	ListedSize int64             // as listed, in bytes; negative if it is not
	Line       int               // of the list, from 1; 0 if there is none
	Text       string            // why it is not ok; of Create, the line for the list
	List       int               // which of several lists Line is of
	Digests    []Digest          // all of them, if more than one is listed
	Stat       *Stat             // of the file that was open; nil if nobody asked
	Number     uint32            // of an undecided file: what to settle it by; see also Written
	Served     bool              // the digests are what the server says: nothing was read
}

// Stat tells one state of a file from another.
type Stat struct {
	Size          int64 // in bytes
	MTime, CTime  int64 // of its bytes, and of what else there is to it; nanoseconds since 1970
	Inode, Device int64
}

// Digest is one of several that are listed for a file.
type Digest struct {
	Algorithm     *digest.Algorithm
	Listed, Found string // as in Result
	Line, List    int
}

// Totals say how far a run has come, and once it has ended, all it did.
type Totals struct {
	Counts     [StatusCount]int64 // results by status
	Files      int64              // to look at: lines of the list, or files found
	TotalBytes int64              // expected to be read
	Bytes      int64              // read so far
	Found      bool               // whether Files and TotalBytes are found out, and grow no more
	Elapsed    time.Duration
	Algorithms []*digest.Algorithm // in use
	Repeated   int64               // entries that say again what another has said
	Excluded   int64               // entries that patterns leave out
	Ignored    int64               // of those missing, not held against the rest
	Bare       int64               // of the files to look at, those listed without a digest, and there
	Served     int64               // of those that are ok, those whose digests the server has said
}
