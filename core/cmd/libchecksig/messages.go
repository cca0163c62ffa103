package main

import (
	"bytes"
	"encoding/binary"

	"checksig"
	"checksig/internal/digest"
	"checksig/internal/lanes"
)

// messages are whole messages that lie in memory of C, and the digests to compute of them.
type messages struct {
	algorithms []*checksig.Algorithm
	on         lanes.On
	data       [][]byte // of each
	fault      bool     // for tests
}

// rowSize is the length in bytes of a row of the table behind the header: where a message begins,
// and its length, as numbers of 64 bits.
const rowSize = 16

// newMessages returns the messages of a request of checksig_hash, which lie in data; nil if it
// makes no sense.
func newMessages(request, data []byte) *messages {
	line, table, found := bytes.Cut(request, []byte("\n"))
	header, algorithms, on := parseHasher(line)
	if !found || algorithms == nil || len(table)%rowSize != 0 {
		return nil
	}
	m := &messages{algorithms: algorithms, on: on, fault: header.Fault, data: make([][]byte, 0, len(table)/rowSize)}
	for ; len(table) > 0; table = table[rowSize:] {
		start, length := binary.LittleEndian.Uint64(table), binary.LittleEndian.Uint64(table[8:])
		if start > uint64(len(data)) || length > uint64(len(data))-start {
			return nil
		}
		m.data = append(m.data, data[start:start+length])
	}
	return m
}

// size is the length in bytes of all digests.
func (m *messages) size() int { return len(m.data) * digest.Sizes(m.algorithms) }

// hash writes the digests to out.
func (m *messages) hash(out []byte) {
	if m.fault {
		panic("a fault that a test asked for")
	}
	digest.Each(m.algorithms, m.on, m.data, out)
}
