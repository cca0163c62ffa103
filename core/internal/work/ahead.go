package work

import (
	"cmp"
	"math"
	"slices"
	"time"

	"checksig/internal/claim"
	"checksig/internal/tree"
)

// Files that are not in the page cache come from a device that is much slower
// than the workers, and that mostly wants many requests at a time, or else one
// and no other. So files are read by readers, ahead of the workers, who get them
// when they are there.

// readersOf says how many readers a device wants. Measured: flash gives 1.3 GB/s
// to sixteen readers and more, and 0.3 to one; a spinning disk loses half of its
// rate to four; a network file system takes 16 to 64 files at a time.
var readersOf = map[tree.Device]int{tree.Flash: 32, tree.Spinning: 1, tree.Network: 16}

const (
	// readStep is how much a reader asks for at a time, in bytes, and lookStep
	// how much of it arrives before the reader looks up.
	readStep = 1 << 20
	lookStep = 256 << 10
	// aheadOf is how far readers are ahead of the workers, in bytes. It is no
	// promise: a file that fails is never done.
	aheadOf  = 128 << 20
	patience = 50 * time.Millisecond
	// samples is how many files are asked whether they are in the page cache.
	samples = 64
)

// span is what a reader reads of a file before a worker may have it.
type span struct {
	entry          *claim.Entry
	offset, length int64
	// late is the size in bytes from which the worker only notes the file.
	late int64
}

// cold reports whether readers are needed for a list of files.
func (c *crew) cold(open opener) bool {
	if c.run.reading.Readers > 0 || c.run.reading.DropCache {
		return true
	}
	asked, missing := 0, 0
	for i := 0; i < len(c.entries); i += max(1, len(c.entries)/samples) {
		if c.entries[i].Algorithm == nil {
			continue
		}
		if file, err := open(c.entries[i].Name); err == nil {
			asked++
			if !file.Cached() {
				missing++
			}
			file.Close()
		}
	}
	// A few that are missing are read sooner than readers are at work.
	return missing*8 > asked
}

// readers returns the number of readers.
func (c *crew) readers(device tree.Device) int {
	if c.run.reading.Readers > 0 {
		return min(c.run.reading.Readers, maxWorkers)
	}
	return readersOf[device]
}

// readAhead makes a feed hand out what readers have read, in that order. What it
// returns waits for the readers, and returns their error.
func (c *crew) readAhead(f *feed, p pass, n int) (wait func() error) {
	f.ready = make(chan int, 4*maxWorkers)
	source := newFeed(len(p.order), n)
	ended := make(chan error, 1)
	go func() {
		defer close(f.ready)
		ended <- c.run.group(source.workers, func() error {
			open, closeOpener := c.openers()
			defer closeOpener()
			var own share
			for {
				i, answer := source.take(&own, 0)
				if answer != taken {
					return nil
				}
				if err := c.read(f, p.order[i], p.span(p.order[i]), open); err != nil {
					return err
				}
			}
		})
	}()
	return func() error { return <-ended }
}

// read reads a span, and offers its number to the workers. What is wrong with a
// file is for the worker to say.
func (c *crew) read(f *feed, i int, s span, open opener) error {
	if _, refused := c.judge.Refusal(s.entry); !refused {
		if file, err := open(s.entry.Name); err == nil {
			defer file.Close()
			s.length = min(s.length, file.Size()-s.offset)
			if c.run.reading.DropCache && s.offset == 0 {
				file.Drop()
			}
			if file.Size() >= s.late {
				s.length = 0
			}
			if s.length > PartSize {
				// It takes long, and would fill the space between readers and
				// workers: they read it together.
				if err := c.offer(f, i); err != nil {
					return err
				}
				return c.fetch(&file, s)
			}
			if err := c.fetch(&file, s); err != nil {
				return err
			}
		}
	}
	return c.offer(f, i)
}

func (c *crew) offer(f *feed, i int) error {
	select {
	case f.ready <- i:
		return nil
	case <-c.run.ctx.Done():
		return c.run.ctx.Err()
	}
}

// fetch brings a span of a file into the page cache.
func (c *crew) fetch(file *tree.File, s span) error {
	for end := s.offset + s.length; s.offset < end; s.offset += readStep {
		for begun := time.Now(); c.ahead.Load()-c.run.tally.bytes.Load() > aheadOf && time.Since(begun) < patience; {
			time.Sleep(time.Millisecond)
			if err := c.run.ctx.Err(); err != nil {
				return err
			}
		}
		n := min(readStep, end-s.offset)
		rest(c.run.ctx, c.run.fetched.book(n))
		c.ahead.Add(n)
		file.Request(s.offset, n)
		for at := s.offset; at < s.offset+n; at += lookStep {
			file.Await(min(at+lookStep, s.offset+n))
			if err := c.run.ctx.Err(); err != nil {
				return err
			}
		}
	}
	return c.run.ctx.Err()
}

// inPlace returns the numbers of entries in the order in which their files lie
// on the device.
func (c *crew) inPlace(open opener) ([]int, error) {
	order, places := sequence(len(c.entries)), make([]int64, len(c.entries))
	for i := range c.entries {
		if c.entries[i].Algorithm == nil {
			continue
		}
		if file, err := open(c.entries[i].Name); err == nil {
			places[i] = file.Place()
			file.Close()
		}
		if err := c.run.ctx.Err(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a], places[b]) })
	return order, nil
}

// sequence returns the numbers from 0 to n-1.
func sequence(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// never is a size that no file has.
const never = math.MaxInt64
