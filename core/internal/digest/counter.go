package digest

import (
	"encoding/binary"
	"hash"
)

// The size of a file in blocks, which lists of sum have beside a checksum: eight bytes, most significant
// first. What is no whole block counts as one.
var (
	blocks1024Algorithm = Algorithm{
		Name: "blocks-1024", Title: "blocks of 1,024 bytes", Tag: "BLOCKS-1024",
		Size: 8, Strength: None, Named: true, New: func() hash.Hash { return &counter{block: 1024} },
	}
	blocks512Algorithm = Algorithm{
		Name: "blocks-512", Title: "blocks of 512 bytes", Tag: "BLOCKS-512",
		Size: 8, Strength: None, Named: true, New: func() hash.Hash { return &counter{block: 512} },
	}
)

// counter counts the blocks of a stream.
type counter struct {
	length, block uint64 // in bytes
}

func (c *counter) Size() int { return 8 }

func (c *counter) BlockSize() int { return int(c.block) }

func (c *counter) Reset() { c.length = 0 }

func (c *counter) Write(p []byte) (int, error) {
	c.length += uint64(len(p))
	return len(p), nil
}

func (c *counter) Sum(sum []byte) []byte {
	return binary.BigEndian.AppendUint64(sum, (c.length+c.block-1)/c.block)
}
