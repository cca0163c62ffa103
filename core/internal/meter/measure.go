// Package meter measures what the speed of a run is made of.
package meter

import (
	"time"

	"checksig/internal/digest"
	"checksig/internal/lanes"
	"checksig/internal/tree"
	"checksig/internal/verdict"
	"checksig/internal/work"
)

// The quantities that Measure measures, each on one core: the names of its results, whose Size
// is the value. Rates are in bytes per second.
const (
	KernelRate = "kernel" // of hashing what is in the cache, in all lanes
	StreamRate = "stream" // of hashing one message there
	PartBytes  = "part"   // no rate: the length of the parts in which all cores hash a large file
	CopyRate   = "copy"   // of reading files in memory into the buffers of lanes
	MappedRate = "mapped" // of mapping files in memory and hashing them, in all lanes
	OpenTime   = "open"   // in nanoseconds, of opening a file in memory, reading its first FirstRead bytes, and closing it
	RingTime   = "ring"   // the same for files that are opened and read many at a time, with RingRead bytes
)

const (
	// Spend is how long each measurement is repeated. The best stretch counts:
	// what else the machine does can only make it slower.
	Spend   = 150 * time.Millisecond
	stretch = 10 * time.Millisecond
)

// Measure measures what the speed of a run with an algorithm is made of, with files
// beneath dir.
func Measure(r *work.Run, dir *tree.Root, algorithm *digest.Algorithm) error {
	r.Uses(algorithm)
	m := &meter{run: r, algorithm: algorithm, finder: dir.Finder(), results: r.Outbox()}
	defer m.finder.Close()
	for _, measure := range []func() error{
		m.kernel, m.stream, m.part,
		func() error { return m.gather(dir) }, m.copying, m.mapping, m.opening,
		func() error { return m.ringing(dir) },
	} {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}

// meter measures, in one goroutine.
type meter struct {
	run       *work.Run
	algorithm *digest.Algorithm
	finder    *tree.Finder
	results   work.Outbox
	sample    sample
}

// emit passes a value on at once, if it is known.
func (m *meter) emit(name string, value float64, text string) error {
	if value <= 0 {
		return nil
	}
	result := verdict.Result{
		Name: name, Status: verdict.OK, Algorithm: m.algorithm, Size: int64(value), Text: text,
	}
	if err := m.results.Emit(result); err != nil {
		return err
	}
	return m.results.Flush()
}

// best repeats work, which returns what it got done and how long that took, and
// returns how much a second brought in the best stretch; 0 if there is none.
func (m *meter) best(work func() (done int64, took time.Duration)) (rate float64, err error) {
	var done int64
	var took time.Duration
	for end := time.Now().Add(Spend); ; {
		n, t := work()
		if err := m.run.Context().Err(); err != nil {
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
	set := m.algorithm.Set(m.run.Kernels())
	defer set.Close()
	live := 0
	var hashed int64
	for ; !set.Full(); live++ {
		set.Start(&endless{hashed: &hashed})
	}
	return m.hashing(KernelRate, set, live, &hashed)
}

// stream measures hashing one message.
func (m *meter) stream() error {
	set := m.algorithm.Set(m.run.Kernels())
	defer set.Close()
	var hashed int64
	set.Start(&endless{hashed: &hashed})
	return m.hashing(StreamRate, set, 1, &hashed)
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

	if m.algorithm.Lanes == nil {
		return m.algorithm.Name + "/standard"
	}
	if _, ok := m.algorithm.Lanes.(lanes.Splitter); ok {
		live = lanes.MaxLanes // one message is enough for all lanes
	}
	return m.algorithm.Lanes.Pick(m.run.Kernels(), live).Name
}

// part reports whether one large file can keep all cores busy.
func (m *meter) part() error {
	if _, ok := m.algorithm.Lanes.(lanes.Splitter); !ok {
		return nil
	}
	return m.emit(PartBytes, work.PartSize, "")
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
