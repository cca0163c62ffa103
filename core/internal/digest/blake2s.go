package digest

import (
	"encoding/binary"
	"hash"
	"math/bits"

	"checksig/internal/lanes/blake2b"
)

// RFC 7693. Names are those of its sections 2 and 3.
var blake2sAlgorithm = Algorithm{
	Name: "blake2s", Title: "BLAKE2s", Tag: "BLAKE2s", Aliases: []string{"blake2s-256", "blake2s256"},
	Size: blake2sSize, Strength: Strong, New: func() hash.Hash { return newBlake2s() },
}

// Sizes in bytes.
const (
	blake2sSize  = 32
	blake2sBlock = 64
)

// blake2sIV is section 2.6.
var blake2sIV = [8]uint32{
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}

type blake2s struct {
	h      [8]uint32
	rest   []byte // a whole block at most: the last one is told from others
	length uint64 // compressed, in bytes
}

func newBlake2s() *blake2s {
	b := &blake2s{}
	b.Reset()
	return b
}

func (b *blake2s) Size() int { return blake2sSize }

func (b *blake2s) BlockSize() int { return blake2sBlock }

// Reset begins with section 2.5, the parameter block: no key, and digests of 32 bytes.
func (b *blake2s) Reset() {
	*b = blake2s{h: blake2sIV}
	b.h[0] ^= 0x01010000 ^ blake2sSize
}

func (b *blake2s) Write(p []byte) (int, error) {
	size := len(p)
	for len(b.rest)+len(p) > blake2sBlock {
		block := p
		if len(b.rest) > 0 {
			n := blake2sBlock - len(b.rest)
			b.rest, p = append(b.rest, p[:n]...), p[n:]
			block = b.rest
		} else {
			p = p[blake2sBlock:]
		}
		b.length += blake2sBlock
		blake2sCompress(&b.h, block, b.length, 0)
		b.rest = b.rest[:0]
	}
	b.rest = append(b.rest, p...)
	return size, nil
}

// Sum pads a copy: the caller may go on writing.
func (b *blake2s) Sum(sum []byte) []byte {
	h := b.h
	var last [blake2sBlock]byte
	copy(last[:], b.rest)
	blake2sCompress(&h, last[:], b.length+uint64(len(b.rest)), ^uint32(0))
	for _, word := range h {
		sum = binary.LittleEndian.AppendUint32(sum, word)
	}
	return sum
}

// blake2sCompress is section 3.2, the function F.
func blake2sCompress(h *[8]uint32, block []byte, length uint64, last uint32) {
	var m, v [16]uint32
	for i := range m {
		m[i] = binary.LittleEndian.Uint32(block[4*i:])
	}
	copy(v[:8], h[:])
	copy(v[8:], blake2sIV[:])
	v[12] ^= uint32(length)
	v[13] ^= uint32(length >> 32)
	v[14] ^= last
	for i := range blake2b.Sigma {
		s := &blake2b.Sigma[i]
		for j := range 4 {
			blake2sMix(&v, j, 4+j, 8+j, 12+j, m[s[2*j]&15], m[s[2*j+1]&15])
		}
		for j := range 4 {
			blake2sMix(&v, j, 4+(j+1)%4, 8+(j+2)%4, 12+(j+3)%4, m[s[8+2*j]&15], m[s[9+2*j]&15])
		}
	}
	for i := range h {
		h[i] ^= v[i] ^ v[i+8]
	}
}

// blake2sMix is section 3.1, the function G.
func blake2sMix(v *[16]uint32, a, b, c, d int, x, y uint32) {
	v[a] += v[b] + x
	v[d] = bits.RotateLeft32(v[d]^v[a], -16)
	v[c] += v[d]
	v[b] = bits.RotateLeft32(v[b]^v[c], -12)
	v[a] += v[b] + y
	v[d] = bits.RotateLeft32(v[d]^v[a], -8)
	v[c] += v[d]
	v[b] = bits.RotateLeft32(v[b]^v[c], -7)
}
