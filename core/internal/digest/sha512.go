package digest

import (
	"crypto/sha512"

	lanes "checksig/internal/lanes/sha512"
)

// FIPS 180-4, the 64-bit half of SHA-2.
var (
	sha384Algorithm = Algorithm{
		Name: "sha384", Title: "SHA-384", Tag: "SHA384", Aliases: []string{"sha2-384"},
		Size: sha512.Size384, Strength: Strong, New: sha512.New384, Lanes: lanes.Algorithm384,
	}
	sha512Algorithm = Algorithm{
		Name: "sha512", Title: "SHA-512", Tag: "SHA512", Aliases: []string{"sha2-512"},
		Size: sha512.Size, Strength: Strong, New: sha512.New, Lanes: lanes.Algorithm,
	}
	sha512t224Algorithm = Algorithm{
		Name: "sha512-224", Title: "SHA-512/224", Tag: "SHA512-224",
		Aliases: []string{"sha512_224", "sha512t224", "sha512/224", "sha2-512/224", "sha2-512-224"},
		Size:    sha512.Size224, Strength: Strong, New: sha512.New512_224,
	}
	sha512t256Algorithm = Algorithm{
		Name: "sha512-256", Title: "SHA-512/256", Tag: "SHA512-256",
		Aliases: []string{"sha512_256", "sha512t256", "sha512/256", "sha2-512/256", "sha2-512-256"},
		Size:    sha512.Size256, Strength: Strong, New: sha512.New512_256, Lanes: lanes.Algorithm256,
	}
)
