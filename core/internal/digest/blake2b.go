package digest

import (
	"fmt"
	"hash"

	"checksig/internal/lanes/blake2b"
)

// RFC 7693. b2sum calls a shorter digest by its length in bits: BLAKE2b-256.
var blake2bAlgorithm = Algorithm{
	Name: "blake2b", Title: "BLAKE2b", Tag: "BLAKE2b", Aliases: []string{"blake2b-512", "blake2b512", "b2"},
	Size: blake2b.MaxSize, Strength: Strong, New: newBlake2b(blake2b.MaxSize),
	Lanes: blake2b.Algorithm(blake2b.MaxSize),
}

// shorterBlake2b returns BLAKE2b with digests of 128 to 504 bits.
func shorterBlake2b() (rows []*Algorithm) {
	for size := blake2b.MinSize; size < blake2b.MaxSize; size++ {
		tag := fmt.Sprintf("BLAKE2b-%d", 8*size)
		rows = append(rows, &Algorithm{
			Name: fmt.Sprintf("blake2b-%d", 8*size), Title: tag, Tag: tag, Of: "blake2b",
			Size: size, Strength: Strong, New: newBlake2b(size), Lanes: blake2b.Algorithm(size),
		})
	}
	return rows
}

func newBlake2b(size int) func() hash.Hash {
	return func() hash.Hash { return blake2b.New(size) }
}
