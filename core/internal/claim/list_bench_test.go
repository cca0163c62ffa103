package claim

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// BenchmarkList reads a list of a million lines in SHA-256, with names of 40 to
// 60 bytes. It also says how long it takes to find out which lines are about the
// same file, and what an entry takes besides its name when that is done.
func BenchmarkList(b *testing.B) {
	const lines = 1_000_000
	text, names := longList(lines)
	var (
		before, after runtime.MemStats
		merging       time.Duration
	)
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		entries, malformed, _, err := parseAll([]List{{Text: text}}, false)
		b.StopTimer()
		if len(entries) != lines || len(malformed) != 0 || err != nil {
			b.Fatalf("%d entries, %d malformed, %v", len(entries), len(malformed), err)
		}
		began := time.Now()
		merged, repeated := merge(entries)
		merging += time.Since(began)
		if len(merged) != lines || repeated != 0 {
			b.Fatalf("%d entries, %d repeated", len(merged), repeated)
		}
		kept := NewListed(merged, nil)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(kept)
		b.StartTimer()
	}
	// The text was there before, and all but the names counts.
	taken := int(after.HeapAlloc) - int(before.HeapAlloc) + len(text) - names
	b.ReportMetric(float64(taken)/lines, "B/entry")
	b.ReportMetric(merging.Seconds()/float64(b.N), "merging-s/op")
}

// longList returns a list of so many lines, and how many bytes its names have.
func longList(lines int) (text string, names int) {
	var list bytes.Buffer
	for i := range lines {
		name := fmt.Sprintf("archive/2026/%04d/%0*d-measurement.csv.gz", i/1000, 7+i%20, i)
		names += len(name)
		// A multiple of an odd number: digits of all kinds, and no two alike.
		fmt.Fprintf(&list, "%016x%048x  %s\n", uint64(i+1)*0x9e3779b97f4a7c15, i, name)
	}
	return list.String(), names
}
