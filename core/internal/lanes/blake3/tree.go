package blake3

import (
	"math/bits"

	"checksig/internal/lanes"
)

// tree is the tree of one message, which grows from the left.
type tree struct {
	message lanes.Message
	part    bool   // of a longer message: its value is no digest
	base    uint64 // the chunks of the message before the part
	// chunks counts those that are in the tree. All are, until the message ends:
	// its last chunk has no parent before it is known to be the last.
	chunks uint64
	// edge holds, for each level, the value that waits for its right neighbour.
	// One does where chunks has a one bit.
	edge [54][Size]byte
	tail [Size]byte // of the last chunk, and then of ever larger trees that end with it
	rest uint64     // of chunks: the levels that wait for the tail
	// values are the new ones on the level that is being paired: count of them,
	// from the second on. The first is room for the one that waits. Parents are
	// hashed right where the values of their children lie.
	values []byte
	count  int
	level  int
	ended  bool
	lost   bool
	left   []byte // room for what a piece leaves
	// many does many jobs at once, if there is an engine that can: see engine.many.
	many func(count int, j job, data, values []byte, step int) int
}

// next makes ready for the next piece.
func (t *tree) next(ended bool) {
	t.level, t.count, t.ended = 0, 0, ended
}

// leaf is the job of the next chunk, which is not the last.
func (t *tree) leaf(data []byte) job {
	return job{
		data: data, counter: t.base + t.chunks + uint64(t.count),
		first: chunkStart, last: chunkEnd, length: block, from: t,
	}
}

// leaves appends the chunks of what is left of a piece to jobs. Those that are
// whole and those that are not go apart, so that lanes have the same number of
// blocks.
func (t *tree) leaves(piece []byte, whole, partial []job) (_, _ []job) {
	for at := 0; at < len(piece) || at == 0 && t.ended; at += chunk {
		j := t.leaf(piece[at:min(at+chunk, len(piece))])
		if t.ended && at+chunk >= len(piece) {
			j.value = t.tail[:]
			if j.counter == 0 && !t.part {
				j.last |= root
			}
		} else {
			t.count++
			j.value = t.value(t.count)
		}
		if len(j.data) == chunk {
			whole = append(whole, j)
		} else {
			j.data, j.length = filled(j.data)
			partial = append(partial, j)
		}
	}
	return whole, partial
}

// filled fills the last block up with zeros, and returns how long it was.
func filled(data []byte) ([]byte, int) {
	n := len(data)
	whole := data[:max((n+block-1)/block, 1)*block]
	clear(whole[n:])
	return whole, n - len(whole) + block
}

// pair appends the parents of the values on a level to jobs, but for those that
// many does at once. They take the place of the values.
func (t *tree) pair(jobs []job) []job {
	if t.count == 0 {
		return jobs
	}
	from, to := 1, 1+t.count
	if t.chunks>>t.level&1 == 1 {
		from = 0
		copy(t.value(0), t.edge[t.level][:])
	}
	if (to-from)%2 == 1 {
		copy(t.edge[t.level][:], t.value(to-1))
	}
	t.count = (to - from) / 2
	done := 0
	if t.count > 0 && t.many != nil {
		done = t.many(t.count, t.parent(from, nil, 0), t.values[from*Size:], t.values[Size:], 0)
	}
	for i := done; i < t.count; i++ {
		jobs = append(jobs, t.parent(from+2*i, t.value(1+i), 0))
	}
	t.level++
	return jobs
}

// grow counts the chunks of a piece whose values have all been paired.
func (t *tree) grow(n int) {
	t.chunks += uint64(n)
	t.rest = t.chunks
}

// climb appends to jobs the next parent of the tail, if it has one.
func (t *tree) climb(jobs []job) []job {
	if !t.ended || t.rest == 0 {
		return jobs
	}
	level := bits.TrailingZeros64(t.rest)
	t.rest &= t.rest - 1
	copy(t.value(0), t.edge[level][:])
	copy(t.value(1), t.tail[:])
	flags := uint32(0)
	if t.rest == 0 && !t.part {
		flags = root
	}
	return append(jobs, t.parent(0, t.tail[:], flags))
}

// value returns where the new value i lies.
func (t *tree) value(i int) []byte {
	return t.values[i*Size : (i+1)*Size]
}

// parent is the job of a parent of the new values i and i+1.
func (t *tree) parent(i int, to []byte, flags uint32) job {
	return job{data: t.values[i*Size : (i+2)*Size], first: parent, last: flags, length: block, value: to, from: t}
}
