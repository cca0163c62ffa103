package lanes_test

import (
	"bytes"
	stdmd5 "crypto/md5"
	stdsha1 "crypto/sha1"
	stdsha256 "crypto/sha256"
	stdsha512 "crypto/sha512"
	"hash"
	"testing"

	"checksig/internal/lanes"
	"checksig/internal/lanes/blake2b"
	"checksig/internal/lanes/md5"
	"checksig/internal/lanes/sha1"
	"checksig/internal/lanes/sha256"
	"checksig/internal/lanes/sha512"
)

// testCase is an algorithm, and what others wrote of it, if the standard library
// has it.
type testCase struct {
	*lanes.Algorithm
	reference func() hash.Hash
}

// cases are all algorithms whose blocks follow each other.
var cases = []testCase{
	{md5.Algorithm, stdmd5.New},
	{sha1.Algorithm, stdsha1.New},
	{sha256.Algorithm224, stdsha256.New224},
	{sha256.Algorithm, stdsha256.New},
	{sha512.Algorithm256, stdsha512.New512_256},
	{sha512.Algorithm384, stdsha512.New384},
	{sha512.Algorithm, stdsha512.New},
	{blake2b.Algorithm(blake2b.MinSize), nil},
	{blake2b.Algorithm(33), nil},
	{blake2b.Algorithm(blake2b.MaxSize), nil},
}

// digest returns the digest by the standard library, or else by the portable
// kernel, which is held against recorded digests.
func (c testCase) digest(data []byte) []byte {
	if c.reference != nil {
		h := c.reference()
		h.Write(data)
		return h.Sum(nil)
	}
	whole := max(len(data)-1, 0) / c.Block * c.Block
	state, compress := c.Init, c.portable().Go()
	compress(&state, data[:whole])
	compress(&state, c.Pad(&state, bytes.Clone(data[whole:]), uint64(len(data))))
	return c.Sum(nil, &state)
}

func (c testCase) portable() *lanes.Kernel { return c.Kernels[len(c.Kernels)-1] }

// message returns a message that knows its digest.
func (c testCase) message(t *testing.T, data []byte) *message {
	return &message{t: t, data: data, want: c.digest(data)}
}
