package work

import (
	"cmp"
	"sync/atomic"
	"time"

	"checksig/internal/tree"
)

// Who watches a run wants to know how much there is to read long before the last file is
// opened. Sizes that are listed are known at once. The others are asked for while the
// workers are at work, ahead of them.

// surveyAfter is how long a run goes on before anybody asks: most are over by then.
const surveyAfter = 200 * time.Millisecond

// surveyorsOf says how many ask a device at a time, as readersOf does.
var surveyorsOf = map[tree.Device]int{tree.Flash: 2, tree.Spinning: 1, tree.Network: 16}

// expect says how many bytes are to be read of a file, of which whoever says so has
// counted some before.
func (c *crew) expect(i int, before, now int64) {
	if c.sizes != nil {
		// One more, since 0 means that nobody has said.
		before = max(c.sizes[i].Swap(now+1)-1, 0)
	}
	if now != before {
		c.run.tally.totalBytes.Add(now - before)
	}
}

// surveyed does the work of a crew while others find out how much it is.
func (c *crew) surveyed(device tree.Device, work func() error) error {
	if !c.run.reading.Sizes {
		return work()
	}
	c.sizes = make([]atomic.Int64, len(c.entries))
	unknown := c.takeListed()
	if unknown == 0 {
		c.run.tally.found.Store(true)
		return work()
	}
	over, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- c.survey(min(surveyorsOf[device], unknown), over) }()
	err := work()
	close(over)
	// A fault of a surveyor is the cause: it ends the work.
	return cmp.Or(<-ended, err)
}

// takeListed takes the sizes that are listed, and returns how many are not.
func (c *crew) takeListed() (unknown int) {
	for i := range c.entries {
		if size, known := c.toRead(i, c.entries[i].Size); known {
			c.expect(i, 0, size)
		} else {
			unknown++
		}
	}
	return unknown
}

// toRead returns how many bytes are read of a file if it has a size, which is -1 if
// nobody knows.
func (c *crew) toRead(i int, size int64) (n int64, known bool) {
	e := &c.entries[i]
	if _, refused := c.judge.Refusal(e); refused || e.Link || e.Bare {
		return 0, true
	}
	if _, settled := c.judge.ResultBySize(e, size); settled {
		return 0, true
	}
	return size, size >= 0
}

// survey asks for the sizes that nobody has said yet, until the work is over.
func (c *crew) survey(surveyors int, over <-chan struct{}) error {
	select {
	case <-time.After(surveyAfter):
	case <-over:
		return nil
	}
	source := newFeed(len(c.entries), surveyors)
	err := c.run.group(source.workers, func() error {
		size, closeSizer := c.sizers()
		defer closeSizer()
		var own share
		for {
			i, answer := source.take(&own, 0)
			if answer != taken {
				return nil
			}
			if c.sizes[i].Load() == 0 {
				c.suppose(i, size(c.entries[i].Name))
			}
			select {
			case <-over:
				return nil
			case <-c.run.ctx.Done():
				return nil
			default:
			}
		}
	})
	c.run.tally.found.Store(err == nil)
	return err
}

// suppose is expect for what a worker may know better by now. It counts first, so that the
// total is never less than what was read.
func (c *crew) suppose(i int, size int64) {
	n, _ := c.toRead(i, size)
	n = max(n, 0)
	c.run.tally.totalBytes.Add(n)
	if !c.sizes[i].CompareAndSwap(0, n+1) {
		c.run.tally.totalBytes.Add(-n)
	}
}
