package lanes_test

import (
	"bytes"
	stdmd5 "crypto/md5"
	stdsha1 "crypto/sha1"
	stdsha256 "crypto/sha256"
	stdsha512 "crypto/sha512"
	"errors"
	"hash"
	"testing"

	"checksig/internal/lanes"
	"checksig/internal/lanes/blake2b"
	"checksig/internal/lanes/md5"
	"checksig/internal/lanes/sha1"
	"checksig/internal/lanes/sha256"
	"checksig/internal/lanes/sha512"
)

// several are algorithms of one set; the second has no kernels.
var several = []struct {
	lanes *lanes.Algorithm
	new   func() hash.Hash
}{
	{md5.Algorithm, stdmd5.New},
	{nil, stdsha256.New},
	{sha1.Algorithm, stdsha1.New},
	{sha256.Algorithm, stdsha256.New},
	{sha512.Algorithm, stdsha512.New},
	{blake2b.Algorithm(64), func() hash.Hash { return blake2b.New(64) }},
}

// manyOf returns a set of the first n of several, and what it makes of a message.
func manyOf(n int) (set lanes.Set, want func(data []byte) []byte) {
	var digests []lanes.Digest
	for _, each := range several[:n] {
		digests = append(digests, lanes.Digest{Lanes: each.lanes, New: each.new})
	}
	return lanes.NewMany(digests, lanes.All), func(data []byte) (sums []byte) {
		for _, each := range several[:n] {
			h := each.new()
			h.Write(data)
			sums = h.Sum(sums)
		}
		return sums
	}
}

func TestManyDigestsOfOneReadAreThoseOfEachAlgorithm(t *testing.T) {
	data := random(20, 3<<20)
	lengths := []int{1023, 1024, 1025, 4096, 100_000, 128 << 10, 128<<10 + 1, 1 << 20, 3 << 20}
	for n := range 300 {
		lengths = append(lengths, n)
	}
	for n := 1; n <= len(several); n++ {
		set, want := manyOf(n)
		var messages []*message
		for i, length := range lengths {
			part := data[i%64:][:min(length, len(data)-64)]
			messages = append(messages, &message{t: t, data: part, want: want(part)})
		}
		hashAll(t, set, messages)
		set.Close()
	}
}

func TestAnErrorEndsOnlyItsMessageAmongMany(t *testing.T) {
	broken := errors.New("broken")
	set, want := manyOf(len(several))
	defer set.Close()
	for _, after := range []int{0, 1, 3} {
		pieces := 0
		bad := &script{piece: func(buffer []byte) ([]byte, bool, error) {
			if pieces++; pieces > after {
				return nil, false, broken
			}
			return buffer[:lanes.PieceUnit], false, nil
		}}
		data := random(21, 200_000)
		set.Start(bad)
		hashAll(t, set, []*message{{t: t, data: data, want: want(data)}})
		if bad.done != 1 || !errors.Is(bad.err, broken) {
			t.Errorf("done %d times, error %v", bad.done, bad.err)
		}
	}
}

func TestPiecesOfManyKeepTheirPromise(t *testing.T) {
	for name, piece := range map[string]func(buffer []byte) ([]byte, bool, error){
		"elsewhere": func([]byte) ([]byte, bool, error) { return bytes.Clone(random(22, 1024)), false, nil },
		"empty":     func(buffer []byte) ([]byte, bool, error) { return buffer[:0], false, nil },
		"no unit":   func(buffer []byte) ([]byte, bool, error) { return buffer[:1000], false, nil },
	} {
		set, _ := manyOf(2)
		m := &script{piece: piece}
		set.Start(m)
		set.Step()
		if m.done != 1 || m.err == nil {
			t.Errorf("%s: done %d times, error %v", name, m.done, m.err)
		}
		set.Close()
	}
}
