package main

import (
	"encoding/json"
	"strings"
	"time"

	"checksig/internal/primitive"
)

// signatureHeader is the JSON line of a request of checksig_check_signature.
type signatureHeader struct {
	Scheme string `json:"scheme"`
	Hash   string `json:"hash"`
	Digest bool   `json:"digest"`
	Salt   *int   `json:"salt"`
	Public int    `json:"public"`
}

// checkSignature says whether a signature over a message is right; known is false if the
// request makes no sense.
func checkSignature(request string, message []byte) (right, known bool) {
	var h signatureHeader
	rest, ok := cutHeader(request, &h)
	if !ok || h.Public < 0 || h.Public > len(rest) {
		return false, false
	}
	s := primitive.Signature{
		Scheme: h.Scheme, Hash: h.Hash, Digest: h.Digest, Salt: primitive.AnySalt,
		Public: []byte(rest[:h.Public]), Value: []byte(rest[h.Public:]), Message: message,
	}
	if h.Salt != nil {
		s.Salt = *h.Salt
	}
	right, err := s.Right()
	return right, err == nil
}

// certificatesHeader is the JSON line of a request of checksig_certificates.
type certificatesHeader struct {
	Op      string `json:"op"`
	Chain   []int  `json:"chain"`
	Anchors []int  `json:"anchors"`
	At      int64  `json:"at"`
	Purpose string `json:"purpose"`
}

// answer is what checksig_certificates says: what was found, or why not.
type answer struct {
	Key         *primitive.Key         `json:"key,omitempty"`
	Certificate *primitive.Certificate `json:"certificate,omitempty"`
	Path        [][]byte               `json:"path,omitempty"`
	Error       string                 `json:"error,omitempty"`
}

// certificates returns JSON about a key, a certificate or a chain; nil if the request makes no
// sense.
func certificates(request string) []byte {
	var h certificatesHeader
	rest, ok := cutHeader(request, &h)
	if !ok {
		return nil
	}
	var found answer
	var err error
	switch h.Op {
	case "key":
		found.Key, err = primitive.DescribeKey([]byte(rest))
	case "certificate":
		found.Certificate, err = primitive.DescribeCertificate([]byte(rest))
	case "path":
		chain, after, ok := pieces(rest, h.Chain)
		anchors, end, fits := pieces(after, h.Anchors)
		if !ok || !fits || end != "" || h.Purpose == "" {
			return nil
		}
		path := primitive.Path{Chain: chain, Anchors: anchors, At: time.Unix(h.At, 0), Purpose: h.Purpose}
		found.Path, err = path.Find()
	default:
		return nil
	}
	if err != nil {
		found = answer{Error: err.Error()}
	}
	text, _ := json.Marshal(found)
	return text
}

// cutHeader reads the line of JSON at the start of a request, and returns the bytes behind it.
func cutHeader(request string, header any) (rest string, ok bool) {
	line, rest, ok := strings.Cut(request, "\n")
	if !ok {
		return "", false
	}
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	return rest, decoder.Decode(header) == nil
}

// pieces cuts pieces of these lengths off the start of a text.
func pieces(text string, lengths []int) (list [][]byte, rest string, ok bool) {
	for _, length := range lengths {
		if length < 0 || length > len(text) {
			return nil, "", false
		}
		list = append(list, []byte(text[:length]))
		text = text[length:]
	}
	return list, text, true
}
