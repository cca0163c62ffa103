package digest

import (
	"encoding/binary"
	"hash"
)

// The checksum of sum -r, as the manual of the coreutils has it: 16 bits, which
// rotate to the right before each byte is added. Swapped zeros go unnoticed.
var bsdAlgorithm = Algorithm{
	Name: "bsd", Title: "BSD sum", Tag: "BSD",
	Size: 2, Strength: None, New: func() hash.Hash { return &bsdSum{} },
}

type bsdSum struct{ sum uint16 }

func (s *bsdSum) Size() int { return 2 }

func (s *bsdSum) BlockSize() int { return 1 }

func (s *bsdSum) Reset() { s.sum = 0 }

func (s *bsdSum) Write(p []byte) (int, error) {
	sum := s.sum
	for _, b := range p {
		sum = sum>>1 | sum<<15
		sum += uint16(b)
	}
	s.sum = sum
	return len(p), nil
}

func (s *bsdSum) Sum(sum []byte) []byte {
	return binary.BigEndian.AppendUint16(sum, s.sum)
}
