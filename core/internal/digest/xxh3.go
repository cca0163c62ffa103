package digest

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// The specification of xxHash 0.2.0, "XXH3 Algorithm Overview", with the seed 0 and the default secret:
// eight or sixteen bytes, most significant first, as xxhsum writes them.
var (
	xxh3Algorithm = Algorithm{
		Name: "xxh3", Title: "XXH3", Tag: "XXH3", Aliases: []string{"xxh3-64", "xxh3_64", "xxh3_64bits"},
		Size: 8, Strength: Accidents, Named: true, New: func() hash.Hash { return newXXH3(false) },
	}
	xxh128Algorithm = Algorithm{
		Name: "xxh128", Title: "XXH128", Tag: "XXH128", Aliases: []string{"xxh3-128", "xxh3_128", "xxh3_128bits"},
		Size: 16, Strength: Accidents, Named: true, New: func() hash.Hash { return newXXH3(true) },
	}
)

// Sizes in bytes.
const (
	xxh3Stripe = 64
	xxh3Block  = 1024
	xxh3Medium = 240 // an input that is longer is hashed by stripes
)

const (
	primeMix1 uint64 = 0x165667919e3779f9
	primeMix2 uint64 = 0x9fb21c651e98df25
)

// xxh3Secret is the default secret.
var xxh3Secret = [192]byte{
	0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
	0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
	0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
	0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
	0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
	0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
	0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
	0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
	0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
	0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
	0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
	0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
}

// secret64 returns eight bytes of the secret from an offset on.
func secret64(offset int) uint64 { return binary.LittleEndian.Uint64(xxh3Secret[offset:]) }

// xxh3Words is the secret in words, for stripes: those of the n-th begin with word n.
var xxh3Words = func() (words [24]uint64) {
	for i := range words {
		words[i] = secret64(8 * i)
	}
	return words
}()

// xxh3 is of 64 bits, or of 128.
type xxh3 struct {
	acc    [8]uint64
	rest   []byte           // a block at most, and all of an input that is no longer
	before [xxh3Stripe]byte // the last bytes before the rest
	length uint64           // in bytes
	wide   bool
}

func newXXH3(wide bool) *xxh3 {
	x := &xxh3{wide: wide}
	x.Reset()
	return x
}

func (x *xxh3) Size() int {
	if x.wide {
		return 16
	}
	return 8
}

func (x *xxh3) BlockSize() int { return xxh3Stripe }

func (x *xxh3) Reset() {
	*x = xxh3{wide: x.wide, acc: [8]uint64{
		uint64(prime32c), prime64a, prime64b, prime64c, prime64d, uint64(prime32b), prime64e, uint64(prime32a),
	}}
}

// Write keeps the last block, also if it is whole: the last one is treated in another way.
func (x *xxh3) Write(p []byte) (int, error) {
	size := len(p)
	x.length += uint64(size)
	if len(x.rest)+len(p) > xxh3Block {
		if len(x.rest) > 0 {
			n := xxh3Block - len(x.rest)
			x.rest, p = append(x.rest, p[:n]...), p[n:]
			x.block(x.rest)
			x.rest = x.rest[:0]
		}
		for len(p) > xxh3Block {
			x.block(p[:xxh3Block])
			p = p[xxh3Block:]
		}
	}
	x.rest = append(x.rest, p...)
	return size, nil
}

func (x *xxh3) block(block []byte) {
	for n := range xxh3Block / xxh3Stripe {
		xxh3Accumulate(&x.acc, block[n*xxh3Stripe:][:xxh3Stripe], (*[8]uint64)(xxh3Words[n:]))
	}
	for i, secret := range xxh3Words[16:] {
		acc := x.acc[i]
		x.acc[i] = (acc ^ acc>>47 ^ secret) * uint64(prime32a)
	}
	copy(x.before[:], block[xxh3Block-xxh3Stripe:])
}

func xxh3Accumulate(acc *[8]uint64, stripe []byte, secret *[8]uint64) {
	_ = stripe[63]
	for i := 0; i < 8; i += 2 {
		one, two := binary.LittleEndian.Uint64(stripe[8*i:]), binary.LittleEndian.Uint64(stripe[8*i+8:])
		a, b := one^secret[i], two^secret[i+1]
		acc[i] += two + a&0xffffffff*(a>>32)
		acc[i+1] += one + b&0xffffffff*(b>>32)
	}
}

// Sum works on a copy: the caller may go on writing.
func (x *xxh3) Sum(sum []byte) []byte {
	low, high := x.sum()
	if x.wide {
		sum = binary.BigEndian.AppendUint64(sum, high)
	}
	return binary.BigEndian.AppendUint64(sum, low)
}

// sum returns the lower and the higher half of the digest of 128 bits, or the digest of 64.
func (x *xxh3) sum() (low, high uint64) {
	switch n := int(min(x.length, xxh3Medium+1)); {
	case n > xxh3Medium:
		return x.long()
	case n > 128:
		return xxh3Sum240(x.rest, x.wide)
	case n > 16:
		return xxh3Sum128(x.rest, x.wide)
	default:
		return xxh3Sum16(x.rest, x.wide)
	}
}

// long is steps 3 and 4 for large inputs.
func (x *xxh3) long() (low, high uint64) {
	acc := x.acc
	for n := range (len(x.rest) - 1) / xxh3Stripe {
		xxh3Accumulate(&acc, x.rest[n*xxh3Stripe:][:xxh3Stripe], (*[8]uint64)(xxh3Words[n:]))
	}
	last := append(x.before[:len(x.before):len(x.before)], x.rest...)
	var secret [8]uint64
	for i := range secret {
		secret[i] = secret64(121 + 8*i)
	}
	xxh3Accumulate(&acc, last[len(last)-xxh3Stripe:], &secret)
	low = xxh3Merge(&acc, x.length*prime64a, 11)
	if x.wide {
		high = xxh3Merge(&acc, ^(x.length * prime64b), 117)
	}
	return low, high
}

func xxh3Merge(acc *[8]uint64, result uint64, offset int) uint64 {
	for i := 0; i < 8; i += 2 {
		result += folded(acc[i]^secret64(offset+8*i), acc[i+1]^secret64(offset+8*i+8))
	}
	return xxh3Avalanche(result)
}

// folded returns both halves of a product of 128 bits in one.
func folded(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

func xxh3Avalanche(x uint64) uint64 {
	x = (x ^ x>>37) * primeMix1
	return x ^ x>>32
}
