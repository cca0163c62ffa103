package digest

import (
	"crypto/md5"

	lanes "checksig/internal/lanes/md5"
)

// RFC 1321. Collisions take seconds (Stevens et al., 2009).
var md5Algorithm = Algorithm{
	Name: "md5", Title: "MD5", Tag: "MD5",
	Size: md5.Size, Strength: Broken, New: md5.New, Lanes: lanes.Algorithm,
}
