// Package lanes hashes many messages at a time on one core.
//
// A digest is one long chain of instructions, each waiting for the one before
// it: a core that hashes one message idles most of the time. Messages do not
// wait for each other. A Set hashes as many of them side by side as the widest
// kernel has lanes: in the lanes of vector registers, or interleaved.
package lanes

import (
	"errors"
	"hash"
)

// Message is what a lane hashes, piece by piece.
type Message interface {
	// Piece returns the next bytes of the message, and whether they are its
	// last. The last is the first part of buffer, and not empty unless the message
	// is. Every other piece is a multiple of PieceUnit bytes long, and not empty;
	// it may lie elsewhere, in memory that Go does not manage and that stays
	// until the next call. No piece is longer than MaxPiece. An error ends the
	// message.
	Piece(buffer []byte) (piece []byte, last bool, err error)
	// Done takes the digest, which is valid until Done returns, or the error
	// that Piece returned, or ErrLost.
	Done(sum []byte, err error)
}

// Chain is a message whose bytes come by and by, to whichever set has a lane free: it is
// hashed in turns, and what it has come to stays with it between them. Only sets of an
// Algorithm take one.
type Chain interface {
	Message
	// Kept returns where that is kept, for as long as the turn lasts.
	Kept() *Kept
}

// Kept is what a Chain has come to. The zero value is its beginning.
type Kept struct {
	state  State
	length uint64
	begun  bool
}

// ErrTurn is what Piece returns at the end of a turn of a Chain that has more to come. Done
// gets it too.
var ErrTurn = errors.New("the end of a turn")

// PieceUnit is the length in bytes that the length of a piece is a multiple
// of: a whole number of blocks of every algorithm.
const PieceUnit = 1024

// MaxPiece is the length in bytes of the longest piece. A set takes that long
// before it looks up.
const MaxPiece = 1 << 20

// Set hashes messages side by side. It belongs to one goroutine.
type Set interface {
	// Full reports whether there is no lane left for another message.
	Full() bool
	// Live returns the number of messages under way.
	Live() int
	// Start gives a message to a free lane.
	Start(m Message)
	// Step hashes a bounded number of bytes of each message. Messages that end
	// with that are done, and their lanes free.
	Step()
	// Close gives back memory. Messages under way are not told.
	Close()
}

// Family is an algorithm that has kernels.
type Family interface {
	// NewSet returns an empty set, with the kernels that are on.
	NewSet(on On) Set
	// NewHash returns a hash for a stream of bytes, with the kernels that are on.
	NewHash(on On) hash.Hash
	// List returns all kernels there are, on any processor, best first.
	List() []*Kernel
	// Pick returns the kernel for a number of live lanes.
	Pick(on On, live int) *Kernel
}

// Splitter is a Family whose messages can be hashed in parts.
type Splitter interface {
	Family
	// Join returns the digest of a message from what Done got for its parts.
	Join(parts [][]byte) []byte
}

// Part is a message that is part of a longer one, for a set of a Splitter. All
// parts have the same length, a power of two times PieceUnit, except for the
// last. There are two or more.
type Part interface {
	Message
	// Start returns where the part begins in the longer message, in bytes.
	Start() int64
}

// On says which kernels may be used.
type On func(*Kernel) bool

// Sizes in bytes.
const (
	// pieces is what the buffers of all lanes of a set hold together: with room
	// to spare in the second-level cache, which a core has 1 MiB or more of.
	pieces = 512 << 10
	// maxPiece bounds the buffer of one lane. A longer read gains nothing.
	maxPiece = 128 << 10
	// perStep bounds what one step hashes of all messages together, and with
	// that how long a set does not look up.
	perStep = 1 << 20
	// stagger sets the buffers of neighbouring lanes apart by more than a
	// multiple of the page size: at the same offset in their pages, loads from
	// all lanes would fall into the same few sets of the first-level cache.
	stagger = 192
	// padding is room behind a buffer: a block that is nearly full, and one more.
	padding = 256
)
