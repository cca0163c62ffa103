package digest

import (
	"encoding/binary"
	"hash"
	"math/bits"
	"sync"
)

// ISO/IEC 10118-3:2004, as its authors Barreto and Rijmen describe it ("The Whirlpool Hashing
// Function", 2003).
var whirlpoolAlgorithm = Algorithm{
	Name: "whirlpool", Title: "Whirlpool", Tag: "WHIRLPOOL",
	Size: whirlpoolSize, Strength: Strong, Slow: true, New: func() hash.Hash { return newWhirlpool() },
}

// Sizes in bytes, and rounds.
const (
	whirlpoolSize   = 64
	whirlpoolRounds = 10
)

// whirlpoolBoxes are the two small boxes that the substitution is made of.
var (
	whirlpoolE = [16]byte{1, 11, 9, 12, 13, 6, 15, 3, 14, 8, 7, 4, 10, 2, 5, 0}
	whirlpoolR = [16]byte{7, 12, 11, 13, 14, 4, 9, 15, 6, 3, 8, 10, 2, 5, 1, 0}
)

// whirlpoolRow is the first row of the matrix of the diffusion layer; the next are turned by one each.
var whirlpoolRow = [8]byte{1, 1, 4, 1, 8, 5, 2, 9}

// whirlpoolTables are what a byte in the first column becomes by substitution and diffusion, and the
// constants of the rounds.
type whirlpoolTables struct {
	column [256]uint64
	rounds [whirlpoolRounds]uint64
}

var whirlpoolMade = sync.OnceValue(func() *whirlpoolTables {
	var inverse [16]byte
	for i, e := range whirlpoolE {
		inverse[e] = byte(i)
	}
	var substitution [256]byte
	made := &whirlpoolTables{}
	for x := range substitution {
		upper, lower := whirlpoolE[x>>4], inverse[x&15]
		middle := whirlpoolR[upper^lower]
		substitution[x] = whirlpoolE[upper^middle]<<4 | inverse[lower^middle]
		for _, factor := range whirlpoolRow {
			made.column[x] = made.column[x]<<8 | uint64(whirlpoolTimes(substitution[x], factor))
		}
	}
	for i := range made.rounds {
		made.rounds[i] = binary.BigEndian.Uint64(substitution[8*i:])
	}
	return made
})

// whirlpoolTimes multiplies in the field of 256 elements with the polynomial 0x11d.
func whirlpoolTimes(x, factor byte) (product byte) {
	for ; factor > 0; factor >>= 1 {
		if factor&1 != 0 {
			product ^= x
		}
		carry := x>>7 != 0
		if x <<= 1; carry {
			x ^= 0x1d
		}
	}
	return product
}

type whirlpool struct {
	state [8]uint64
	*whirlpoolTables
	blocks
}

func newWhirlpool() *whirlpool { return &whirlpool{whirlpoolTables: whirlpoolMade()} }

func (w *whirlpool) Size() int { return whirlpoolSize }

func (w *whirlpool) BlockSize() int { return whirlpoolSize }

func (w *whirlpool) Reset() { w.state, w.blocks = [8]uint64{}, blocks{} }

func (w *whirlpool) Write(p []byte) (int, error) {
	w.take(p, whirlpoolSize, func(whole []byte) { w.compress(&w.state, whole) })
	return len(p), nil
}

// Sum pads a copy, with a length of 256 bits: the caller may go on writing.
func (w *whirlpool) Sum(sum []byte) []byte {
	state := w.state
	w.compress(&state, w.padded(0x80, whirlpoolSize, 32, binary.BigEndian))
	for _, word := range state {
		sum = binary.BigEndian.AppendUint64(sum, word)
	}
	return sum
}

// compress is the block cipher W as Miyaguchi and Preneel use one.
func (w *whirlpool) compress(h *[8]uint64, data []byte) {
	for ; len(data) >= whirlpoolSize; data = data[whirlpoolSize:] {
		key, zero := *h, [8]uint64{}
		var block, state [8]uint64
		for i := range block {
			block[i] = binary.BigEndian.Uint64(data[8*i:])
			state[i] = block[i] ^ key[i]
		}
		for _, constant := range w.rounds {
			key = w.round(&key, &zero)
			key[0] ^= constant
			state = w.round(&state, &key)
		}
		for i := range h {
			h[i] ^= state[i] ^ block[i]
		}
	}
}

// round substitutes, shifts columns, diffuses and adds a key.
func (w *whirlpool) round(state, key *[8]uint64) (next [8]uint64) {
	for i := range next {
		word := key[i]
		for j := range 8 {
			found := w.column[state[(i-j)&7]>>(56-8*j)&0xff]
			word ^= bits.RotateLeft64(found, -8*j)
		}
		next[i] = word
	}
	return next
}
