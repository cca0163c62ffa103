package digest

import (
	"encoding/binary"
	"hash"
	"hash/crc32"
	"math/bits"
)

// POSIX.1-2017, cksum: CRC-32 with the most significant bit first, over the
// bytes and then their number, complemented.
var crcAlgorithm = Algorithm{
	Name: "crc", Title: "POSIX CRC", Tag: "CRC", Aliases: []string{"cksum"},
	Size: crc32.Size, Strength: Accidents, New: func() hash.Hash { return &posixCRC{} },
}

// posixCRC runs on the standard library's CRC-32, which has instructions of the
// processor to its help and goes through the bits of each byte the other way
// round: of bytes that are reversed, it computes the reverse.
type posixCRC struct {
	register uint32 // reversed
	length   uint64
	reversed [4096]byte
}

func (c *posixCRC) Size() int { return crc32.Size }

func (c *posixCRC) BlockSize() int { return 1 }

func (c *posixCRC) Reset() { c.register, c.length = 0, 0 }

func (c *posixCRC) Write(p []byte) (int, error) {
	c.length += uint64(len(p))
	for left := p; len(left) > 0; {
		n := reverse(c.reversed[:], left)
		c.register = step(c.register, c.reversed[:n])
		left = left[n:]
	}
	return len(p), nil
}

func (c *posixCRC) Sum(sum []byte) []byte {
	register := c.register // the caller may go on writing
	for length := c.length; length > 0; length >>= 8 {
		register = step(register, []byte{bits.Reverse8(byte(length))})
	}
	return binary.BigEndian.AppendUint32(sum, ^bits.Reverse32(register))
}

// step undoes what crc32.Update does before and after: it complements.
func step(register uint32, data []byte) uint32 {
	return ^crc32.Update(^register, crc32.IEEETable, data)
}

// reverse reverses the bits of each byte, and returns how many bytes fitted.
func reverse(to, from []byte) int {
	n := min(len(to), len(from))
	i := 0
	for ; i+8 <= n; i += 8 {
		word := bits.Reverse64(binary.LittleEndian.Uint64(from[i:]))
		binary.BigEndian.PutUint64(to[i:], word)
	}
	for ; i < n; i++ {
		to[i] = bits.Reverse8(from[i])
	}
	return n
}
