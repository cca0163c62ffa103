package digest

import (
	"encoding/binary"
	"hash"
)

// The checksum of sum -s, as the manual of the coreutils has it: the sum of all
// bytes, folded into 16 bits. The order of the bytes goes unnoticed.
var sysvAlgorithm = Algorithm{
	Name: "sysv", Title: "System V sum", Tag: "SYSV",
	Size: 2, Strength: None, New: func() hash.Hash { return &sysvSum{} },
}

type sysvSum struct{ sum uint32 }

func (s *sysvSum) Size() int { return 2 }

func (s *sysvSum) BlockSize() int { return 1 }

func (s *sysvSum) Reset() { s.sum = 0 }

func (s *sysvSum) Write(p []byte) (int, error) {
	sum := s.sum
	for _, b := range p {
		sum += uint32(b)
	}
	s.sum = sum
	return len(p), nil
}

// Sum adds the upper half to the lower, and what that carries once more.
func (s *sysvSum) Sum(sum []byte) []byte {
	folded := s.sum&0xffff + s.sum>>16
	return binary.BigEndian.AppendUint16(sum, uint16(folded&0xffff+folded>>16))
}
