package digest

import (
	"crypto/sha3"
	"hash"
)

// FIPS 202.
var (
	sha3t224Algorithm = Algorithm{
		Name: "sha3-224", Title: "SHA3-224", Tag: "SHA3-224", Aliases: []string{"sha3_224"},
		Size: 28, Strength: Strong, New: func() hash.Hash { return sha3.New224() },
	}
	sha3t256Algorithm = Algorithm{
		Name: "sha3-256", Title: "SHA3-256", Tag: "SHA3-256", Aliases: []string{"sha3_256"},
		Size: 32, Strength: Strong, New: func() hash.Hash { return sha3.New256() },
	}
	sha3t384Algorithm = Algorithm{
		Name: "sha3-384", Title: "SHA3-384", Tag: "SHA3-384", Aliases: []string{"sha3_384"},
		Size: 48, Strength: Strong, New: func() hash.Hash { return sha3.New384() },
	}
	sha3t512Algorithm = Algorithm{
		Name: "sha3-512", Title: "SHA3-512", Tag: "SHA3-512", Aliases: []string{"sha3_512"},
		Size: 64, Strength: Strong, New: func() hash.Hash { return sha3.New512() },
	}
)
