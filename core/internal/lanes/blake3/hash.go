package blake3

import (
	"hash"

	"checksig/internal/lanes"
)

// digest is BLAKE3 as a hash.Hash, on the portable kernel: a tree whose chunks
// come one at a time.
type digest struct {
	tree
	store [2 * Size]byte
	rest  []byte // of the message: at most a chunk, which may be the last
	jobs  []job
}

// New returns a hash for a stream of bytes.
func New() hash.Hash {
	d := &digest{}
	d.Reset()
	return d
}

func (d *digest) Reset() {
	*d = digest{rest: make([]byte, 0, chunk+block), jobs: make([]job, 0, 2)}
	d.values = d.store[:]
}

func (d *digest) Size() int { return Size }

func (d *digest) BlockSize() int { return block }

func (d *digest) Write(p []byte) (int, error) {
	for left := p; len(left) > 0; {
		if len(d.rest) == chunk {
			d.push()
		}
		n := min(chunk-len(d.rest), len(left))
		d.rest = append(d.rest, left[:n]...)
		left = left[n:]
	}
	return len(p), nil
}

// push makes the rest a leaf that is not the last.
func (d *digest) push() {
	d.next(false)
	d.hash(d.leaves(d.rest, 0, d.jobs[:0], nil))
	for jobs := d.pair(d.jobs[:0]); len(jobs) > 0; jobs = d.pair(d.jobs[:0]) {
		d.hash(jobs, nil)
	}
	d.grow(1)
	d.rest = d.rest[:0]
}

func (d *digest) Sum(sum []byte) []byte {
	end := *d // the caller may go on writing
	end.values, end.rest = end.store[:], append(make([]byte, 0, chunk+block), d.rest...)
	end.next(true)
	end.hash(end.leaves(end.rest, 0, nil, nil))
	for jobs := end.climb(nil); len(jobs) > 0; jobs = end.climb(nil) {
		end.hash(jobs, nil)
	}
	return append(sum, end.tail[:]...)
}

// hash hashes jobs, one after the other.
func (d *digest) hash(whole, partial []job) {
	for _, j := range append(whole, partial...) {
		var state lanes.State
		j.begin(&state)
		j.arm(&state, 0, len(j.data))
		compress(&state, j.data)
		j.store(&state)
	}
}

// Join returns the digest of the tree whose leaves are the parts.
func (family) Join(parts [][]byte) []byte {
	d := &digest{}
	for i, part := range parts {
		d.values = d.store[:]
		if i == len(parts)-1 {
			d.tail, d.ended = [Size]byte(part), true
			break
		}
		d.level, d.count = 0, 1
		copy(d.value(1), part)
		for jobs := d.pair(nil); len(jobs) > 0; jobs = d.pair(nil) {
			d.hash(jobs, nil)
		}
		d.grow(1)
	}
	for jobs := d.climb(nil); len(jobs) > 0; jobs = d.climb(nil) {
		d.hash(jobs, nil)
	}
	return d.tail[:]
}
