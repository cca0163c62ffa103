package main

import (
	"encoding/binary"
	"strings"
	"testing"

	"checksig/internal/lanes"
)

// requestOf packs a request of checksig_hash.
func requestOf(header string, numbers ...uint64) []byte {
	request := []byte(header + "\n")
	for _, number := range numbers {
		request = binary.LittleEndian.AppendUint64(request, number)
	}
	return request
}

const md5Header = `{"algorithms": ["md5"]}`

func TestMessagesMustLieInTheData(t *testing.T) {
	data := []byte("abcdef")
	for _, numbers := range [][]uint64{
		{0, 7}, {6, 1}, {7, 0}, {1, 6}, {1 << 63, 0}, {0, 1 << 63}, {6, 1<<64 - 6}, {1<<64 - 1, 2}, {0, 1, 5, 2}, {0}, {0, 1, 2},
	} {
		if newMessages(requestOf(md5Header, numbers...), data) != nil {
			t.Errorf("%d was taken", numbers)
		}
	}
	m := newMessages(requestOf(md5Header, 0, 6, 6, 0, 2, 3, 2, 3), data)
	if m == nil || m.size() != 4*16 || string(m.data[0]) != "abcdef" || len(m.data[1]) != 0 || string(m.data[3]) != "cde" {
		t.Errorf("%+v", m)
	}
	if none := newMessages(requestOf(md5Header), nil); none == nil || none.size() != 0 {
		t.Errorf("no messages: %+v", none)
	}
}

func TestARequestForMessagesHasToMakeSense(t *testing.T) {
	for _, header := range []string{
		"", "nonsense", "{}", `{"algorithms": []}`, `{"algorithms": ["sha0"]}`, `{"algorithms": ["md5"], "disable": "no/such"}`,
	} {
		if newMessages(requestOf(header, 0, 1), []byte("a")) != nil {
			t.Errorf("%q was taken", header)
		}
	}
	if newMessages([]byte(md5Header), []byte("a")) != nil {
		t.Error("a header without an end was taken")
	}
}

func FuzzMessages(f *testing.F) {
	f.Add(requestOf(md5Header, 0, 6, 1, 2), 6)
	f.Add(requestOf(`{"algorithms": ["sha1", "crc32"]}`, 1<<64-1, 1), 1)
	memory := lanes.NewMemory(1, 1<<16)
	f.Cleanup(memory.Free)
	f.Fuzz(func(t *testing.T, request []byte, n int) {
		if n < 0 || n > 1<<16 || strings.Contains(string(request), "fault") {
			return
		}
		m := newMessages(request, memory.Buffer(0)[:n])
		if m == nil || m.size() > 1<<20 {
			return
		}
		m.hash(make([]byte, m.size()))
	})
}
