package lanes

import "encoding/binary"

// PadLittle and PadBig end a message as MD5 and SHA-2 do (RFC 1321, section
// 3.2; FIPS 180-4, section 5.1): a one bit, zeros, the length in bits.

// PadLittle pads to blocks of 64 bytes, with 8 bytes of length.
func PadLittle(_ *State, rest []byte, length uint64) []byte {
	return binary.LittleEndian.AppendUint64(pad(rest, 64, 8), length<<3)
}

// PadBig pads to blocks of 64 bytes, with 8 bytes of length.
func PadBig(_ *State, rest []byte, length uint64) []byte {
	return binary.BigEndian.AppendUint64(pad(rest, 64, 8), length<<3)
}

// PadBig128 pads to blocks of 128 bytes, with 16 bytes of length.
func PadBig128(_ *State, rest []byte, length uint64) []byte {
	rest = binary.BigEndian.AppendUint64(pad(rest, 128, 16), length>>61)
	return binary.BigEndian.AppendUint64(rest, length<<3)
}

// pad appends a one bit, and zeros until only as many bytes as the length takes
// are missing to a whole block.
func pad(rest []byte, block, length int) []byte {
	rest = append(rest, 0x80)
	for (len(rest)+length)%block != 0 {
		rest = append(rest, 0)
	}
	return rest
}

// SumBig32 returns a Sum of so many bytes of big-endian words of 32 bits.
func SumBig32(size int) func([]byte, *State) []byte {
	return func(sum []byte, s *State) []byte {
		for _, word := range s.Words()[:size/4] {
			sum = binary.BigEndian.AppendUint32(sum, word)
		}
		return sum
	}
}

// SumBig64 returns a Sum of so many bytes of big-endian words of 64 bits.
func SumBig64(size int) func([]byte, *State) []byte {
	return func(sum []byte, s *State) []byte {
		start := len(sum)
		for _, word := range s {
			sum = binary.BigEndian.AppendUint64(sum, word)
		}
		return sum[:start+size]
	}
}

// SumLittle returns a Sum of so many bytes of little-endian words of 32 bits.
func SumLittle(size int) func([]byte, *State) []byte {
	return func(sum []byte, s *State) []byte {
		for _, word := range s.Words()[:size/4] {
			sum = binary.LittleEndian.AppendUint32(sum, word)
		}
		return sum
	}
}

// SumLittle64 returns a Sum of so many bytes of little-endian words of 64 bits.
func SumLittle64(size int) func([]byte, *State) []byte {
	return func(sum []byte, s *State) []byte {
		start := len(sum)
		for _, word := range s {
			sum = binary.LittleEndian.AppendUint64(sum, word)
		}
		return sum[:start+size]
	}
}

// State32 returns a state that begins with these words of 32 bits.
func State32(words ...uint32) (s State) {
	copy(s.Words()[:], words)
	return s
}
