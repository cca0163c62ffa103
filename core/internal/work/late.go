package work

import (
	"cmp"
	"slices"
	"sync"

	"checksig/internal/claim"
)

// lateFiles are large files, in the order in which they are found until they
// are sorted. The zero value is ready for use.
type lateFiles struct {
	mu    sync.Mutex
	files []lateFile
	bytes int64
}

// lateFile is a large file, or a part of one.
type lateFile struct {
	index int    // of the entry
	size  int64  // of the file, in bytes
	whole *whole // the file, if it is hashed in parts; else nil
	part  int    // which of them
}

func (l *lateFiles) add(index int, size int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.files = append(l.files, lateFile{index: index, size: size})
	l.bytes += size
}

// sort puts the largest first, whatever the order in which they were found.
func (l *lateFiles) sort() {
	slices.SortFunc(l.files, func(a, b lateFile) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.index, b.index))
	})
}

// split puts the parts of files in the place of those that can be split.
func (l *lateFiles) split(entries []claim.Entry) {
	var files []lateFile
	for _, file := range l.files {
		file.whole = newWhole(file.index, &entries[file.index], file.size)
		if file.whole == nil {
			files = append(files, file)
			continue
		}
		for file.part = range file.whole.values {
			files = append(files, file)
		}
	}
	l.files = files
}

// close closes the files of which parts are missing.
func (l *lateFiles) close() {
	for _, file := range l.files {
		if file.whole != nil {
			file.whole.close(false)
		}
	}
}

// laneGain is about how many times as fast lanes are as one stream.
const laneGain = 4

// alone reports whether a worker should hash a file and nothing else: the file
// would not be done by the time that all others are, if it had to share.
func (l *lateFiles) alone(i, workers int) bool {
	file := l.files[i]
	return file.whole == nil && file.size > l.bytes/int64(workers*laneGain)
}
