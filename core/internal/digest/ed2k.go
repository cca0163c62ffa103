package digest

import "hash"

// The hash of eDonkey, as eMule's documentation and RHash have it: MD4 of the file, if it is less
// than a chunk; else MD4 of the MD4 of all chunks. Behind the last whole chunk there is one more,
// which may be empty: so a file of exactly one chunk is no MD4 of its own. Older programs leave that
// one out, and have other digests for files of whole chunks: theirs are not computed.
var ed2kAlgorithm = Algorithm{
	Name: "ed2k", Title: "eDonkey", Tag: "ED2K", Aliases: []string{"ed2khash", "emule"},
	Size: md4Size, Strength: Broken, Named: true, New: func() hash.Hash { return newED2K() },
}

const ed2kChunk = 9_728_000 // in bytes

type ed2k struct {
	chunk  md4    // the one under way
	room   int    // for so many bytes in it
	chunks md4    // of the digests of whole ones
	whole  uint64 // how many there are
}

func newED2K() *ed2k {
	e := &ed2k{}
	e.Reset()
	return e
}

func (e *ed2k) Size() int { return md4Size }

func (e *ed2k) BlockSize() int { return md4Block }

func (e *ed2k) Reset() { *e = ed2k{chunk: newMD4(), room: ed2kChunk, chunks: newMD4()} }

func (e *ed2k) Write(p []byte) (int, error) {
	for left := p; len(left) > 0; {
		n := min(e.room, len(left))
		e.chunk.write(left[:n])
		left, e.room = left[n:], e.room-n
		if e.room == 0 {
			sum := e.chunk.sum()
			e.chunks.write(sum[:])
			e.chunk, e.room, e.whole = newMD4(), ed2kChunk, e.whole+1
		}
	}
	return len(p), nil
}

func (e *ed2k) Sum(sum []byte) []byte {
	last := e.chunk.sum()
	if e.whole > 0 {
		chunks := e.chunks
		chunks.rest = append([]byte(nil), chunks.rest...) // the caller may go on writing
		chunks.write(last[:])
		last = chunks.sum()
	}
	return append(sum, last[:]...)
}
