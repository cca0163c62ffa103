package digest

import (
	"crypto/sha1"

	lanes "checksig/internal/lanes/sha1"
)

// FIPS 180-4. Chosen-prefix collisions are practical (Leurent and Peyrin, 2020).
var sha1Algorithm = Algorithm{
	Name: "sha1", Title: "SHA-1", Tag: "SHA1",
	Size: sha1.Size, Strength: Broken, New: sha1.New, Lanes: lanes.Algorithm,
}
