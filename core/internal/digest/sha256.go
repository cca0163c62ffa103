package digest

import (
	"crypto/sha256"

	lanes "checksig/internal/lanes/sha256"
)

// FIPS 180-4, the 32-bit half of SHA-2.
var (
	sha224Algorithm = Algorithm{
		Name: "sha224", Title: "SHA-224", Tag: "SHA224", Aliases: []string{"sha2-224"},
		Size: sha256.Size224, Strength: Strong, New: sha256.New224, Lanes: lanes.Algorithm224,
	}
	sha256Algorithm = Algorithm{
		Name: "sha256", Title: "SHA-256", Tag: "SHA256", Aliases: []string{"sha2-256"},
		Size: sha256.Size, Strength: Strong, New: sha256.New, Lanes: lanes.Algorithm,
	}
)
