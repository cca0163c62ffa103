package lanes

import "hash"

// chain is a stream of bytes that are hashed by one kernel.
type chain struct {
	algorithm *Algorithm
	compress  Compress
	size      int
	state     State
	rest      []byte // not hashed yet: the last block may have to know that it is
	length    uint64
}

// NewHash makes an Algorithm a Family.
func (a *Algorithm) NewHash(on On) hash.Hash {
	return NewHash(a, a.Choose(on, 1))
}

// NewHash returns a hash for a stream of bytes that computes an Algorithm by a
// kernel.
func NewHash(a *Algorithm, kernel *Kernel) hash.Hash {
	c := &chain{algorithm: a, compress: kernel.alone(a.Block), size: len(a.Sum(nil, &State{}))}
	c.Reset()
	return c
}

func (c *chain) Reset() {
	c.state, c.length = c.algorithm.Init, 0
	if c.rest == nil {
		c.rest = make([]byte, 0, c.algorithm.Block+padding)
	}
	c.rest = c.rest[:0]
}

func (c *chain) Size() int { return c.size }

func (c *chain) BlockSize() int { return c.algorithm.Block }

func (c *chain) Write(p []byte) (int, error) {
	c.length += uint64(len(p))
	for left := p; len(left) > 0; {
		if len(c.rest) == c.algorithm.Block {
			c.compress(&c.state, c.rest)
			c.rest = c.rest[:0]
		}
		if len(c.rest) == 0 && len(left) > c.algorithm.Block {
			n := (len(left) - 1) / c.algorithm.Block * c.algorithm.Block
			c.compress(&c.state, left[:n])
			left = left[n:]
		}
		n := min(c.algorithm.Block-len(c.rest), len(left))
		c.rest = append(c.rest, left[:n]...)
		left = left[n:]
	}
	return len(p), nil
}

func (c *chain) Sum(sum []byte) []byte {
	state := c.state // the caller may go on writing
	rest := append(make([]byte, 0, len(c.rest)+padding), c.rest...)
	c.compress(&state, c.algorithm.Pad(&state, rest, c.length))
	return c.algorithm.Sum(sum, &state)
}
