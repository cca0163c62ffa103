package lanes_test

import (
	stdmd5 "crypto/md5"
	stdsha1 "crypto/sha1"
	stdsha256 "crypto/sha256"
	stdsha512 "crypto/sha512"
	"hash"
	"testing"

	"checksig/internal/lanes"
	"checksig/internal/lanes/md5"
	"checksig/internal/lanes/sha1"
	"checksig/internal/lanes/sha256"
	"checksig/internal/lanes/sha512"
)

// testCase is an algorithm, and what others wrote of it.
type testCase struct {
	*lanes.Algorithm
	reference func() hash.Hash
}

var cases = []testCase{
	{md5.Algorithm, stdmd5.New},
	{sha1.Algorithm, stdsha1.New},
	{sha256.Algorithm224, stdsha256.New224},
	{sha256.Algorithm, stdsha256.New},
	{sha512.Algorithm256, stdsha512.New512_256},
	{sha512.Algorithm384, stdsha512.New384},
	{sha512.Algorithm, stdsha512.New},
}

func (c testCase) message(t *testing.T, data []byte) *message {
	h := c.reference()
	h.Write(data)
	return &message{t: t, data: data, want: h.Sum(nil)}
}
