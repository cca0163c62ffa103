package meter

import (
	"cmp"
	"context"
	"slices"
	"time"

	"checksig/internal/claim"
	"checksig/internal/tree"
)

const (
	// copyFrom is the size in bytes from which a file says how fast copying is:
	// below, the system call takes a good part of the time.
	copyFrom = 64 << 10
	// sampleBytes bounds what is read of large files: more than processors have
	// cache, so that a directory that does not fit there is not measured there.
	sampleBytes = 256 << 20
	// sampleFiles bounds the files that are opened over and over.
	sampleFiles = 4096
	// FirstRead is how many bytes of a file are read with OpenTime, at most, and RingRead with RingTime.
	FirstRead = 4 << 10
	RingRead  = tree.BatchRead
	// gatherTime bounds how long files are looked for, and warmTime how long they
	// are read: on a disk both could take hours.
	gatherTime = time.Second
	warmTime   = time.Second / 2
)

// sample is files to measure with. All of it is in memory, having been read.
type sample struct {
	names []string // of files to open, neighbours in their directories
	large []portion
}

// portion is the start of a large file.
type portion struct {
	name  string
	bytes int64 // of the file, or as many as were read
}

// largerThan returns the large files of which there are so many bytes.
func (s *sample) largerThan(least int64) (files []portion) {
	for _, p := range s.large {
		if p.bytes >= least {
			files = append(files, p)
		}
	}
	return files
}

// gather looks for a sample, for a while.
func (m *meter) gather(dir *tree.Root) error {
	ctx, stop := context.WithTimeout(m.run.Context(), gatherTime)
	defer stop()
	buffer := make([]byte, FirstRead)
	walk := dir.Walk(tree.Walking{Known: claim.NewListed(nil, m.run.Scope().Own).In})
	// It fails only when the time is over.
	_ = walk.Run(ctx, func(name string, err error) {
		if err == nil {
			m.look(name, buffer)
		}
	})
	s := &m.sample
	slices.SortStableFunc(s.large, func(a, b portion) int { return cmp.Compare(b.bytes, a.bytes) })
	end := time.Now().Add(warmTime)
	total := int64(0)
	for i, p := range s.large {
		if total >= sampleBytes || time.Now().After(end) {
			s.large = s.large[:i]
			break
		}
		s.large[i].bytes = m.warm(p.name, min(p.bytes, sampleBytes-total), end)
		total += s.large[i].bytes
	}
	return m.run.Context().Err()
}

// look takes a file into the sample, if it is one that can be read.
func (m *meter) look(name string, buffer []byte) {
	file, err := m.finder.Open(name)
	if err != nil {
		return
	}
	defer file.Close()
	if size := file.Size(); size >= copyFrom {
		m.sample.large = append(m.sample.large, portion{name, size})
	}
	if len(m.sample.names) < sampleFiles {
		if _, _, err := file.Piece(buffer); err == nil {
			m.sample.names = append(m.sample.names, name)
		}
	}
}

// warm reads the start of a file and returns how much that was.
func (m *meter) warm(name string, limit int64, end time.Time) (read int64) {
	file, err := m.finder.Open(name)
	if err != nil {
		return 0
	}
	defer file.Close()
	buffer := make([]byte, copyFrom)
	for read < limit && time.Now().Before(end) && m.run.Context().Err() == nil {
		piece, last, err := file.Piece(buffer)
		if err != nil {
			return 0
		}
		read += int64(len(piece))
		if last {
			break
		}
	}
	return read
}
