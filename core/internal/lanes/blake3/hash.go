package blake3

import (
	"hash"
	"runtime"

	"checksig/internal/lanes"
)

// most is how many chunks of a stream are hashed at a time: with more, the upper
// levels of the tree would take a hundredth less time, and their values more room.
const most = 256

// memories are for a chunk and for values, in the first two buffers.
var memories = lanes.NewPool(lanes.MaxLanes, most*Size)

// digest is BLAKE3 as a hash.Hash: a tree whose chunks come when they come.
type digest struct {
	tree
	on      lanes.On
	kernels []*lanes.Runner // nil until there is a chunk that is not the last
	store   [2 * Size]byte
	rest    []byte // of the message: at most a chunk, which may be the last
	jobs    []job
}

// New returns a hash for a stream of bytes, in plain Go.
func New() hash.Hash { return Algorithm.NewHash(lanes.None) }

// NewHash returns a hash for a stream of bytes, with the kernels that are on.
func (family) NewHash(on lanes.On) hash.Hash {
	d := &digest{on: on, rest: make([]byte, 0, chunk+block)}
	d.Reset()
	return d
}

func (d *digest) Reset() {
	*d = digest{on: d.on, kernels: d.kernels, rest: d.rest[:0], jobs: d.jobs[:0]}
}

func (d *digest) Size() int { return Size }

func (d *digest) BlockSize() int { return block }

func (d *digest) Write(p []byte) (int, error) {
	for left := d.fill(p); len(left) > 0; left = d.fill(left) {
		n := min((len(left)-1)/chunk, most-1) * chunk
		d.push(left[:n])
		left = left[n:]
	}
	return len(p), nil
}

// fill makes the rest a chunk, as far as there is one, and returns what is left.
func (d *digest) fill(p []byte) []byte {
	n := min(chunk-len(d.rest), len(p))
	d.rest = append(d.rest, p[:n]...)
	return p[n:]
}

// push makes leaves of the rest, which is a chunk, and of the chunks behind it. The
// last chunk of the message is not among them.
func (d *digest) push(chunks []byte) {
	memory := memories.Get()
	defer memories.Put(memory)
	e := d.engine(memory)
	d.next(false)
	jobs, _ := d.leaves(memory.Buffer(0)[:copy(memory.Buffer(0), d.rest)], d.jobs[:0], nil)
	d.rest = d.rest[:0]
	if len(chunks) > 0 {
		var pin runtime.Pinner // they lie wherever the caller has them
		pin.Pin(&chunks[0])
		defer pin.Unpin()
		done := e.many(len(chunks)/chunk, d.leaf(chunks[:chunk]), chunks, d.values[(1+d.count)*Size:], 1)
		d.count += done
		if from := done * chunk; from < len(chunks) {
			jobs, _ = d.leaves(chunks[from:], jobs, nil)
		}
	}
	new := d.count
	for e.run(jobs); d.count > 0; e.run(jobs) {
		jobs = d.pair(jobs[:0])
	}
	d.grow(new)
	clear(jobs[:cap(jobs)]) // of memory that is not ours any more
	d.jobs, d.values, d.many = jobs[:0], nil, nil
}

// engine returns an engine for the tree, which hashes in some memory.
func (d *digest) engine(memory *lanes.Memory) *engine {
	if d.kernels == nil {
		d.kernels = lanes.Runners(choose, d.on, lanes.Widest(choose, d.on))
	}
	e := &engine{memory, d.kernels}
	values := memory.Buffer(1)
	d.values, d.many = values[:len(values)+Size], e.many
	return e
}

func (d *digest) Sum(sum []byte) []byte {
	end := *d // the caller may go on writing
	end.values, end.rest = end.store[:], append(make([]byte, 0, chunk+block), d.rest...)
	end.next(true)
	end.hash(end.leaves(end.rest, nil, nil))
	for jobs := end.climb(nil); len(jobs) > 0; jobs = end.climb(nil) {
		end.hash(jobs, nil)
	}
	return append(sum, end.tail[:]...)
}

// hash hashes jobs, one after the other, in plain Go.
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
