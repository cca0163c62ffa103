package digest

import (
	"encoding/binary"
	"math/bits"
)

// xxh3Mix is the mixing operation for medium inputs.
func xxh3Mix(data []byte, offset int, seed uint64) uint64 {
	first, second := binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:])
	return folded(first^(secret64(offset)+seed), second^(secret64(offset+8)-seed))
}

// xxh3MixTwo mixes two pieces of data into both accumulators.
func xxh3MixTwo(acc *[2]uint64, one, two []byte, offset int) {
	le := binary.LittleEndian
	acc[0] = (acc[0] + xxh3Mix(one, offset, 0)) ^ (le.Uint64(two) + le.Uint64(two[8:]))
	acc[1] = (acc[1] + xxh3Mix(two, offset+16, 0)) ^ (le.Uint64(one) + le.Uint64(one[8:]))
}

// xxh3Finish is step 3 for medium inputs.
func xxh3Finish(acc [2]uint64, length uint64) (low, high uint64) {
	return xxh3Avalanche(acc[0] + acc[1]),
		-xxh3Avalanche(acc[0]*prime64a + acc[1]*prime64d + length*prime64b)
}

// xxh3Sum128 is of 17 to 128 bytes.
func xxh3Sum128(data []byte, wide bool) (low, high uint64) {
	length := uint64(len(data))
	acc := [2]uint64{length * prime64a}
	for i := (len(data) - 1) / 32; i >= 0; i-- {
		start, end := data[16*i:], data[len(data)-16*i-16:]
		if wide {
			xxh3MixTwo(&acc, start, end, 32*i)
		} else {
			acc[0] += xxh3Mix(start, 32*i, 0) + xxh3Mix(end, 32*i+16, 0)
		}
	}
	if wide {
		return xxh3Finish(acc, length)
	}
	return xxh3Avalanche(acc[0]), 0
}

// xxh3Sum240 is of 129 to 240 bytes.
func xxh3Sum240(data []byte, wide bool) (low, high uint64) {
	length, end := uint64(len(data)), len(data)
	acc := [2]uint64{length * prime64a}
	if !wide {
		for i := range 8 {
			acc[0] += xxh3Mix(data[16*i:], 16*i, 0)
		}
		acc[0] = xxh3Avalanche(acc[0])
		for i := 8; i < end/16; i++ {
			acc[0] += xxh3Mix(data[16*i:], 16*(i-8)+3, 0)
		}
		return xxh3Avalanche(acc[0] + xxh3Mix(data[end-16:], 119, 0)), 0
	}
	for i := range 4 {
		xxh3MixTwo(&acc, data[32*i:], data[32*i+16:], 32*i)
	}
	acc[0], acc[1] = xxh3Avalanche(acc[0]), xxh3Avalanche(acc[1])
	for i := 4; i < end/32; i++ {
		xxh3MixTwo(&acc, data[32*i:], data[32*i+16:], 32*(i-4)+3)
	}
	xxh3MixTwo(&acc, data[end-16:], data[end-32:end-16], 103)
	return xxh3Finish(acc, length)
}

// xxh3Sum16 is of 16 bytes at most.
func xxh3Sum16(data []byte, wide bool) (low, high uint64) {
	le, length := binary.LittleEndian, uint64(len(data))
	switch {
	case length > 8:
		return xxh3Sum9to16(le.Uint64(data), le.Uint64(data[length-8:]), length, wide)
	case length >= 4:
		return xxh3Sum4to8(uint64(le.Uint32(data)), uint64(le.Uint32(data[length-4:])), length, wide)
	case length > 0:
		combined := uint32(data[length-1]) | uint32(length)<<8 | uint32(data[0])<<16 | uint32(data[length/2])<<24
		low = secret64(0)&0xffffffff ^ secret64(0)>>32 ^ uint64(combined)
		turned := bits.RotateLeft32(bits.ReverseBytes32(combined), 13)
		high = secret64(8)&0xffffffff ^ secret64(8)>>32 ^ uint64(turned)
	case wide:
		low, high = secret64(64)^secret64(72), secret64(80)^secret64(88)
	default:
		low = secret64(56) ^ secret64(64)
	}
	return xxh64Avalanche(low), xxh64Avalanche(high)
}

func xxh3Sum4to8(first, last, length uint64, wide bool) (low, high uint64) {
	if !wide {
		value := secret64(8) ^ secret64(16) ^ (last | first<<32)
		value ^= bits.RotateLeft64(value, 49) ^ bits.RotateLeft64(value, 24)
		value *= primeMix2
		value = (value ^ (value>>35 + length)) * primeMix2
		return value ^ value>>28, 0
	}
	value := secret64(16) ^ secret64(24) ^ (first | last<<32)
	high, low = bits.Mul64(value, prime64a+length<<2)
	high += low << 1
	low ^= high >> 3
	low = (low ^ low>>35) * primeMix2
	return low ^ low>>28, xxh3Avalanche(high)
}

func xxh3Sum9to16(first, last, length uint64, wide bool) (low, high uint64) {
	if !wide {
		low, high = secret64(24)^secret64(32)^first, secret64(40)^secret64(48)^last
		return xxh3Avalanche(length + bits.ReverseBytes64(low) + high + folded(low, high)), 0
	}
	one, two := secret64(32)^secret64(40)^first^last, secret64(48)^secret64(56)^last
	high, low = bits.Mul64(one, prime64a)
	low += (length - 1) << 54
	high += two + two&0xffffffff*uint64(prime32b-1)
	low ^= bits.ReverseBytes64(high)
	carried, product := bits.Mul64(low, prime64b)
	return xxh3Avalanche(product), xxh3Avalanche(carried + high*prime64b)
}
