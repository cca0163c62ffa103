package checksig

import (
	"context"
	"time"

	"checksig/internal/lanes"
	"checksig/internal/tree"
)

// What Measure measures, each on one core: the names of its results, whose Size
// is the value. Rates are in bytes per second.
const (
	kernelRate = "kernel" // of hashing what is in the cache, in all lanes
	streamRate = "stream" // of hashing one message there
	partBytes  = "part"   // no rate: the length of the parts in which all cores hash a large file
	copyRate   = "copy"   // of reading files in memory into the buffers of lanes
	touchRate  = "touch"  // of looking at files in memory through a mapping
	openTime   = "open"   // in nanoseconds, of opening, reading and closing a small file in memory
)

const (
	// spend is how long each measurement is repeated. The best stretch counts:
	// what else the machine does can only make it slower.
	spend   = 150 * time.Millisecond
	stretch = 10 * time.Millisecond
)

// Measure measures what the speed of a run is made of, on this machine, with
// the kernels that are on, and on files below the directory root. It writes
// nothing: what the files there do not allow to be measured has no result.
func Measure(ctx context.Context, root string, opts Options) *Run {
	opts.KeepOK = true
	return start(ctx, opts, func(r *Run) error {
		if len(opts.Algorithms) == 0 {
			return errNoAlgorithm
		}
		dir, err := openRoot(root, opts)
		if err != nil {
			return err
		}
		defer dir.Close()
		r.note([]Entry{{Algorithm: opts.Algorithms[0]}})
		return r.measure(dir)
	})
}

func (r *Run) measure(dir *tree.Root) error {
	m := &meter{run: r, finder: dir.Finder(), results: r.worker(nil)}
	defer m.finder.Close()
	for _, measure := range []func() error{
		m.kernel, m.stream, m.part,
		func() error { return m.gather(dir) }, m.copying, m.touching, m.opening,
	} {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}

// meter measures, in one goroutine.
type meter struct {
	run     *Run
	finder  *tree.Finder
	results *worker
	sample  sample
}

// emit passes a value on at once, if it is known.
func (m *meter) emit(name string, value float64, text string) error {
	if value <= 0 {
		return nil
	}
	result := Result{
		Name: name, Status: OK, Algorithm: m.run.opts.Algorithms[0], Size: int64(value), Text: text,
	}
	if err := m.results.emit(result); err != nil {
		return err
	}
	return m.results.flush()
}

// best repeats work, which returns what it got done and how long that took, and
// returns how much a second brought in the best stretch; 0 if there is none.
func (m *meter) best(work func() (done int64, took time.Duration)) (rate float64, err error) {
	var done int64
	var took time.Duration
	for end := time.Now().Add(spend); ; {
		n, t := work()
		if err := m.run.ctx.Err(); err != nil {
			return 0, err
		}
		done, took = done+n, took+t
		over := time.Now().After(end)
		if took >= stretch || over && rate == 0 && done > 0 {
			rate = max(rate, float64(done)/took.Seconds())
			done, took = 0, 0
		}
		if over {
			return rate, nil
		}
	}
}

// kernel measures hashing with a message in each lane.
func (m *meter) kernel() error {
	set := m.run.opts.Algorithms[0].Set(m.run.on)
	defer set.Close()
	live := 0
	var hashed int64
	for ; !set.Full(); live++ {
		set.Start(&endless{hashed: &hashed})
	}
	return m.hashing(kernelRate, set, live, &hashed)
}

// stream measures hashing one message.
func (m *meter) stream() error {
	set := m.run.opts.Algorithms[0].Set(m.run.on)
	defer set.Close()
	var hashed int64
	set.Start(&endless{hashed: &hashed})
	return m.hashing(streamRate, set, 1, &hashed)
}

func (m *meter) hashing(name string, set lanes.Set, live int, hashed *int64) error {
	rate, err := m.best(func() (int64, time.Duration) {
		before, began := *hashed, time.Now()
		for *hashed-before < 256<<10 {
			set.Step()
		}
		return *hashed - before, time.Since(began)
	})
	if err != nil {
		return err
	}
	return m.emit(name, rate, m.kernelFor(live))
}

// kernelFor returns the name of the kernel for so many messages.
func (m *meter) kernelFor(live int) string {
	algorithm := m.run.opts.Algorithms[0]
	if algorithm.Lanes == nil {
		return algorithm.Name + "/standard"
	}
	if _, ok := algorithm.Lanes.(lanes.Splitter); ok {
		live = lanes.MaxLanes // one message is enough for all lanes
	}
	return algorithm.Lanes.Pick(m.run.on, live).Name
}

// part reports whether one large file can keep all cores busy.
func (m *meter) part() error {
	if _, ok := m.run.opts.Algorithms[0].Lanes.(lanes.Splitter); !ok {
		return nil
	}
	return m.emit(partBytes, partSize, "")
}

// endless is a message of what lies in its lane's buffer, over and over.
type endless struct {
	hashed *int64 // bytes of all messages
	filled bool
}

// Piece is called by the lane for the next bytes.
func (e *endless) Piece(buffer []byte) (piece []byte, last bool, err error) {
	// Pages that nobody wrote to are all the same page of zeros, and a processor
	// is faster, or slower, with one page than with many.
	for i := 0; !e.filled && i < len(buffer); i++ {
		buffer[i] = byte(i)
	}
	e.filled = true
	*e.hashed += int64(len(buffer))
	return buffer, false, nil
}

// Done is never called: there is no end.
func (e *endless) Done([]byte, error) {}
