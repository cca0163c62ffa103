package blake3

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"hash"
	"math/rand/v2"
	"testing"

	"checksig/internal/lanes"
)

func TestTheStream(t *testing.T) {
	eachKernel(t, func(t *testing.T, on lanes.On) {
		for n, digest := range known {
			h := Algorithm.NewHash(on)
			for rest := counted(n); len(rest) > 0; {
				piece := rest[:min(len(rest), 1+n%700)]
				h.Write(piece)
				if n < 10*chunk {
					h.Sum(nil) // changes nothing
				}
				rest = rest[len(piece):]
			}
			if got := hex.EncodeToString(h.Sum(nil)); got != digest {
				t.Errorf("%d bytes: %s", n, got)
			}
			h.Reset()
			h.Write(counted(n))
			if got := hex.EncodeToString(h.Sum(nil)); got != digest {
				t.Errorf("%d bytes at once: %s", n, got)
			}
		}
	})
}

// borders are lengths around those of chunks, of as many as there are lanes, and in a
// chunk around those of blocks.
func borders() (lengths []int) {
	for _, chunks := range []int{0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 18, 31, 32, 33} {
		for _, past := range []int{0, 1, 63, 64, 65, 128, 961, 1023} {
			lengths = append(lengths, chunks*chunk+past)
		}
	}
	return append(lengths, (most-1)*chunk, most*chunk, most*chunk+1, (most+1)*chunk, (most+40)*chunk)
}

// TestAStreamInTwoPieces cuts streams in two, at every border of a chunk and around it,
// and writes more than is hashed at a time.
func TestAStreamInTwoPieces(t *testing.T) {
	data := make([]byte, (most+40)*chunk)
	rand.NewChaCha8([32]byte{3}).Read(data)
	wanted := make(map[int][]byte)
	for _, n := range borders() {
		wanted[n] = stream(data[:n])
	}
	eachKernel(t, func(t *testing.T, on lanes.On) {
		h := Algorithm.NewHash(on)
		for n, want := range wanted {
			for _, cut := range []int{0, 1, chunk, chunk + 1, 17 * chunk, n - chunk, n - 1} {
				if cut < 0 || cut > n {
					continue
				}
				h.Reset()
				h.Write(data[:cut])
				h.Write(data[cut:n])
				if !bytes.Equal(h.Sum(nil), want) {
					t.Fatalf("%d bytes, cut at %d", n, cut)
				}
			}
		}
	})
}

// TestPiecesOfAnySize writes pieces from one byte to more than is hashed at a time, and
// looks at digests in between.
func TestPiecesOfAnySize(t *testing.T) {
	data := make([]byte, 3*most*chunk)
	rand.NewChaCha8([32]byte{4}).Read(data)
	eachKernel(t, func(t *testing.T, on lanes.On) {
		r := rand.New(rand.NewPCG(5, 6))
		for range 5 {
			h := Algorithm.NewHash(on)
			for at := 0; at < len(data); {
				n := min(1+r.IntN(1<<(1+r.IntN(19))), len(data)-at)
				h.Write(data[at : at+n])
				at += n
				if r.IntN(16) == 0 && !bytes.Equal(h.Sum(nil), stream(data[:at])) {
					t.Fatalf("%d bytes", at)
				}
			}
			if !bytes.Equal(h.Sum(nil), stream(data)) {
				t.Fatal("the whole")
			}
		}
	})
}

// TestAStreamMindsTheSwitches looks at the kernels that a stream has in use.
func TestAStreamMindsTheSwitches(t *testing.T) {
	for _, off := range Algorithm.List() {
		h := Algorithm.NewHash(func(k *lanes.Kernel) bool { return k != off })
		h.Write(make([]byte, 40*chunk))
		used := h.(*digest).kernels
		if len(used) < 2 {
			t.Fatalf("%d kernels", len(used))
		}
		for live, kernel := range used {
			if live > 0 && kernel.Kernel != choose(func(k *lanes.Kernel) bool { return k != off }, live) {
				t.Errorf("%d chunks without %s: %s", live, off.Name, kernel.Name)
			}
		}
	}
}

// BenchmarkStream hashes pieces as they come from files, and from pipes.
func BenchmarkStream(b *testing.B) {
	for name, on := range map[string]lanes.On{"chosen": lanes.All, "portable": lanes.None} {
		for _, size := range []int{1 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) { benchmark(b, Algorithm.NewHash(on), size) })
		}
	}
}

func benchmark(b *testing.B, h hash.Hash, size int) {
	data := counted(size)
	b.SetBytes(int64(size))
	for b.Loop() {
		h.Write(data)
	}
}
