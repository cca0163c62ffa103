package digest

import "checksig/internal/lanes/blake3"

// O'Connor, Aumasson, Neves and Wilcox-O'Hearn, "BLAKE3", 2020, with 256 bits.
var blake3Algorithm = Algorithm{
	Name: "blake3", Title: "BLAKE3", Tag: "BLAKE3", Aliases: []string{"b3"},
	Size: blake3.Size, Strength: Strong, New: blake3.New, Lanes: blake3.Algorithm,
}
