package main

import (
	"encoding/hex"
	"strings"
	"testing"
)

func TestBlake3HasModesInTheFace(t *testing.T) {
	for request, want := range map[string]string{
		`{"blake3":{"size":32}}`:                                         "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
		`{"blake3":{"size":3,"from":1}}`:                                 "1349b9",
		`{"blake3":{"size":4,"context":""}}`:                             "74101198",
		`{"blake3":{"size":4,"key":"` + strings.Repeat("A", 43) + `="}}`: "a7f91ced",
	} {
		h := newHasher([]byte(request))
		if h == nil {
			t.Errorf("%s makes no sense", request)
		} else if got := hex.EncodeToString(h.sum()); got != want {
			t.Errorf("%s: %s, not %s", request, got, want)
		}
	}
	for _, request := range []string{
		`{"algorithms":["blake3"],"blake3":{"size":32}}`, `{"blake3":{"size":-1}}`,
		`{"blake3":{"size":67108865}}`, `{"blake3":{"key":""}}`, `{"blake3":{"key":"AAAA"}}`,
		`{"blake3":{"key":"` + strings.Repeat("A", 43) + `=","context":""}}`, `{"blake3":{"from":-1}}`,
	} {
		if newHasher([]byte(request)) != nil {
			t.Errorf("%s makes no sense, and was taken", request)
		}
	}
}
