package lanes_test

import (
	"bytes"
	"crypto/sha3"
	"fmt"
	"hash"
	"math/rand"
	"testing"

	"checksig/internal/lanes"
)

// TestStreamsAreWrittenTogetherAsEachWouldBeAlone writes pieces of any length, of any number of
// streams at a time, and looks at the digests in between.
func TestStreamsAreWrittenTogetherAsEachWouldBeAlone(t *testing.T) {
	memory := outside(t, 1<<16)
	copy(memory, random(21, len(memory)))
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, _ *lanes.Kernel) {
		dice := rand.New(rand.NewSource(22))
		var hashes []hash.Hash
		so := make([][]byte, 37)
		for range so {
			hashes = append(hashes, only.NewHash(lanes.All))
		}
		for range 12 {
			var some []hash.Hash
			var data [][]byte
			for i, h := range hashes {
				if dice.Intn(4) == 0 {
					continue
				}
				n := []int{0, 1, c.Block - 1, c.Block, c.Block + 1, lanes.PieceUnit, dice.Intn(9000)}[dice.Intn(7)]
				at := dice.Intn(len(memory) - n)
				some, data = append(some, h), append(data, memory[at:at+n])
				so[i] = append(so[i], memory[at:at+n]...)
			}
			lanes.WriteEach(some, lanes.All, data)
			for i, h := range hashes {
				if !bytes.Equal(h.Sum(nil), c.digest(so[i])) {
					t.Fatalf("%s: stream %d, %d bytes", c.Name, i, len(so[i]))
				}
			}
		}
	})
}

// TestStreamsOfSeveralAlgorithmsAreWrittenTogether has one without lanes among them.
func TestStreamsOfSeveralAlgorithmsAreWrittenTogether(t *testing.T) {
	data := outside(t, 5000)
	copy(data, random(23, len(data)))
	var hashes []hash.Hash
	var pieces [][]byte
	for range 3 {
		for _, c := range cases {
			hashes, pieces = append(hashes, c.NewHash(lanes.All)), append(pieces, data)
		}
		hashes, pieces = append(hashes, sha3.New256()), append(pieces, data)
	}
	lanes.WriteEach(hashes, lanes.All, pieces)
	lanes.WriteEach(nil, lanes.All, nil)
	want := sha3.Sum256(data)
	for i, h := range hashes {
		if n := i % (len(cases) + 1); n < len(cases) {
			if !bytes.Equal(h.Sum(nil), cases[n].digest(data)) {
				t.Errorf("%s is wrong", cases[n].Name)
			}
		} else if !bytes.Equal(h.Sum(nil), want[:]) {
			t.Error("SHA3-256 is wrong")
		}
	}
}

func BenchmarkTogether(b *testing.B) {
	const size = 256 << 10
	for _, c := range cases {
		for _, n := range []int{1, 16, 32} {
			b.Run(fmt.Sprintf("%s/%d", c.Name, n), func(b *testing.B) {
				memory := outside(b, n*size)
				var hashes []hash.Hash
				var pieces [][]byte
				for i := range n {
					hashes = append(hashes, c.NewHash(lanes.All))
					pieces = append(pieces, memory[i*size:][:size])
				}
				b.SetBytes(int64(n * size))
				for b.Loop() {
					lanes.WriteEach(hashes, lanes.All, pieces)
				}
			})
		}
	}
}
