package checksig

import (
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"strings"
	"time"

	"checksig/internal/sums"
	"checksig/internal/tree"
)

// blockSize is how much is read at a time, in bytes: it fits the second-level
// cache, and at 1 GB/s a cancelled run stops within a millisecond.
const blockSize = 128 << 10

// flushAfter bounds how long a result waits for its batch to fill up.
const flushAfter = 50 * time.Millisecond

// worker is what one goroutine needs to check files, one after the other.
type worker struct {
	run     *Run
	open    func(name string) (*tree.File, error)
	size    func(name string) (int64, error)
	hashes  map[*Algorithm]hash.Hash
	block   []byte
	sum     []byte
	digits  []byte // the sum in hexadecimal
	line    []byte // of a list that is made
	batch   []Result
	flushed time.Time
}

func (r *Run) worker(open func(name string) (*tree.File, error)) *worker {
	return &worker{run: r, open: open, hashes: make(map[*Algorithm]hash.Hash), flushed: time.Now()}
}

// measure returns the size of an entry's file. An entry that has none, or no
// use for one, is settled with that: its size is -1.
func (w *worker) measure(e *Entry) (int64, error) {
	if e.Algorithm == nil {
		return -1, w.emit(unsupported(*e))
	}
	size, err := w.size(e.Name)
	if err != nil {
		return -1, w.emit(failure(*e, err))
	}
	w.run.totalBytes.Add(size)
	return size, w.run.ctx.Err()
}

// check reads and judges the file of an entry. Its error ends the run; what is
// wrong with the file is in the result.
func (w *worker) check(e *Entry) error {
	if w.run.opts.Fault {
		panic("a fault that a test asked for")
	}
	sum, size, err := w.digest(e)
	if ended := w.run.ctx.Err(); ended != nil {
		return ended
	}
	if err != nil {
		result := failure(*e, err)
		result.Size = size
		return w.emit(result)
	}
	return w.emit(w.judge(e, sum, size))
}

// digest reads the whole file of an entry. The sum is valid until the next call.
func (w *worker) digest(e *Entry) (sum []byte, size int64, err error) {
	file, err := w.open(e.Name)
	if err != nil {
		return nil, -1, err
	}
	defer file.Close()
	h := w.hash(e.Algorithm)
	if w.block == nil {
		w.block = make([]byte, blockSize)
	}
	for {
		n, err := file.Read(w.block)
		h.Write(w.block[:n])
		size += int64(n)
		w.run.bytes.Add(int64(n))
		if err == io.EOF {
			w.sum = h.Sum(w.sum[:0])
			return w.sum, size, nil
		}
		if err == nil {
			err = w.run.ctx.Err()
		}
		if err != nil {
			return nil, size, err
		}
	}
}

func (w *worker) hash(a *Algorithm) hash.Hash {
	h, ok := w.hashes[a]
	if !ok {
		h = a.New()
		w.hashes[a] = h
	}
	h.Reset()
	return h
}

// judge turns a digest into a result.
func (w *worker) judge(e *Entry, sum []byte, size int64) Result {
	result := Result{Name: e.Name, Algorithm: e.Algorithm, Listed: e.Digest, Size: size, Line: e.Line}
	w.digits = hex.AppendEncode(w.digits[:0], sum)
	switch w.run.purpose {
	case verifying:
		if !strings.EqualFold(e.Digest, string(w.digits)) {
			result.Status = Mismatch
		} else if !w.run.opts.KeepOK {
			return result // it will only be counted
		}
	case listing:
		line := sums.New(e.Name, string(w.digits), e.Algorithm.Tag, e.Style)
		w.line = sums.Append(w.line[:0], line)
		result.Text = string(w.line)
	case hashing:
	}
	result.Found = string(sum)
	return result
}

// failure is the result for an entry that could not be read to its end.
func failure(e Entry, err error) Result {
	result := Result{
		Name: e.Name, Algorithm: e.Algorithm, Listed: e.Digest, Line: e.Line, Size: -1,
		Text: err.Error(),
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		result.Status = Missing
	case errors.Is(err, tree.ErrUnsafe):
		result.Status = UnsafePath
	case errors.Is(err, tree.ErrNotRegular):
		result.Status = NotRegular
	case errors.Is(err, tree.ErrChanged):
		result.Status = Changed
	default:
		result.Status = Unreadable
	}
	return result
}

func unsupported(e Entry) Result {
	return Result{
		Name: e.Name, Status: Unsupported, Listed: e.Digest, Line: e.Line, Size: -1,
		Text: "no algorithm is called " + e.Tag,
	}
}

// emit counts a result, and passes it on if somebody wants to see it.
func (w *worker) emit(result Result) error {
	w.run.counts[result.Status].Add(1)
	switch {
	case result.Status == OK && !w.run.opts.KeepOK:
	case result.Status == Unlisted && !w.run.opts.Complete:
	default:
		result.Listed = strings.ToLower(result.Listed)
		w.batch = append(w.batch, result)
	}
	if len(w.batch) >= batchSize || len(w.batch) > 0 && time.Since(w.flushed) > flushAfter {
		return w.flush()
	}
	return w.run.ctx.Err()
}

// flush passes on the results so far, and waits while nobody takes them.
func (w *worker) flush() error {
	if len(w.batch) == 0 {
		return nil
	}
	select {
	case w.run.batches <- w.batch:
	case <-w.run.ctx.Done():
		return w.run.ctx.Err()
	}
	select {
	case w.batch = <-w.run.spare:
	default:
		w.batch = make([]Result, 0, batchSize)
	}
	w.flushed = time.Now()
	return nil
}
