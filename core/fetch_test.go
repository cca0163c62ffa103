package checksig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"checksig/internal/digest"
	"checksig/internal/fetch"
)

// store is a web server with some objects, and a fault or none.
type store struct {
	url      string
	objects  map[string][]byte
	requests atomic.Int64
	answer   func(s *store, n int64, w http.ResponseWriter, r *http.Request)
}

func newStore(t *testing.T, objects map[string][]byte) *store {
	t.Helper()
	s := &store{objects: objects, answer: (*store).plain}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.answer(s, s.requests.Add(1), w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// plain answers as a good server does.
func (s *store) plain(_ int64, w http.ResponseWriter, r *http.Request) {
	data, found := s.objects[strings.TrimPrefix(r.URL.Path, "/")]
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", `"`+etagOf(data)+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func etagOf(data []byte) string {
	return strconv.Itoa(len(data)) + "-" + string(hexOf(digest.Lookup("md5"), data))
}

func hexOf(a *Algorithm, data []byte) []byte {
	h := a.New()
	h.Write(data)
	return fmt.Appendf(nil, "%x", h.Sum(nil))
}

// order returns where a pending file is to be read; known says whether the store has told its
// size and version before.
func (s *store) order(t *testing.T, r Result, known bool) Order {
	t.Helper()
	size, etag := int64(-1), ""
	if data, found := s.objects[r.Name]; found && known {
		size, etag = int64(len(data)), etagOf(data)
	}
	source, err := fetch.NewSource(s.url+"/"+r.Name, fetch.Known{ETag: etag, Size: size})
	must(t, err)
	return Order{Number: r.Number, Source: source}
}

// fetched verifies a store against a list.
func fetched(t *testing.T, s *store, text string, known bool, opts Options) (map[string]Result, *Run) {
	t.Helper()
	var items []Item
	for name, data := range s.objects {
		items = append(items, Item{Name: name, Size: int64(len(data))})
	}
	if opts.Fetching == nil {
		opts.Fetching = &Fetching{Settings: fetch.Settings{Timeout: 5 * time.Second}}
	}
	opts.KeepOK = true
	run := Match(context.Background(), items, []List{{Text: text}}, opts)
	t.Cleanup(run.Close)
	found := make(map[string]Result)
	for result := range run.Results() {
		if result.Status == Undecided {
			must(t, run.Fetch([]Order{s.order(t, result, known)}))
			continue
		}
		if _, twice := found[result.Name]; twice {
			t.Errorf("%s: two results", result.Name)
		}
		found[result.Name] = result
	}
	return found, run
}

// ofSizes returns objects of sizes at which something ends: a piece, a block, a stretch.
func ofSizes(large ...int) map[string][]byte {
	objects := make(map[string][]byte)
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range append(large, 0, 1, 63, 64, 1023, 1024, 1025, 4096, 128<<10, 256<<10-1, 256<<10, 256<<10+1, 512<<10) {
		data := make([]byte, size)
		for i := 0; i+8 <= size; i += 8 {
			word := random.Uint64()
			copy(data[i:], []byte{byte(word), byte(word >> 8), byte(word >> 16), byte(word >> 24)})
		}
		objects["f"+strconv.Itoa(size)] = data
	}
	return objects
}

// linesOf returns a list of all objects with a digest of each algorithm.
func linesOf(objects map[string][]byte, algorithms ...*Algorithm) string {
	var text strings.Builder
	for name, data := range objects {
		for _, a := range algorithms {
			fmt.Fprintf(&text, "%s (%s) = %s\n", a.Tag, name, hexOf(a, data))
		}
	}
	return text.String()
}

func expectAll(t *testing.T, found map[string]Result, run *Run, n int, want Status) {
	t.Helper()
	must(t, run.Err())
	for name, r := range found {
		if r.Status != want {
			t.Errorf("%s: %s %s", name, r.Status, r.Text)
		}
	}
	if len(found) != n {
		t.Errorf("%d results, want %d", len(found), n)
	}
}

func TestObjectsOfAllSizesAreRightInEveryAlgorithm(t *testing.T) {
	s := newStore(t, ofSizes())
	large := newStore(t, ofSizes(16<<20-1, 16<<20, 24<<20+3))
	for _, known := range []bool{true, false} {
		found, run := fetched(t, large, linesOf(large.objects, digest.Lookup("sha256")), known, Options{})
		expectAll(t, found, run, len(large.objects), OK)
	}
	sets := [][]*Algorithm{{digest.Lookup("md5"), digest.Lookup("sha256"), digest.Lookup("crc32")}}
	for _, name := range []string{"sha256", "md5", "sha512", "blake2b", "blake3", "crc32c", "sha3-256", "sha1"} {
		sets = append(sets, []*Algorithm{digest.Lookup(name)})
	}
	for _, algorithms := range sets {
		for _, known := range []bool{true, false} {
			found, run := fetched(t, s, linesOf(s.objects, algorithms...), known, Options{})
			expectAll(t, found, run, len(s.objects), OK)
			var bytes int64
			for _, data := range s.objects {
				bytes += int64(len(data))
			}
			if totals := run.Totals(); totals.Bytes != bytes || totals.TotalBytes != bytes {
				t.Errorf("%s: %d of %d bytes, want %d", algorithms[0].Name, totals.Bytes, totals.TotalBytes, bytes)
			}
		}
	}
}

func TestObjectsWithoutALengthOrAVersionAreRight(t *testing.T) {
	s := newStore(t, ofSizes())
	s.answer = func(s *store, _ int64, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Chunked", "yes")
		data := s.objects[r.URL.Path[1:]]
		for len(data) > 0 {
			n := min(len(data), 100_003)
			w.Write(data[:n])
			w.(http.Flusher).Flush()
			data = data[n:]
		}
	}
	found, run := fetched(t, s, linesOf(s.objects, digest.Lookup("blake2b")), false, Options{})
	expectAll(t, found, run, len(s.objects), OK)
}

func TestEachReaderAndWorkerDoesItAlone(t *testing.T) {
	s := newStore(t, ofSizes())
	for _, n := range []int{1, 2, 200} {
		opts := Options{Reading: Reading{Workers: n}}
		opts.Fetching = &Fetching{Settings: fetch.Settings{Timeout: 5 * time.Second}, Readers: n, Window: 3}
		found, run := fetched(t, s, linesOf(s.objects, digest.Lookup("sha256")), true, opts)
		expectAll(t, found, run, len(s.objects), OK)
	}
}

func TestOtherBytesUnderTheRightVersionAreAMismatch(t *testing.T) {
	s := newStore(t, ofSizes())
	text := linesOf(s.objects, digest.Lookup("sha256"))
	s.answer = func(s *store, _ int64, w http.ResponseWriter, r *http.Request) {
		data := s.objects[r.URL.Path[1:]]
		w.Header().Set("ETag", `"`+etagOf(data)+`"`)
		if len(data) > 0 {
			data = bytes.Clone(data)
			data[len(data)/2] ^= 1
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
	for _, known := range []bool{true, false} {
		found, run := fetched(t, s, text, known, Options{})
		if found["f0"].Status != OK {
			t.Error(found["f0"])
		}
		delete(found, "f0")
		expectAll(t, found, run, len(s.objects)-1, Mismatch)
	}
}

func TestWhatChangesIsNeverOK(t *testing.T) {
	objects := ofSizes(16<<20, 24<<20+3)
	delete(objects, "f0")
	text := linesOf(objects, digest.Lookup("sha256"))
	// The same bytes, under another version: between the list and the read, between two parts.
	for name, other := range map[string]func(n int64, r *http.Request) bool{
		"before": func(int64, *http.Request) bool { return true },
		"in between": func(_ int64, r *http.Request) bool {
			return !strings.HasPrefix(r.Header.Get("Range"), "bytes=0-") && r.Header.Get("Range") != ""
		},
		"afterwards": func(_ int64, r *http.Request) bool { return r.Header.Get("Range") == "bytes=0-0" },
	} {
		s := newStore(t, objects)
		s.answer = func(s *store, n int64, w http.ResponseWriter, r *http.Request) {
			data := s.objects[r.URL.Path[1:]]
			w.Header().Set("ETag", `"`+etagOf(data)+`"`)
			if other(n, r) {
				w.Header().Set("ETag", `"another"`)
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		}
		found, run := fetched(t, s, text, true, Options{})
		must(t, run.Err())
		for object, r := range found {
			large := len(objects[object]) > 16<<20
			if want := map[bool]Status{true: Changed, false: OK}[name == "before" || large]; r.Status != want {
				t.Errorf("%s, %s: %s %s", name, object, r.Status, r.Text)
			}
		}
	}
}

func TestAMismatchThatIsAnotherVersionByNowIsChanged(t *testing.T) {
	s := newStore(t, map[string][]byte{"a": []byte("old")})
	text := linesOf(s.objects, digest.Lookup("sha256"))
	s.answer = func(_ *store, n int64, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"`+strconv.FormatInt(n, 10)+`"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader("ne"+strconv.FormatInt(n, 10)))
	}
	found, run := fetched(t, s, text, false, Options{})
	expectAll(t, found, run, 1, Changed)
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	objects := map[string][]byte{}
	for _, name := range []string{"404", "410", "403", "500", "412", "cut", "reset", "short", "long", "slow"} {
		objects[name] = bytes.Repeat([]byte(name), 1000)
	}
	s := newStore(t, objects)
	s.answer = func(s *store, _ int64, w http.ResponseWriter, r *http.Request) {
		name := r.URL.Path[1:]
		data := s.objects[name]
		if code, err := strconv.Atoi(name); err == nil {
			w.WriteHeader(code)
			return
		}
		switch name {
		case "cut":
			w.Header().Set("Content-Length", strconv.Itoa(len(data)))
			w.Write(data[:100])
		case "reset":
			panic(http.ErrAbortHandler)
		case "short":
			w.Write(data[:100])
		case "long":
			w.Write(append(bytes.Clone(data), 'x'))
		case "slow":
			<-r.Context().Done()
		}
	}
	opts := Options{Fetching: &Fetching{Settings: fetch.Settings{Timeout: time.Second}}}
	want := map[string]Status{
		"404": Missing, "410": Missing, "403": Unreadable, "500": Unreadable, "412": Changed, "cut": Unreadable,
		"reset": Unreadable, "short": Changed, "long": Changed, "slow": Unreadable,
	}
	text := linesOf(objects, digest.Lookup("sha256"))
	var items []Item
	for name := range objects {
		items = append(items, Item{Name: name, Size: -1})
	}
	run := Match(context.Background(), items, []List{{Text: text}}, opts)
	defer run.Close()
	found := make(map[string]Result)
	for result := range run.Results() {
		if result.Status == Undecided {
			source, err := fetch.NewSource(s.url+"/"+result.Name, fetch.Known{Size: int64(len(objects[result.Name]))})
			must(t, err)
			must(t, run.Fetch([]Order{{Number: result.Number, Source: source}}))
			continue
		}
		found[result.Name] = result
	}
	must(t, run.Err())
	for name, status := range want {
		if found[name].Status != status || found[name].Text == "" || strings.Contains(found[name].Text, "127.0.0.1") {
			t.Errorf("%s: %s %q", name, found[name].Status, found[name].Text)
		}
	}
}

func TestARunOfURLsEndsWhenItIsClosed(t *testing.T) {
	objects := ofSizes()
	s := newStore(t, objects)
	var waiting sync.WaitGroup
	waiting.Add(4)
	var once atomic.Int64
	s.answer = func(_ *store, _ int64, _ http.ResponseWriter, r *http.Request) {
		if once.Add(1) <= 4 {
			waiting.Done()
		}
		<-r.Context().Done()
	}
	var items []Item
	for name := range objects {
		items = append(items, Item{Name: name, Size: -1})
	}
	opts := Options{Fetching: &Fetching{Settings: fetch.Settings{Timeout: time.Minute}, Window: 5}}
	run := Match(context.Background(), items, []List{{Text: linesOf(objects, digest.Lookup("sha1"))}}, opts)
	for left := 4; left > 0; {
		batch, err := run.Next(Forever)
		must(t, err)
		for _, r := range batch {
			must(t, run.Fetch([]Order{s.order(t, r, false)}))
			left--
		}
	}
	waiting.Wait()
	began := time.Now()
	run.Close()
	<-run.Ended()
	if took := time.Since(began); took > 200*time.Millisecond || !errors.Is(run.Err(), context.Canceled) {
		t.Error(took, run.Err())
	}
}

func TestOrdersThatMakeNoSense(t *testing.T) {
	run := match(t, named("a"), ofSHA1("a", "a"), Rules{})
	source, err := fetch.NewSource("http://127.0.0.1:1/", fetch.Known{Size: -1})
	must(t, err)
	if run.Fetch([]Order{{Number: 0, Source: source}}) == nil {
		t.Error("a run that reads no URLs took one")
	}
	opts := Options{Fetching: &Fetching{Settings: fetch.Settings{Timeout: time.Second}}}
	run = Match(context.Background(), named("a"), []List{{Text: ofSHA1("a", "a")}}, opts)
	defer run.Close()
	if _, err := run.Next(Forever); err != nil {
		t.Fatal(err)
	}
	if run.Fetch([]Order{{Number: 7, Source: source}}) == nil {
		t.Error("a file was read that is not pending")
	}
	opts.Fetching = &Fetching{Settings: fetch.Settings{Roots: "none"}}
	run = Match(context.Background(), named("a"), []List{{Text: ofSHA1("a", "a")}}, opts)
	defer run.Close()
	if run.Err() == nil {
		t.Error("roots that are none were taken")
	}
}

// A stream that has failed may be on its way to a worker all the same, who hashes another meanwhile.
func TestFilesThatFailWhileOthersAreHashedHoldUpNobody(t *testing.T) {
	good := bytes.Repeat([]byte("block..."), 2*(256<<10)/8)
	bad := good[:300<<10]
	objects := map[string][]byte{"0": good}
	for i := range 40 {
		objects[strconv.Itoa(i+1)] = bad
	}
	s := newStore(t, objects)
	s.answer = func(s *store, n int64, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/0" {
			s.plain(n, w, r)
			return
		}
		w.Header().Set("ETag", `"`+etagOf(bad)+`"`)
		w.(http.Flusher).Flush() // so that it does not say how long it is
		w.Write(good)
	}
	text := ""
	for bits := 128; bits < 512; bits += 8 { // so that a block takes long
		text += linesOf(map[string][]byte{"0": good}, digest.Lookup(fmt.Sprintf("blake2b-%d", bits)))
	}
	text += linesOf(objects, digest.Lookup("sha1"))
	opts := Options{
		Reading:  Reading{Workers: 1},
		Fetching: &Fetching{Settings: fetch.Settings{Timeout: 5 * time.Second}, Readers: 1},
	}
	found, run := fetched(t, s, text, true, opts)
	must(t, run.Err())
	for name, result := range found {
		if want := map[bool]Status{true: OK, false: Changed}[name == "0"]; result.Status != want {
			t.Error(name, result.Status, result.Text)
		}
	}
}

func TestAServerThatGivesNoPartsThoughItSaysSoIsNotAskedForMany(t *testing.T) {
	objects := map[string][]byte{"a": make([]byte, 160<<20)}
	s := newStore(t, objects)
	s.answer = func(s *store, n int64, w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Range")
		s.plain(n, w, r)
	}
	found, run := fetched(t, s, linesOf(objects, digest.Lookup("sha256")), false, Options{
		Fetching: &Fetching{Settings: fetch.Settings{Timeout: 5 * time.Second}, Readers: 2},
	})
	expectAll(t, found, run, 1, OK)
	if n := s.requests.Load(); n > 6 {
		t.Error(n, "requests")
	}
}

func TestAnAnswerThatIsAPartThoughAllWasAskedFor(t *testing.T) {
	objects := map[string][]byte{"a": bytes.Repeat([]byte("0123456789abcdef"), 3<<20)}
	s := newStore(t, objects)
	s.answer = func(s *store, n int64, w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") == "" {
			r.Header.Set("Range", "bytes=0-999999")
		}
		s.plain(n, w, r)
	}
	for _, algorithm := range []string{"sha256", "sha3-256"} {
		found, run := fetched(t, s, linesOf(objects, digest.Lookup(algorithm)), false, Options{})
		expectAll(t, found, run, 1, OK)
	}
}

func TestARunDoesNotWaitForPartsOfWhatHasFailed(t *testing.T) {
	objects := map[string][]byte{"a": make([]byte, 40<<20)}
	s := newStore(t, objects)
	silent, once := make(chan struct{}), sync.Once{}
	s.answer = func(s *store, n int64, w http.ResponseWriter, r *http.Request) {
		switch span := r.Header.Get("Range"); {
		case span == "":
			s.plain(n, w, r)
		case strings.HasPrefix(span, "bytes=8388608-"):
			<-silent
			w.WriteHeader(http.StatusPreconditionFailed)
		default:
			once.Do(func() { close(silent) })
			<-r.Context().Done()
		}
	}
	began := time.Now()
	found, run := fetched(t, s, linesOf(objects, digest.Lookup("sha256")), false, Options{
		Fetching: &Fetching{Settings: fetch.Settings{Timeout: time.Minute}, Readers: 3},
	})
	expectAll(t, found, run, 1, Changed)
	if took := time.Since(began); took > 20*time.Second {
		t.Error(took)
	}
}
