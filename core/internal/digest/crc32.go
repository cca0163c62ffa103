package digest

import (
	"hash"
	"hash/crc32"
)

// ISO 3309, as zlib and SFV files have it: four bytes, most significant first.
var crc32Algorithm = Algorithm{
	Name: "crc32", Title: "CRC-32", Tag: "CRC32",
	Size: crc32.Size, Strength: Accidents, New: func() hash.Hash { return crc32.NewIEEE() },
}
