package checksig

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"checksig/internal/digest"
	"checksig/internal/lanes"
	"checksig/internal/meter"
)

// measured returns what a run of Measure found, by name.
func measured(t *testing.T, dir, algorithm string, opts Options) map[string]Result {
	t.Helper()
	a, err := Lookup(algorithm)
	must(t, err)
	opts.Algorithms = []*Algorithm{a}
	found := make(map[string]Result)
	run := Measure(context.Background(), dir, opts)
	for r := range run.Results() {
		if r.Status != OK || r.Algorithm != a || found[r.Name].Size != 0 {
			t.Errorf("result %+v", r)
		}
		found[r.Name] = r
	}
	must(t, run.Err())
	return found
}

func quantities(found map[string]Result) (names []string) {
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// plantLarge returns a directory with a file large enough to be mapped.
func plantLarge(t *testing.T) string {
	t.Helper()
	dir, _ := plant(t, map[string]string{"small": "small", "sub/large": strings.Repeat("large", 1<<20)})
	return dir
}

func TestMeasureFindsEveryQuantity(t *testing.T) {
	found := measured(t, plantLarge(t), "sha256", Options{})
	want := []string{"copy", "kernel", "mapped", "open", "ring", "stream"}
	want = slices.DeleteFunc(want, func(name string) bool {
		return name == meter.MappedRate && !lanes.Guards() || name == meter.RingTime && NoRing() != ""
	})
	if got := quantities(found); !slices.Equal(got, want) {
		t.Fatalf("measured %q, want %q", got, want)
	}
	for name, r := range found {
		least, most := int64(1e6), int64(1e12) // bytes per second
		if name == meter.OpenTime || name == meter.RingTime {
			least, most = 100, 1e8 // nanoseconds
		}
		if r.Size < least || r.Size > most {
			t.Errorf("%s: %d", name, r.Size)
		}
	}
	for _, name := range []string{meter.KernelRate, meter.StreamRate} {
		if !strings.HasPrefix(found[name].Text, "sha256/") {
			t.Errorf("%s: kernel %q", name, found[name].Text)
		}
	}
}

func TestMeasureOfADirectoryWithoutFilesIsThatOfHashing(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Symlink("/etc/passwd", filepath.Join(dir, "out")))
	if got := quantities(measured(t, dir, "md5", Options{})); !slices.Equal(got, []string{"kernel", "stream"}) {
		t.Errorf("measured %q", got)
	}
}

func TestMeasureOfSmallFilesKnowsNothingOfLargeOnes(t *testing.T) {
	dir, _ := plant(t, map[string]string{"a": "a", "b": ""})
	want := []string{"kernel", "open", "part", "ring", "stream"}
	if NoRing() != "" {
		want = slices.DeleteFunc(want, func(name string) bool { return name == meter.RingTime })
	}
	if got := quantities(measured(t, dir, "blake3", Options{})); !slices.Equal(got, want) {
		t.Errorf("measured %q, want %q", got, want)
	}
}

func TestMeasureUsesTheKernelsThatAreOn(t *testing.T) {
	var off []string
	for _, k := range digest.Lookup("sha1").Kernels() {
		if k.Name != "sha1/portable" {
			off = append(off, k.Name)
		}
	}
	found := measured(t, t.TempDir(), "sha1", Options{Reading: Reading{Disable: strings.Join(off, ",")}})
	for _, name := range []string{meter.KernelRate, meter.StreamRate} {
		if found[name].Text != "sha1/portable" {
			t.Errorf("%s: kernel %q", name, found[name].Text)
		}
	}
}

func TestMeasureNeedsADirectoryAndAnAlgorithm(t *testing.T) {
	sha1, err := Lookup("sha1")
	must(t, err)
	var root *RootError
	run := Measure(context.Background(), filepath.Join(t.TempDir(), "nowhere"), Options{Algorithms: []*Algorithm{sha1}})
	if err := run.Err(); !errors.As(err, &root) {
		t.Errorf("error %v", err)
	}
	if err := Measure(context.Background(), t.TempDir(), Options{}).Err(); !errors.Is(err, errNoAlgorithm) {
		t.Errorf("error %v", err)
	}
}

// TestCancellationEndsMeasure cancels at once, and then each time a little
// later, so that every measurement is cut short.
func TestCancellationEndsMeasure(t *testing.T) {
	dir := plantLarge(t)
	sha256, err := Lookup("sha256")
	must(t, err)
	before := openFiles(t)
	var took []time.Duration
	for after := time.Duration(0); after < 5*meter.Spend; after += meter.Spend / 3 {
		ctx, cancel := context.WithCancel(context.Background())
		run := Measure(ctx, dir, Options{Algorithms: []*Algorithm{sha256}})
		time.Sleep(after)
		cancel()
		began := time.Now()
		if err := run.Err(); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("after %v: %v", after, err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	if middle := took[len(took)/2]; middle > 50*time.Millisecond {
		t.Errorf("took %v", took)
	}
	if now := openFiles(t); now > before {
		t.Errorf("%d files are open, %d were", now, before)
	}
}

// openFiles returns how many file descriptors this process has.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("needs /proc")
	}
	return len(entries)
}

// TestAFileCutShortWhileItIsMeasuredEndsNothing: mapped bytes go away.
func TestAFileCutShortWhileItIsMeasuredEndsNothing(t *testing.T) {
	dir := plantLarge(t)
	path := filepath.Join(dir, "sub/large")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			for _, size := range []int64{1 << 12, 5 << 20} {
				_ = os.Truncate(path, size)
				time.Sleep(time.Millisecond)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	found := measured(t, dir, "crc32", Options{})
	close(stop)
	<-stopped
	if found[meter.OpenTime].Size == 0 {
		t.Errorf("measured %q", quantities(found))
	}
}
