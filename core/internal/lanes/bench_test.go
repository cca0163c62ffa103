package lanes_test

import (
	"fmt"
	"testing"

	"checksig/internal/lanes"
)

// still is a message of whatever lies in its lane's buffer.
type still struct{ left int }

func (m *still) Piece(buffer []byte) (piece []byte, last bool, err error) {
	// A page that nobody wrote to is the same page of zeros as all others, and
	// processors do not expect that.
	for i := 0; i < len(buffer); i += 1 << 10 {
		buffer[i] = 1
	}
	piece = buffer[:min(len(buffer), m.left)]
	m.left -= len(piece)
	return piece, m.left == 0, nil
}

func (m *still) Done([]byte, error) {}

// BenchmarkKernels hashes what is in the cache, with each kernel in all its
// lanes.
func BenchmarkKernels(b *testing.B) {
	seen := make(map[*lanes.Kernel]bool)
	for _, c := range cases {
		for _, kernel := range c.Kernels {
			if kernel.Usable(lanes.All) && !seen[kernel] {
				seen[kernel] = true
				b.Run(kernel.Name, func(b *testing.B) {
					benchmark(b, forced(c.Algorithm, kernel), kernel.Lanes)
				})
			}
		}
	}
}

// BenchmarkChoice hashes so many messages at a time with the kernels that are
// chosen for them.
func BenchmarkChoice(b *testing.B) {
	for _, c := range cases {
		for _, live := range []int{1, 2, 3, 4, 5, 6, 8, 12, 16, 20, 24, 32} {
			name := fmt.Sprintf("%s/%d/%s", c.Name, live, c.Choose(lanes.All, live).Name)
			b.Run(name, func(b *testing.B) { benchmark(b, c.Algorithm, live) })
		}
	}
}

func benchmark(b *testing.B, a *lanes.Algorithm, live int) {
	set := lanes.New(a, lanes.All)
	defer set.Close()
	const perMessage = 1 << 20
	b.SetBytes(int64(live * perMessage))
	for b.Loop() {
		for started := 0; started < live || set.Live() > 0; {
			for ; started < live && !set.Full(); started++ {
				set.Start(&still{left: perMessage})
			}
			set.Step()
		}
	}
}
