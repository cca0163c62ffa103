package digest_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"checksig/internal/digest"
	"checksig/internal/lanes"
)

// Lengths around those of blocks, of BLAKE3's chunks, of the lanes' buffers and of the longest
// piece.
var (
	short = []int{0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1023, 1024, 1025, 4096}
	long  = []int{16 << 10, 32<<10 - 1, 32 << 10, 32<<10 + 1, 128<<10 - 1, 128 << 10, 128<<10 + 1, 256<<10 + 1025}
	huge  = []int{lanes.MaxPiece, lanes.MaxPiece + 1, lanes.MaxPiece + 1024, lanes.MaxPiece + 1025}
)

// lying returns messages of these lengths, in memory that Go does not manage. They overlap, and
// begin anywhere.
func lying(t *testing.T, lengths []int) [][]byte {
	t.Helper()
	memory := lanes.NewMemory(1, lanes.MaxPiece+4096)
	t.Cleanup(memory.Free)
	data := memory.Buffer(0)
	rand.NewChaCha8([32]byte{7}).Read(data)
	var messages [][]byte
	for i, n := range lengths {
		messages = append(messages, data[i*37%1000:][:n])
	}
	return messages
}

// agree sees to it that Each has the digests of messages that a stream has.
func agree(t *testing.T, algorithms []*digest.Algorithm, on lanes.On, messages [][]byte) {
	t.Helper()
	size := digest.Sizes(algorithms)
	sums := bytes.Repeat([]byte{0xee}, size*len(messages)+1)
	digest.Each(algorithms, on, messages, sums)
	for i, m := range messages {
		var want []byte
		for _, a := range algorithms {
			h := a.Hash(on)
			h.Write(m)
			want = h.Sum(want)
		}
		if got := sums[i*size:][:size]; !bytes.Equal(got, want) {
			t.Errorf("%s and %d more, %d bytes: %x, want %x", algorithms[0].Name, len(algorithms)-1, len(m), got, want)
		}
	}
	if sums[len(sums)-1] != 0xee {
		t.Error("more was written than there are digests")
	}
}

func TestMessagesHashedTogetherHaveTheDigestsThatTheyHaveAlone(t *testing.T) {
	messages := lying(t, slices.Concat(short, long))
	var different []*digest.Algorithm
	for _, a := range digest.All() {
		if a.Of == "" {
			different = append(different, a)
		}
	}
	for _, on := range []lanes.On{lanes.All, lanes.None} {
		for _, a := range different {
			agree(t, []*digest.Algorithm{a}, on, messages)
		}
		agree(t, different, on, messages)
		agree(t, digest.All(), on, lying(t, short))
	}
}

func TestMessagesLongerThanAPieceAreHashedTogether(t *testing.T) {
	messages := lying(t, slices.Concat(huge, short))
	for _, name := range []string{"md5", "sha256", "blake3", "crc32"} {
		agree(t, []*digest.Algorithm{digest.Lookup(name)}, lanes.All, messages)
	}
	agree(t, []*digest.Algorithm{digest.Lookup("md5"), digest.Lookup("blake3")}, lanes.All, messages)
}

func TestAnyNumberOfMessagesIsHashedTogether(t *testing.T) {
	for _, name := range []string{"md5", "sha256", "sha512", "blake2b", "blake3", "crc32"} {
		one := []*digest.Algorithm{digest.Lookup(name)}
		for n := range 40 {
			lengths := make([]int, n)
			for i := range lengths {
				lengths[i] = short[(i*i+n)%len(short)]
			}
			messages := lying(t, lengths)
			agree(t, one, lanes.All, messages)
			agree(t, append(one, digest.Lookup("sha1")), lanes.All, messages)
		}
	}
}

func TestTheSameAlgorithmTwiceHasItsDigestTwice(t *testing.T) {
	sha1 := digest.Lookup("sha1")
	agree(t, []*digest.Algorithm{sha1, sha1}, lanes.All, lying(t, slices.Concat(short, long)))
}

func BenchmarkEach(b *testing.B) {
	memory := lanes.NewMemory(1, 1<<20)
	defer memory.Free()
	var messages [][]byte
	for i := range 256 {
		messages = append(messages, memory.Buffer(0)[i<<12:][:1<<12])
	}
	for _, name := range []string{"md5", "sha1", "sha256", "sha512", "blake3"} {
		b.Run(name, func(b *testing.B) {
			a := []*digest.Algorithm{digest.Lookup(name)}
			sums := make([]byte, 256*a[0].Size)
			b.SetBytes(1 << 20)
			for b.Loop() {
				digest.Each(a, lanes.All, messages, sums)
			}
		})
	}
}
