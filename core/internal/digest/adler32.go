package digest

import (
	"hash"
	"hash/adler32"
)

// RFC 1950, section 8.2: four bytes, most significant first, as grid storage has them.
var adler32Algorithm = Algorithm{
	Name: "adler32", Title: "Adler-32", Tag: "ADLER32", Aliases: []string{"adler-32"},
	Size: adler32.Size, Strength: Accidents, New: func() hash.Hash { return adler32.New() },
}
