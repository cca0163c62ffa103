package digest

import (
	"crypto/sha256"
	"hash"
	"math/bits"
)

// BEP 52, "pieces root": the root of a binary tree of SHA-256 over blocks of 16 KiB, of which the
// last may be shorter. Leaves that are missing to a power of two are zero. A file without bytes has no
// root there: here it is one missing leaf, so that a list can hold it.
var bittorrentAlgorithm = Algorithm{
	Name: "bittorrent-v2", Title: "BitTorrent v2", Tag: "BITTORRENT-V2", Aliases: []string{"btv2"},
	Size: sha256.Size, Strength: Strong, Named: true, New: func() hash.Hash { return &merkle{} },
}

const merkleBlock = 16 << 10 // in bytes

type node = [sha256.Size]byte

// merkle has the roots of whole trees so far, as a binary counter has ones.
type merkle struct {
	roots  [64]node // that of a tree of 1<<i leaves is there if that bit of leaves is set
	leaves uint64
	blocks
}

func (m *merkle) Size() int { return sha256.Size }

func (m *merkle) BlockSize() int { return merkleBlock }

func (m *merkle) Reset() { *m = merkle{} }

func (m *merkle) Write(p []byte) (int, error) {
	m.take(p, merkleBlock, func(whole []byte) {
		for ; len(whole) > 0; whole = whole[merkleBlock:] {
			m.add(whole[:merkleBlock])
		}
	})
	return len(p), nil
}

// add takes a block: it is a tree, which joins those that are as large, one after the other.
func (m *merkle) add(block []byte) {
	root := sha256.Sum256(block)
	level := 0
	for ; m.leaves>>level&1 == 1; level++ {
		root = parent(m.roots[level], root)
	}
	m.roots[level] = root
	m.leaves++
}

// Sum adds to a copy: the caller may go on writing.
func (m *merkle) Sum(sum []byte) []byte {
	all := *m
	if len(all.rest) > 0 {
		all.add(all.rest)
	}
	root := all.root()
	return append(sum, root[:]...)
}

// root returns that of all leaves, with those that are missing behind them.
func (m *merkle) root() (root node) {
	if m.leaves == 0 {
		return root
	}
	level := bits.TrailingZeros64(m.leaves)
	root = m.roots[level]
	var missing node // the root of as many missing leaves
	for range level {
		missing = parent(missing, missing)
	}
	// The number of trees before the last one, which may have missing leaves.
	for before := m.leaves>>level - 1; before > 0; before >>= 1 {
		if before&1 == 1 {
			root = parent(m.roots[level], root)
		} else {
			root = parent(root, missing)
		}
		missing = parent(missing, missing)
		level++
	}
	return root
}

func parent(left, right node) node {
	var both [2 * sha256.Size]byte
	copy(both[copy(both[:], left[:]):], right[:])
	return sha256.Sum256(both[:])
}
