package digest

import (
	"crypto/sha3"
	"hash"
)

// FIPS 202, section 6.2, with digests that are twice as long as the strength.
var (
	shake128Algorithm = Algorithm{
		Name: "shake128", Title: "SHAKE128", Tag: "SHAKE128", Aliases: []string{"shake-128", "shake128-256"},
		Size: 32, Strength: Strong, New: func() hash.Hash { return &shake{sha3.NewSHAKE128(), 32} },
	}
	shake256Algorithm = Algorithm{
		Name: "shake256", Title: "SHAKE256", Tag: "SHAKE256", Aliases: []string{"shake-256", "shake256-512"},
		Size: 64, Strength: Strong, New: func() hash.Hash { return &shake{sha3.NewSHAKE256(), 64} },
	}
)

// shake is a function that goes on for ever, cut off.
type shake struct {
	*sha3.SHAKE
	size int // in bytes
}

func (s *shake) Size() int { return s.size }

// Sum reads from a copy: the caller may go on writing.
func (s *shake) Sum(sum []byte) []byte {
	state, err := s.MarshalBinary()
	if err != nil {
		panic(err)
	}
	copied := *s.SHAKE
	if err := copied.UnmarshalBinary(state); err != nil {
		panic(err)
	}
	out := make([]byte, s.size)
	copied.Read(out)
	return append(sum, out...)
}
