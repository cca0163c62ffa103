package digest

import (
	"hash"
	"hash/crc64"
)

// The polynomial of the NVM Express NVM Command Set Specification, revision 1.0d, section 5.2.1.3.4,
// with its bits in reverse: eight bytes, most significant first, as object stores have them.
var crc64nvmeAlgorithm = Algorithm{
	Name: "crc64nvme", Title: "CRC-64/NVME", Tag: "CRC64NVME",
	Size: crc64.Size, Strength: Accidents, Named: true, // XXH64 has digests of this size, too
	New: func() hash.Hash { return crc64.New(crc64.MakeTable(0x9a6c9329ac4bc9b5)) },
}
