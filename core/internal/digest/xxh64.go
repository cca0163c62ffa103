package digest

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// The specification of xxHash 0.2.0, "XXH64 Algorithm Description", with the seed 0: eight bytes, most
// significant first, as xxhsum writes them. It is the most common of those of this size.
var xxh64Algorithm = Algorithm{
	Name: "xxh64", Title: "XXH64", Tag: "XXH64", Aliases: []string{"xxhash64", "xxhash"},
	Size: 8, Strength: Accidents, Named: true, New: func() hash.Hash { return newXXH64() },
}

const xxh64Stripe = 32 // in bytes

// The primes of 64 bits, which XXH3 has as well.
const (
	prime64a uint64 = 0x9e3779b185ebca87
	prime64b uint64 = 0xc2b2ae3d27d4eb4f
	prime64c uint64 = 0x165667b19e3779f9
	prime64d uint64 = 0x85ebca77c2b2ae63
	prime64e uint64 = 0x27d4eb2f165667c5
)

type xxh64 struct {
	acc [4]uint64
	blocks
}

func newXXH64() *xxh64 {
	x := &xxh64{}
	x.Reset()
	return x
}

func (x *xxh64) Size() int { return 8 }

func (x *xxh64) BlockSize() int { return xxh64Stripe }

func (x *xxh64) Reset() {
	one, two := prime64a, prime64b // constants would overflow
	*x = xxh64{acc: [4]uint64{one + two, two, 0, -one}}
}

func (x *xxh64) Write(p []byte) (int, error) {
	x.take(p, xxh64Stripe, x.stripes)
	return len(p), nil
}

func (x *xxh64) stripes(data []byte) {
	a, b, c, d := x.acc[0], x.acc[1], x.acc[2], x.acc[3]
	for ; len(data) >= xxh64Stripe; data = data[xxh64Stripe:] {
		a = xxh64Round(a, binary.LittleEndian.Uint64(data))
		b = xxh64Round(b, binary.LittleEndian.Uint64(data[8:]))
		c = xxh64Round(c, binary.LittleEndian.Uint64(data[16:]))
		d = xxh64Round(d, binary.LittleEndian.Uint64(data[24:]))
	}
	x.acc = [4]uint64{a, b, c, d}
}

func xxh64Round(acc, lane uint64) uint64 {
	return bits.RotateLeft64(acc+lane*prime64b, 31) * prime64a
}

// Sum is steps 3 to 7.
func (x *xxh64) Sum(sum []byte) []byte {
	acc := prime64e
	if x.length >= xxh64Stripe {
		acc = bits.RotateLeft64(x.acc[0], 1) + bits.RotateLeft64(x.acc[1], 7) +
			bits.RotateLeft64(x.acc[2], 12) + bits.RotateLeft64(x.acc[3], 18)
		for _, each := range x.acc {
			acc = (acc^xxh64Round(0, each))*prime64a + prime64d
		}
	}
	acc += x.length
	rest := x.rest
	for ; len(rest) >= 8; rest = rest[8:] {
		acc ^= xxh64Round(0, binary.LittleEndian.Uint64(rest))
		acc = bits.RotateLeft64(acc, 27)*prime64a + prime64d
	}
	if len(rest) >= 4 {
		acc ^= uint64(binary.LittleEndian.Uint32(rest)) * prime64a
		acc = bits.RotateLeft64(acc, 23)*prime64b + prime64c
		rest = rest[4:]
	}
	for _, lane := range rest {
		acc = bits.RotateLeft64(acc^uint64(lane)*prime64e, 11) * prime64a
	}
	return binary.BigEndian.AppendUint64(sum, xxh64Avalanche(acc))
}

func xxh64Avalanche(x uint64) uint64 {
	x = (x ^ x>>33) * prime64b
	x = (x ^ x>>29) * prime64c
	return x ^ x>>32
}
