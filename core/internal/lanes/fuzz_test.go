package lanes_test

import (
	"math/rand/v2"
	"testing"

	"checksig/internal/lanes"
)

// FuzzLanes hashes messages in an order and of lengths that nobody thought of. Of
// each three bytes, two are the length of a message, and one is how it is read and
// how many steps come before the next.
func FuzzLanes(f *testing.F) {
	f.Add(uint8(0), []byte{0, 0, 0, 0, 64, 1, 1, 0, 2})
	f.Add(uint8(1), []byte{255, 255, 7, 0, 128, 16, 4, 0, 33, 0, 55, 0, 0, 56, 0})
	f.Add(uint8(3), random(12, 3*40))
	f.Add(uint8(7), random(13, 3*70))
	f.Add(uint8(9), random(14, 3*20))
	const longest = 1 << 16
	data := random(15, longest+256)
	f.Fuzz(func(t *testing.T, which uint8, script []byte) {
		c := cases[int(which)%len(cases)]
		r := rand.New(rand.NewPCG(uint64(which), uint64(len(script))))
		set := lanes.New(c.Algorithm, lanes.All)
		defer set.Close()
		var messages []*message
		for ; len(script) >= 3; script = script[3:] {
			n := int(script[0])<<8 | int(script[1])
			m := c.message(t, data[r.IntN(256):][:n])
			m.take = lanes.PieceUnit << (script[2] & 7)
			for range int(script[2] >> 5) {
				set.Step()
			}
			for set.Full() {
				set.Step()
			}
			set.Start(m)
			messages = append(messages, m)
		}
		hashAll(t, set, nil)
		for _, m := range messages {
			if m.done != 1 {
				t.Errorf("%d bytes: done %d times", len(m.data), m.done)
			}
		}
	})
}
