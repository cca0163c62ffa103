package lanes_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"checksig/internal/lanes"
	"checksig/internal/lanes/blake2b"
)

// TestEveryLength also has every number of lanes at work, and lanes that end at
// different times.
func TestEveryLength(t *testing.T) {
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, kernel *lanes.Kernel) {
		set := lanes.New(only, lanes.All)
		defer set.Close()
		data := random(1, c.Block*(kernel.Lanes+4))
		var messages []*message
		for n := range len(data) + 1 {
			messages = append(messages, c.message(t, data[len(data)-n:]))
		}
		hashAll(t, set, messages)
	})
}

// TestOneLaneAlone hashes each message by itself.
func TestOneLaneAlone(t *testing.T) {
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, _ *lanes.Kernel) {
		set := lanes.New(only, lanes.All)
		defer set.Close()
		data := random(2, 4*c.Block)
		for n := range len(data) + 1 {
			hashAll(t, set, []*message{c.message(t, data[:n])})
		}
	})
}

// TestAllLanesDiffer hashes so many messages of the same length, from one to as
// many as there are lanes, that no lane is ever waited for.
func TestAllLanesDiffer(t *testing.T) {
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, kernel *lanes.Kernel) {
		set := lanes.New(only, lanes.All)
		defer set.Close()
		for live := 1; live <= kernel.Lanes; live++ {
			var messages []*message
			for lane := range live {
				messages = append(messages, c.message(t, random(byte(3+lane), 5*c.Block-live)))
			}
			hashAll(t, set, messages)
		}
	})
}

// TestAnyAddress hashes from memory at every offset within a line of the cache, as
// mapped files are hashed, but nothing there is aligned.
func TestAnyAddress(t *testing.T) {
	memory := outside(t, 1<<20)
	copy(memory, random(4, len(memory)))
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, _ *lanes.Kernel) {
		set := lanes.New(only, lanes.All)
		defer set.Close()
		var messages []*message
		for offset := range 130 {
			m := c.message(t, memory[1500*offset+offset:][:2500+offset])
			m.mapped = true
			messages = append(messages, m)
		}
		hashAll(t, set, messages)
	})
}

// TestAnyMix hashes messages of all sizes, in pieces of all sizes, some of them
// longer than every buffer and every step.
func TestAnyMix(t *testing.T) {
	rounds := 6
	if testing.Short() {
		rounds = 1
	}
	memory := outside(t, 1<<20)
	copy(memory, random(5, len(memory)))
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, kernel *lanes.Kernel) {
		r := rand.New(rand.NewPCG(6, 7))
		set := lanes.New(only, lanes.All)
		defer set.Close()
		for range rounds {
			var messages []*message
			for range 3*kernel.Lanes + 2 {
				n := r.IntN(1 << r.IntN(18))
				m := c.message(t, memory[r.IntN(len(memory)-n):][:n])
				m.take, m.mapped = lanes.PieceUnit<<r.IntN(8), r.IntN(2) == 0
				messages = append(messages, m)
			}
			hashAll(t, set, messages)
		}
	})
}

// TestLongPieces hashes pieces of the greatest length there is.
func TestLongPieces(t *testing.T) {
	memory := outside(t, lanes.MaxPiece+77)
	copy(memory, random(8, len(memory)))
	for _, c := range cases {
		set := lanes.New(c.Algorithm, lanes.All)
		var messages []*message
		for i := range 3 {
			m := c.message(t, memory[i:])
			m.take, m.mapped = lanes.MaxPiece, true
			messages = append(messages, m)
		}
		hashAll(t, set, messages)
		set.Close()
	}
}

// TestBlake2bAgainstRecordedDigests covers every size of a digest. Nothing in the
// standard library does.
func TestBlake2bAgainstRecordedDigests(t *testing.T) {
	data := make([]byte, 12*128)
	for i := range data {
		data[i] = byte(i % 251)
	}
	file, err := os.Open("testdata/blake2b.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sizes := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		var size int
		var want string
		if _, err := fmt.Sscan(lines.Text(), &size, &want); err != nil {
			t.Fatal(err)
		}
		sizes++
		c := testCase{Algorithm: blake2b.Algorithm(size)}
		all := sha256.New()
		for n := range len(data) + 1 {
			all.Write(c.digest(data[:n]))
		}
		if got := hex.EncodeToString(all.Sum(nil)); got != want {
			t.Errorf("BLAKE2b with digests of %d bytes: %s, want %s", size, got, want)
		}
	}
	if sizes != blake2b.MaxSize-blake2b.MinSize+1 {
		t.Fatalf("%d sizes", sizes)
	}
}

// TestBlake2bAsInTheRFC is appendix A of RFC 7693.
func TestBlake2bAsInTheRFC(t *testing.T) {
	want, _ := hex.DecodeString("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1" +
		"7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")
	c := testCase{Algorithm: blake2b.Algorithm(64)}
	if got := c.digest([]byte("abc")); !bytes.Equal(got, want) {
		t.Errorf("%x", got)
	}
}
