package main

import (
	"cmp"
	"encoding/binary"
	"hash"
	"slices"

	"checksig/internal/lanes"
)

// batch is the next bytes of several streams, which lie in memory of C.
type batch struct {
	rows    []piece
	unknown bool // one of the handles is none of a hasher
}

// piece is the next bytes of one of them.
type piece struct {
	handle int64
	hasher *hasher
	data   []byte
}

// pieceSize is the length in bytes of a row of the table: the handle of a hasher, where its bytes
// begin, and how many they are, as numbers of 64 bits.
const pieceSize = 24

// newBatch returns the batch of a table of checksig_update_each, which lie in data; nil if it makes
// no sense.
func newBatch(table, data []byte) *batch {
	if len(table)%pieceSize != 0 {
		return nil
	}
	b := &batch{rows: make([]piece, 0, len(table)/pieceSize)}
	for ; len(table) > 0; table = table[pieceSize:] {
		handle := int64(binary.LittleEndian.Uint64(table))
		start, length := binary.LittleEndian.Uint64(table[8:]), binary.LittleEndian.Uint64(table[16:])
		if start > uint64(len(data)) || length > uint64(len(data))-start {
			return nil
		}
		h, ok := residents.get(handle).(*hasher)
		b.unknown = b.unknown || !ok
		b.rows = append(b.rows, piece{handle, h, data[start : start+length]})
	}
	// Two calls lock their hashers in the same order, so that none waits for the other.
	slices.SortFunc(b.rows, func(x, y piece) int { return cmp.Compare(x.handle, y.handle) })
	for i := range b.rows[min(1, len(b.rows)):] {
		if b.rows[i].handle == b.rows[i+1].handle {
			return nil
		}
	}
	return b
}

// update hashes all pieces, and reports whether it did.
func (b *batch) update() bool {
	if len(b.rows) == 1 { // several algorithms have a core each then
		return b.rows[0].hasher.update(b.rows[0].data)
	}
	for _, row := range b.rows {
		row.hasher.mu.Lock()
		defer row.hasher.mu.Unlock()
		if row.hasher.broken {
			return false
		}
	}
	b.markBroken(true) // for as long as the hashes may not be at the same place
	var hashes []hash.Hash
	var data [][]byte
	for _, row := range b.rows {
		if row.hasher.fault {
			panic("a fault that a test asked for")
		}
		for _, each := range row.hasher.hashes {
			hashes, data = append(hashes, each), append(data, row.data)
		}
	}
	lanes.WriteEach(hashes, b.on, data)
	b.markBroken(false)
	return true
}

func (b *batch) markBroken(broken bool) {
	for _, row := range b.rows {
		row.hasher.broken = broken
	}
}

// on reports whether no stream is to be hashed without a kernel.
func (b *batch) on(k *lanes.Kernel) bool {
	for _, row := range b.rows {
		if !row.hasher.on(k) {
			return false
		}
	}
	return true
}
