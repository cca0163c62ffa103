package lanes_test

import (
	stdmd5 "crypto/md5"
	stdsha1 "crypto/sha1"
	stdsha256 "crypto/sha256"
	"hash"
	"testing"

	"checksig/internal/lanes"
	"checksig/internal/lanes/md5"
	"checksig/internal/lanes/sha1"
	"checksig/internal/lanes/sha256"
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
}

func (c testCase) message(t *testing.T, data []byte) *message {
	h := c.reference()
	h.Write(data)
	return &message{t: t, data: data, want: h.Sum(nil)}
}
