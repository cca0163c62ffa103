package digest

import (
	"errors"
	"hash"

	"checksig/internal/lanes/blake3"
)

// O'Connor, Aumasson, Neves and Wilcox-O'Hearn, "BLAKE3", 2020, with 256 bits.
var blake3Algorithm = Algorithm{
	Name: "blake3", Title: "BLAKE3", Tag: "BLAKE3", Aliases: []string{"b3"},
	Size: blake3.Size, Strength: Strong, New: blake3.New, Lanes: blake3.Algorithm,
}

// Blake3 returns BLAKE3 with a key, or for a context that a key is derived for,
// or with neither, whose digest is size bytes of the output from an offset on.
func Blake3(key []byte, context *string, from uint64, size int) (hash.Hash, error) {
	mode := blake3.Plain()
	switch {
	case size < 0:
		return nil, errors.New("a digest is not shorter than nothing")
	case key != nil && context != nil:
		return nil, errors.New("BLAKE3 has a key or a context, and not both")
	case context != nil:
		mode = blake3.Derive(*context)
	case key != nil:
		var err error
		if mode, err = blake3.Keyed(key); err != nil {
			return nil, err
		}
	}
	return blake3.NewOutput(mode, from, size), nil
}
