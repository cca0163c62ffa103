package digest

import (
	"encoding/binary"
	"hash"
	"sync"
)

// Tiger of Anderson and Biham, 1996, with three passes and its first padding, as hashdeep, rhash and
// direct connect have it: words least significant byte first.
var tigerAlgorithm = Algorithm{
	Name: "tiger", Title: "Tiger", Tag: "TIGER", Aliases: []string{"tiger192", "tiger-192"},
	Size: tigerSize, Strength: Strong, Slow: true, Named: true, New: func() hash.Hash { return newTiger() },
}

// Sizes in bytes.
const (
	tigerSize  = 24
	tigerBlock = 64
)

var tigerStart = [3]uint64{0x0123456789abcdef, 0xfedcba9876543210, 0xf096a5b4c3b2e187}

// tigerText is what the boxes are made of, by the program of its authors that generates them.
const (
	tigerText   = "Tiger - A Fast New Hash Function, by Ross Anderson and Eli Biham"
	tigerPasses = 5
)

// tigerTables are the four boxes.
type tigerTables [4][256]uint64

// tigerBoxes makes the boxes: at first each byte of a row is the row's number; then the function
// itself, with the boxes so far, says which bytes of a column change places.
var tigerBoxes = sync.OnceValue(func() *tigerTables {
	boxes := &tigerTables{}
	for i := range boxes {
		for row := range boxes[i] {
			boxes[i][row] = uint64(row) * 0x0101010101010101
		}
	}
	state, word := tigerStart, len(tigerStart)
	for range tigerPasses {
		for row := range 256 {
			for i := range boxes {
				if word++; word >= len(state) {
					word = 0
					boxes.compress(&state, []byte(tigerText))
				}
				for shift := 0; shift < 64; shift += 8 {
					swapBytes(&boxes[i][row], &boxes[i][state[word]>>shift&0xff], shift)
				}
			}
		}
	}
	return boxes
})

// swapBytes makes one byte of two words change places.
func swapBytes(a, b *uint64, shift int) {
	difference := (*a ^ *b) & (0xff << shift)
	if a != b {
		*a ^= difference
		*b ^= difference
	}
}

type tiger struct {
	state [3]uint64
	boxes *tigerTables
	blocks
}

func newTiger() *tiger { return &tiger{state: tigerStart, boxes: tigerBoxes()} }

func (t *tiger) Size() int { return tigerSize }

func (t *tiger) BlockSize() int { return tigerBlock }

func (t *tiger) Reset() { t.state, t.blocks = tigerStart, blocks{} }

func (t *tiger) Write(p []byte) (int, error) {
	t.take(p, tigerBlock, func(whole []byte) { t.boxes.compress(&t.state, whole) })
	return len(p), nil
}

// Sum pads a copy: the caller may go on writing.
func (t *tiger) Sum(sum []byte) []byte {
	state := t.state
	t.boxes.compress(&state, t.padded(0x01, tigerBlock, 8, binary.LittleEndian))
	for _, word := range state {
		sum = binary.LittleEndian.AppendUint64(sum, word)
	}
	return sum
}

func (boxes *tigerTables) compress(state *[3]uint64, data []byte) {
	var x [8]uint64
	for ; len(data) >= tigerBlock; data = data[tigerBlock:] {
		for i := range x {
			x[i] = binary.LittleEndian.Uint64(data[8*i:])
		}
		a, b, c := state[0], state[1], state[2]
		// Each pass turns the words by eight rounds, so that the next one begins with another.
		for _, factor := range [3]uint64{5, 7, 9} {
			if factor > 5 {
				tigerSchedule(&x)
			}
			for i := range x {
				a, b, c = boxes.round(a, b, c, x[i], factor)
				a, b, c = b, c, a
			}
		}
		state[0], state[1], state[2] = a^state[0], b-state[1], c+state[2]
	}
}

func (boxes *tigerTables) round(a, b, c, x, factor uint64) (uint64, uint64, uint64) {
	c ^= x
	a -= boxes[0][c&0xff] ^ boxes[1][c>>16&0xff] ^ boxes[2][c>>32&0xff] ^ boxes[3][c>>48&0xff]
	b += boxes[3][c>>8&0xff] ^ boxes[2][c>>24&0xff] ^ boxes[1][c>>40&0xff] ^ boxes[0][c>>56&0xff]
	return a, b * factor, c
}

// tigerSchedule makes the words of the next pass.
func tigerSchedule(x *[8]uint64) {
	x[0] -= x[7] ^ 0xa5a5a5a5a5a5a5a5
	x[1] ^= x[0]
	x[2] += x[1]
	x[3] -= x[2] ^ ^x[1]<<19
	x[4] ^= x[3]
	x[5] += x[4]
	x[6] -= x[5] ^ ^x[4]>>23
	x[7] ^= x[6]
	x[0] += x[7]
	x[1] -= x[0] ^ ^x[7]<<19
	x[2] ^= x[1]
	x[3] += x[2]
	x[4] -= x[3] ^ ^x[2]>>23
	x[5] ^= x[4]
	x[6] += x[5]
	x[7] -= x[6] ^ 0x0123456789abcdef
}
