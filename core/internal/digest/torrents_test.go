package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// RFC 1320, A.5.
var md4Vectors = map[string]string{
	"":                           "31d6cfe0d16ae931b73c59d7e0c089c0",
	"a":                          "bde52cb31de33e46245e05fbdbd6fb24",
	"abc":                        "a448017aaf21d8525fc10ae87aa6729d",
	"message digest":             "d9130a8164549fe818874806e1c7014b",
	"abcdefghijklmnopqrstuvwxyz": "d79e1c308aa5bbcdeea8ed63df412da9",
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789":                   "043f8582f241db351ce627e153e7f0e4",
	"12345678901234567890123456789012345678901234567890123456789012345678901234567890": "e33b4ddc9c38f2199c3e7b164fcc0536",
}

func TestMD4IsThatOfTheRFC(t *testing.T) {
	for text, want := range md4Vectors {
		m := newMD4()
		m.write([]byte(text))
		if sum := m.sum(); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%q hashes to %x, not %s", text, sum, want)
		}
	}
}

// Of so many zeros, from rhash --ed2k 1.4.3.
func TestEDonkeyHasOneMoreChunkBehindTheLastWholeOne(t *testing.T) {
	for size, want := range map[int]string{
		0:                 "31d6cfe0d16ae931b73c59d7e0c089c0",
		ed2kChunk - 1:     "ac44b93fc9aff773ab0005c911f8396f",
		ed2kChunk:         "fc21d9af828f92a8df64beac3357425d",
		ed2kChunk + 1:     "06329e9dba1373512c06386fe29e3c65",
		2 * ed2kChunk:     "114b21c63a74b6ca922291a11177dd5c",
		2*ed2kChunk + 777: "644c17761212fa523896ff71ca60618f",
	} {
		e := newED2K()
		e.Write(make([]byte, size))
		e.Sum(nil)
		if got := hex.EncodeToString(e.Sum(nil)); got != want {
			t.Errorf("%d zeros hash to %s, not %s", size, got, want)
		}
	}
}

// The definition of BEP 52, with all leaves in memory.
func TestATreeIsFilledUpToAPowerOfTwo(t *testing.T) {
	data := make([]byte, 9*merkleBlock+1)
	for i := range data {
		data[i] = byte(i * 131 >> 5)
	}
	for blocks := range 10 {
		for _, odd := range []int{-1, 0, 1} {
			size := blocks*merkleBlock + odd
			if size < 0 || size > len(data) {
				continue
			}
			m := &merkle{}
			m.Write(data[:size/2])
			m.Write(data[size/2 : size])
			if got, want := hex.EncodeToString(m.Sum(nil)), wholeTree(data[:size]); got != want {
				t.Errorf("%d bytes hash to %s, not %s", size, got, want)
			}
		}
	}
}

func wholeTree(data []byte) string {
	var leaves []node
	for ; len(data) > 0; data = data[min(merkleBlock, len(data)):] {
		leaves = append(leaves, sha256.Sum256(data[:min(merkleBlock, len(data))]))
	}
	for len(leaves) == 0 || len(leaves)&(len(leaves)-1) != 0 {
		leaves = append(leaves, node{})
	}
	for len(leaves) > 1 {
		var above []node
		for i := 0; i < len(leaves); i += 2 {
			above = append(above, sha256.Sum256(append(leaves[i][:], leaves[i+1][:]...)))
		}
		leaves = above
	}
	return hex.EncodeToString(leaves[0][:])
}
