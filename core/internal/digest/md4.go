package digest

import (
	"encoding/binary"
	"math/bits"
)

// RFC 1320, of which collisions can be found by hand (Wang et al., 2004). It is no algorithm by
// itself: only links of eDonkey have it, in what is made of it there.
type md4 struct {
	state [4]uint32
	blocks
}

// Sizes in bytes.
const (
	md4Size  = 16
	md4Block = 64
)

// md4Start is section 3.3.
var md4Start = [4]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}

func newMD4() md4 { return md4{state: md4Start} }

func (m *md4) write(p []byte) {
	m.take(p, md4Block, func(whole []byte) { md4Compress(&m.state, whole) })
}

// sum pads a copy, as sections 3.1 and 3.2 say: the caller may go on writing.
func (m *md4) sum() (sum [md4Size]byte) {
	state := m.state
	md4Compress(&state, m.padded(0x80, md4Block, 8, binary.LittleEndian))
	for i, word := range state {
		binary.LittleEndian.PutUint32(sum[4*i:], word)
	}
	return sum
}

// md4Round is one of the three of section 3.4: the order of words, shifts, and a constant.
type md4Round struct {
	words    [16]uint8
	shifts   [4]int
	constant uint32
}

var md4Rounds = [3]md4Round{
	{[16]uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, [4]int{3, 7, 11, 19}, 0},
	{[16]uint8{0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15}, [4]int{3, 5, 9, 13}, 0x5a827999},
	{[16]uint8{0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15}, [4]int{3, 9, 11, 15}, 0x6ed9eba1},
}

// md4Compress is section 3.4, over whole blocks. Three loops, as a choice of the function inside of
// one would take as long as the function.
func md4Compress(state *[4]uint32, data []byte) {
	var x [16]uint32
	a, b, c, d := state[0], state[1], state[2], state[3]
	for ; len(data) >= md4Block; data = data[md4Block:] {
		for i := range x {
			x[i] = binary.LittleEndian.Uint32(data[4*i:])
		}
		a0, b0, c0, d0 := a, b, c, d
		for i := 0; i < 16; i += 4 {
			w, s := md4Rounds[0].words[i:i+4], &md4Rounds[0].shifts
			a = bits.RotateLeft32(a+((c^d)&b^d)+x[w[0]&15], s[0])
			d = bits.RotateLeft32(d+((b^c)&a^c)+x[w[1]&15], s[1])
			c = bits.RotateLeft32(c+((a^b)&d^b)+x[w[2]&15], s[2])
			b = bits.RotateLeft32(b+((d^a)&c^a)+x[w[3]&15], s[3])
		}
		for i := 0; i < 16; i += 4 {
			w, s, k := md4Rounds[1].words[i:i+4], &md4Rounds[1].shifts, md4Rounds[1].constant
			a = bits.RotateLeft32(a+(b&c|(b|c)&d)+x[w[0]&15]+k, s[0])
			d = bits.RotateLeft32(d+(a&b|(a|b)&c)+x[w[1]&15]+k, s[1])
			c = bits.RotateLeft32(c+(d&a|(d|a)&b)+x[w[2]&15]+k, s[2])
			b = bits.RotateLeft32(b+(c&d|(c|d)&a)+x[w[3]&15]+k, s[3])
		}
		for i := 0; i < 16; i += 4 {
			w, s, k := md4Rounds[2].words[i:i+4], &md4Rounds[2].shifts, md4Rounds[2].constant
			a = bits.RotateLeft32(a+(b^c^d)+x[w[0]&15]+k, s[0])
			d = bits.RotateLeft32(d+(a^b^c)+x[w[1]&15]+k, s[1])
			c = bits.RotateLeft32(c+(d^a^b)+x[w[2]&15]+k, s[2])
			b = bits.RotateLeft32(b+(c^d^a)+x[w[3]&15]+k, s[3])
		}
		a, b, c, d = a+a0, b+b0, c+c0, d+d0
	}
	state[0], state[1], state[2], state[3] = a, b, c, d
}
