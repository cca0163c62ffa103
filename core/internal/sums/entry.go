// Package sums reads and writes the lists of digests that the GNU coreutils
// print: text and binary lines, BSD and OpenSSL tags, and backslash escapes.
//
// Source: GNU coreutils 9.x, src/cksum.c and "md5sum invocation" in its manual.
// Where the coreutils warn about a line and go on, this package reports it.
package sums

import "checksig/internal/digest"

// Style is how a line is laid out.
type Style uint8

// The styles of a line.
const (
	Text     Style = iota // DIGEST, two spaces, NAME
	Binary                // DIGEST, space, asterisk, NAME
	Tag                   // ALGORITHM (NAME) = DIGEST, as the BSDs and --tag write it
	TightTag              // ALGORITHM(NAME) = DIGEST
	OpenSSL               // ALGORITHM(NAME)= DIGEST
	Reversed              // DIGEST, space, NAME, as md5 -r of the BSDs writes it
	Marked                // DIGEST ?ALGORITHM*NAME, as RapidCRC writes it
)

// Entry is one well-formed line.
type Entry struct {
	Name      string            // bytes of the file name, escapes undone
	Digest    string            // as listed: hexadecimal digits, in any case
	Tag       string            // the algorithm as a tagged line spells it, or ""
	Algorithm *digest.Algorithm // nil: the tag names none that we know
	Line      int               // counted from 1
	Size      int64             // of the file, in bytes, as listed; -1 if it is not
	Also      *Entry            // what else is listed for the same file; nil if nothing is
	List      int32             // which of several lists this is from; for the caller's use
	Style     Style
	Escaped   bool // the line began with a backslash
	Link      bool // a symbolic link: its digest is where it leads
	Bare      bool // listed without a digest: it must be there, with the size listed
}

// Malformed is a line that is neither an entry, nor a comment, nor empty.
type Malformed struct {
	Line   int
	List   int32 // as in Entry
	Reason string
	above  bool // the first entry, and never meant as one
}

// Options settle which algorithm a line is in.
type Options struct {
	// Algorithm, when set, is the only one allowed: a line that is tagged
	// with another, or whose digest has another length, is malformed.
	Algorithm *digest.Algorithm
	// Untagged, when set, is the algorithm of lines that name none. When it is
	// not set either, the length of the digest decides.
	Untagged *digest.Algorithm
	// Family, when set, is what the name of such an algorithm begins with, if the
	// length of the digest decides: SHASUMS holds no MD5.
	Family string
	// First is the number of the first line; 0: it is 1.
	First int
	// Zero says that each line ends with a NUL byte, and no name is escaped.
	Zero bool
}

// maxName bounds a name. Linux stops at 4,096 bytes and Windows at 32,767
// characters, so a longer one is not a file.
const maxName = 1 << 16
