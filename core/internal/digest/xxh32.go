package digest

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// The specification of xxHash 0.2.0, "XXH32 Algorithm Description", with the seed 0: four bytes, most
// significant first, as xxhsum writes them.
var xxh32Algorithm = Algorithm{
	Name: "xxh32", Title: "XXH32", Tag: "XXH32", Aliases: []string{"xxhash32"},
	Size: 4, Strength: Accidents, Named: true, New: func() hash.Hash { return newXXH32() },
}

const xxh32Stripe = 16 // in bytes

// The primes of 32 bits, which XXH3 has as well.
const (
	prime32a uint32 = 0x9e3779b1
	prime32b uint32 = 0x85ebca77
	prime32c uint32 = 0xc2b2ae3d
	prime32d uint32 = 0x27d4eb2f
	prime32e uint32 = 0x165667b1
)

type xxh32 struct {
	acc [4]uint32
	blocks
}

func newXXH32() *xxh32 {
	x := &xxh32{}
	x.Reset()
	return x
}

func (x *xxh32) Size() int { return 4 }

func (x *xxh32) BlockSize() int { return xxh32Stripe }

func (x *xxh32) Reset() {
	one, two := prime32a, prime32b // constants would overflow
	*x = xxh32{acc: [4]uint32{one + two, two, 0, -one}}
}

func (x *xxh32) Write(p []byte) (int, error) {
	x.take(p, xxh32Stripe, x.stripes)
	return len(p), nil
}

func (x *xxh32) stripes(data []byte) {
	a, b, c, d := x.acc[0], x.acc[1], x.acc[2], x.acc[3]
	for ; len(data) >= xxh32Stripe; data = data[xxh32Stripe:] {
		a = xxh32Round(a, binary.LittleEndian.Uint32(data))
		b = xxh32Round(b, binary.LittleEndian.Uint32(data[4:]))
		c = xxh32Round(c, binary.LittleEndian.Uint32(data[8:]))
		d = xxh32Round(d, binary.LittleEndian.Uint32(data[12:]))
	}
	x.acc = [4]uint32{a, b, c, d}
}

func xxh32Round(acc, lane uint32) uint32 {
	return bits.RotateLeft32(acc+lane*prime32b, 13) * prime32a
}

// Sum is steps 3 to 7.
func (x *xxh32) Sum(sum []byte) []byte {
	acc := prime32e
	if x.length >= xxh32Stripe {
		acc = bits.RotateLeft32(x.acc[0], 1) + bits.RotateLeft32(x.acc[1], 7) +
			bits.RotateLeft32(x.acc[2], 12) + bits.RotateLeft32(x.acc[3], 18)
	}
	acc += uint32(x.length)
	rest := x.rest
	for ; len(rest) >= 4; rest = rest[4:] {
		acc = bits.RotateLeft32(acc+binary.LittleEndian.Uint32(rest)*prime32c, 17) * prime32d
	}
	for _, lane := range rest {
		acc = bits.RotateLeft32(acc+uint32(lane)*prime32e, 11) * prime32a
	}
	acc = (acc ^ acc>>15) * prime32b
	acc = (acc ^ acc>>13) * prime32c
	return binary.BigEndian.AppendUint32(sum, acc^acc>>16)
}
