package checksig

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"checksig/internal/digest"
	"checksig/internal/fetch"
)

var patient = Fetching{Settings: fetch.Settings{Timeout: 5 * time.Second}}

// collected lists the objects of a store, and returns what came of each.
func collected(t *testing.T, s *store, items []Item, opts Options) (map[string]Result, *Run) {
	t.Helper()
	opts.Fetching = &patient
	run := Collect(context.Background(), items, opts)
	t.Cleanup(run.Close)
	found := make(map[string]Result)
	for result := range run.Results() {
		if result.Status == Undecided {
			must(t, run.Fetch([]Order{s.order(t, result, true)}))
			continue
		}
		found[result.Name] = result
	}
	return found, run
}

func itemsOf(objects map[string][]byte) (items []Item) {
	for name, data := range objects {
		items = append(items, Item{Name: name, Size: int64(len(data))})
	}
	return items
}

func TestAListOfObjectsHasTheDigestsOfAllOfThem(t *testing.T) {
	s := newStore(t, ofSizes())
	sha256 := digest.Lookup("sha256")
	found, run := collected(t, s, itemsOf(s.objects), Options{Algorithms: []*Algorithm{sha256}})
	expectAll(t, found, run, len(s.objects), OK)
	for name, data := range s.objects {
		if want := fmt.Sprintf("%s  %s\n", hexOf(sha256, data), name); found[name].Text != want {
			t.Errorf("got %q, want %q", found[name].Text, want)
		}
	}
	both := []*Algorithm{sha256, digest.Lookup("md5")}
	found, run = collected(t, s, itemsOf(s.objects), Options{Algorithms: both})
	expectAll(t, found, run, len(s.objects), OK)
	for name, data := range s.objects {
		if want := string(hexOf(both[0], data)) + string(hexOf(both[1], data)); fmt.Sprintf("%x", found[name].Found) != want {
			t.Errorf("%s: got %x, want %s", name, found[name].Found, want)
		}
	}
}

func TestWhatCannotBeListedIsSaid(t *testing.T) {
	s := newStore(t, ofSizes())
	items := append(itemsOf(s.objects),
		Item{Name: "a//b", Status: UnsafePath, Reason: "no name", Mark: Remarkable},
		Item{Name: "dir", Status: NotRegular, Mark: Unnoticed},
		Item{Name: "SHA256SUMS", Size: 1}, Item{Name: "gone", Size: 1})
	opts := Options{Algorithms: []*Algorithm{digest.Lookup("sha256")}}
	opts.Own = []string{"./SHA256SUMS"}
	opts.Exclude = []string{"/f0"}
	found, run := collected(t, s, items, opts)
	must(t, run.Err())
	if len(found) != len(s.objects)+1 || found["a//b"].Status != UnsafePath || found["gone"].Status != Missing {
		t.Errorf("%d results: %+v", len(found), found)
	}
	if _, there := found["f0"]; there {
		t.Error("f0 is excluded")
	}
	if n := run.Totals().Files; n != int64(len(s.objects)) {
		t.Errorf("%d files", n)
	}
}

func TestDigestsThatTheServerSaysAreCountedApart(t *testing.T) {
	files := map[string]string{"read": "read", "right": "right", "wrong": "wrong"}
	text := ofSHA1("read", "read") + ofSHA1("right", "right") + ofSHA1("wrong", "other")
	run := match(t, named("read", "right", "wrong"), text, Rules{KeepOK: true})
	read := reading(files)
	found := answer(t, run, func(r Result) Settlement {
		s := read(r)
		if s.Served = r.Name != "read"; s.Served {
			s.Among = 1
		}
		return s
	})
	checkResults(t, found, map[string]string{"read": "ok", "right": "ok", "wrong": "mismatch"})
	for name, r := range found {
		if r.Served != (name != "read") {
			t.Errorf("%s: served %v", name, r.Served)
		}
	}
	if s := run.Totals(); s.Served != 1 || s.Bytes != 4 || s.TotalBytes != 4 || s.Counts[OK] != 2 {
		t.Errorf("%+v", s)
	}
}

func TestAServerNeedNotHaveEveryDigestOfAList(t *testing.T) {
	sha256, md5, bsd := digest.Lookup("sha256"), digest.Lookup("md5"), digest.Lookup("bsd")
	objects := map[string][]byte{"a": []byte("a")}
	all := linesOf(objects, sha256, md5, bsd)
	sums := map[*Algorithm]string{}
	for _, each := range []*Algorithm{sha256, md5, bsd} {
		h := each.New()
		h.Write([]byte("a"))
		sums[each] = string(h.Sum(nil))
	}
	served := func(among uint16, digests string) Settlement {
		return Settlement{Size: 1, Served: true, Among: among, Digests: []byte(digests)}
	}
	other := strings.Repeat("x", 16)
	for name, c := range map[string]struct {
		lists      []List
		rules      Rules
		settlement Settlement
		want       string // "" if it is refused
	}{
		"one of three":         {[]List{{Text: all}}, Rules{}, served(2, sums[md5]), "ok"},
		"two of three":         {[]List{{Text: all}}, Rules{}, served(3, sums[sha256]+sums[md5]), "ok"},
		"another":              {[]List{{Text: all}}, Rules{}, served(2, other), "mismatch"},
		"one is another":       {[]List{{Text: all}}, Rules{}, served(3, sums[sha256]+other), "mismatch"},
		"none":                 {[]List{{Text: all}}, Rules{}, served(0, ""), ""},
		"a fourth":             {[]List{{Text: all}}, Rules{}, served(8, sums[md5]), ""},
		"too few bytes":        {[]List{{Text: all}}, Rules{}, served(3, sums[sha256]), ""},
		"16 bits":              {[]List{{Text: all}}, Rules{}, served(4, sums[bsd]), ""},
		"weaker than required": {[]List{{Text: all}}, Rules{MinStrength: digest.Strong}, served(2, sums[md5]), ""},
		"strong":               {[]List{{Text: all}}, Rules{MinStrength: digest.Strong}, served(1, sums[sha256]), "ok"},
		"some of two lists": {
			[]List{{Text: linesOf(objects, sha256)}, {Text: linesOf(objects, md5)}}, Rules{}, served(2, sums[md5]), "",
		},
		"all of two lists": {
			[]List{{Text: linesOf(objects, sha256)}, {Text: linesOf(objects, md5)}}, Rules{},
			served(3, sums[sha256]+sums[md5]), "ok",
		},
	} {
		c.rules.KeepOK = true
		run := Match(context.Background(), named("a"), c.lists, Options{Rules: c.rules})
		batch, err := run.Next(Forever)
		must(t, err)
		c.settlement.Number = batch[0].Number
		if err := run.Settle(c.settlement); (err == nil) != (c.want != "") {
			t.Errorf("%s: %v", name, err)
		}
		if c.want != "" {
			batch, err := run.Next(Forever)
			must(t, err)
			if r := batch[0]; r.Status.String() != c.want || !r.Served {
				t.Errorf("%s: %+v", name, r)
			}
		}
		run.Close()
	}
}

// asked asks a store about its one object, and returns what is passed on.
func asked(t *testing.T, s *store, question Question, known fetch.Known) (text string, result Result) {
	t.Helper()
	source, err := NewSource(s.url+"/a", known)
	must(t, err)
	run := Get(context.Background(), []*Source{source}, question, Options{Fetching: &patient})
	t.Cleanup(run.Close)
	for {
		batch, err := run.Next(Forever)
		if err == io.EOF {
			return text, result
		}
		must(t, err)
		for _, r := range batch {
			if r.Status == Remarked {
				text += r.Text
			} else {
				result = r
			}
		}
	}
}

func TestTheHeaderOfAnObjectIsPassedOn(t *testing.T) {
	s := newStore(t, map[string][]byte{"a": []byte("abc")})
	text, result := asked(t, s, Question{Method: "HEAD"}, fetch.Known{Size: -1})
	if result.Status != OK || !strings.Contains(text, "content-length: 3\n") || !strings.Contains(text, "etag: \""+etagOf([]byte("abc"))) {
		t.Errorf("%+v, %q", result, text)
	}
	delete(s.objects, "a")
	if _, result = asked(t, s, Question{Method: "HEAD"}, fetch.Known{Size: -1}); result.Status != Missing {
		t.Errorf("%+v", result)
	}
}

func TestAnObjectIsWrittenUnderAConditionAndOnceMoreIfTheServerIsBusy(t *testing.T) {
	var tries atomic.Int64
	s := newStore(t, map[string][]byte{})
	s.answer = func(s *store, _ int64, w http.ResponseWriter, r *http.Request) {
		if tries.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if _, there := s.objects["a"]; there && r.Header.Get("If-None-Match") == "*" {
			w.WriteHeader(http.StatusPreconditionFailed)
			return
		}
		s.objects["a"], _ = io.ReadAll(r.Body)
		w.Header().Set("ETag", `"new"`)
		w.WriteHeader(http.StatusCreated)
	}
	known := fetch.Known{Size: -1, Header: http.Header{"If-None-Match": {"*"}}}
	question := Question{Method: "PUT", Body: strings.Repeat("x", 100_000)}
	if text, result := asked(t, s, question, known); result.Status != OK || !strings.Contains(text, "etag: \"new\"\n") {
		t.Errorf("%+v, %q", result, text)
	}
	if string(s.objects["a"]) != question.Body || tries.Load() != 2 {
		t.Errorf("%d bytes, %d tries", len(s.objects["a"]), tries.Load())
	}
	if _, result := asked(t, s, question, known); result.Status != Changed {
		t.Errorf("%+v", result)
	}
}

func TestNothingIsWrittenWhereAServerRedirectsTo(t *testing.T) {
	for _, code := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
		for _, body := range []string{"", "x"} {
			s := newStore(t, map[string][]byte{})
			s.answer = func(s *store, n int64, w http.ResponseWriter, r *http.Request) {
				if n > 1 {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				http.Redirect(w, r, "/b", code)
			}
			if _, result := asked(t, s, Question{Method: "PUT", Body: body}, fetch.Known{Size: -1}); result.Status != Unreadable {
				t.Errorf("%d: %+v", code, result)
			}
		}
	}
}
