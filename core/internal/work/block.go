package work

import "checksig/internal/fetch"

// Order says where a pending file is to be read.
type Order struct {
	Number uint32 // of the undecided result
	Source *fetch.Source
}

// Sizes in bytes.
const (
	// blockSize is how much a reader brings before a worker hashes it: a multiple of
	// lanes.PieceUnit.
	blockSize = 256 << 10
	// stretchSize is how much of a large object one request asks for: whole blocks.
	stretchSize = 8 << 20
	// blocksEach is how many blocks a reader has. It waits when all are on their way.
	blocksEach = 4
)

// block is bytes of a stream on their way to a worker, and back to their reader.
type block struct {
	data []byte // not managed by Go
	n    int    // how many of them
	last bool   // the object ends with them
	home chan *block
}

// free gives a block back to its reader.
func (b *block) free() { b.home <- b }

// stretch is a part of an object that one reader brings.
type stretch struct {
	from, to int64 // to is -1 for one that ends where the object does
	blocks   []*block
	read     bool // there are no more to come
}
