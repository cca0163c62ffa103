package digest

import (
	"hash"
	"hash/crc32"
)

// RFC 3720 section 12.1, with the polynomial of Castagnoli: four bytes, most
// significant first.
var crc32cAlgorithm = Algorithm{
	Name: "crc32c", Title: "CRC-32C", Tag: "CRC32C",
	Size: crc32.Size, Strength: Accidents,
	New: func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
}
