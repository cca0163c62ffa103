// Package blake2b hashes lanes of BLAKE2b (RFC 7693), without a key.
package blake2b

import (
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"math/bits"

	"checksig/internal/lanes"
)

// Sizes of digests, in bytes. RFC 7693 has shorter ones, which are no digests to
// rely on.
const (
	MinSize = 16
	MaxSize = 64
)

const blockSize = 128

// Behind the eight words of h, the state has the number of bytes hashed and the
// number of bytes to come, or more as long as that is not known.
const (
	hashed = 8
	toCome = 9
)

// Algorithm returns BLAKE2b with digests of so many bytes.
func Algorithm(size int) *lanes.Algorithm {
	if size < MinSize || size > MaxSize {
		panic(fmt.Sprintf("BLAKE2b has no digests of %d bytes", size))
	}
	name := "blake2b"
	if size < MaxSize {
		name = fmt.Sprintf("blake2b-%d", 8*size)
	}
	var init lanes.State
	copy(init[:], iv[:])
	init[0] ^= 0x01010000 ^ uint64(size) // section 2.5: the size, no key, no tree
	init[toCome] = math.MaxInt64
	return &lanes.Algorithm{
		Name: name, Block: blockSize, Init: init,
		Pad: pad, Sum: lanes.SumLittle64(size),
		Kernels: []*lanes.Kernel{avx512, avx2, plainC, portable},
		Choose:  choose,
	}
}

// pad is section 3.3: the last block is filled with zeros, which do not count. Of
// an empty message there is one.
func pad(state *lanes.State, rest []byte, _ uint64) []byte {
	state[toCome] = uint64(len(rest))
	for len(rest) == 0 || len(rest)%blockSize != 0 {
		rest = append(rest, 0)
	}
	return rest
}

var portable = lanes.Portable("blake2b/portable", compress)

// choose: 4 GB/s with all lanes of AVX-512, and 2.7 with those of AVX2, against 1
// of one stream.
func choose(on lanes.On, live int) *lanes.Kernel {
	if live > 4 && avx512.Usable(on) {
		return avx512
	}
	if live >= 2 && avx2.Usable(on) {
		return avx2
	}
	if live >= 3 && avx512.Usable(on) {
		return avx512
	}
	if plainC.Usable(on) {
		return plainC
	}
	return portable
}

// compress is section 3.2.
func compress(state *lanes.State, data []byte) {
	for ; len(data) > 0; data = data[blockSize:] {
		bytes := min(state[toCome], blockSize)
		state[hashed] += bytes
		state[toCome] -= bytes
		var w [16]uint64
		for i := range w {
			w[i] = binary.LittleEndian.Uint64(data[8*i:])
		}
		mix((*[8]uint64)(state[:8]), &w, state[hashed], state[toCome] == 0)
	}
}

// mix is the function F.
func mix(h *[8]uint64, w *[16]uint64, count uint64, last bool) {
	v0, v1, v2, v3, v4, v5, v6, v7 := h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
	v8, v9, v10, v11 := iv[0], iv[1], iv[2], iv[3]
	v12, v13, v14, v15 := iv[4]^count, iv[5], iv[6], iv[7]
	if last {
		v14 = ^v14
	}
	for i := range 12 {
		s := &Sigma[i%10]
		v0, v4, v8, v12 = g(v0, v4, v8, v12, w[s[0]&15], w[s[1]&15])
		v1, v5, v9, v13 = g(v1, v5, v9, v13, w[s[2]&15], w[s[3]&15])
		v2, v6, v10, v14 = g(v2, v6, v10, v14, w[s[4]&15], w[s[5]&15])
		v3, v7, v11, v15 = g(v3, v7, v11, v15, w[s[6]&15], w[s[7]&15])
		v0, v5, v10, v15 = g(v0, v5, v10, v15, w[s[8]&15], w[s[9]&15])
		v1, v6, v11, v12 = g(v1, v6, v11, v12, w[s[10]&15], w[s[11]&15])
		v2, v7, v8, v13 = g(v2, v7, v8, v13, w[s[12]&15], w[s[13]&15])
		v3, v4, v9, v14 = g(v3, v4, v9, v14, w[s[14]&15], w[s[15]&15])
	}
	for i, v := range [8]uint64{v0 ^ v8, v1 ^ v9, v2 ^ v10, v3 ^ v11, v4 ^ v12, v5 ^ v13, v6 ^ v14, v7 ^ v15} {
		h[i] ^= v
	}
}

// g is the function G of section 3.1.
func g(a, b, c, d, x, y uint64) (uint64, uint64, uint64, uint64) {
	a += b + x
	d = bits.RotateLeft64(d^a, -32)
	c += d
	b = bits.RotateLeft64(b^c, -24)
	a += b + y
	d = bits.RotateLeft64(d^a, -16)
	c += d
	b = bits.RotateLeft64(b^c, -63)
	return a, b, c, d
}

// New returns a hash for a stream of bytes, with digests of so many bytes, in plain
// Go.
func New(size int) hash.Hash {
	return lanes.NewHash(Algorithm(size), portable)
}
