package checksig

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestStreamsAreJudgedAsFilesAre(t *testing.T) {
	files := map[string]string{"right": "right", "wrong": "wrong", "one of two": "x", "both": "both", "twice": "twice"}
	text := ofSHA1("right", "right") + ofSHA1("wrong", "other") +
		ofMD5("one of two", "x") + ofSHA256("one of two", "y") +
		ofSHA256("both", "both") + ofMD5("both", "both") + ofSHA256("./both", "both") +
		ofSHA1("twice", "twice") + ofSHA1("twice", "other")
	dir, _ := plant(t, files)
	var want Totals
	for _, keep := range []bool{true, false} {
		results, totals := audit(t, dir, Options{Rules: Rules{KeepOK: keep}}, text)
		want = totals
		run := match(t, named("right", "wrong", "one of two", "both", "twice"), text, Rules{KeepOK: keep})
		found := answer(t, run, reading(files))
		if len(found) != len(results) || keep == (len(results) == 3) {
			t.Errorf("%d results, want %d", len(found), len(results))
		}
		for _, r := range results {
			if got := fmt.Sprintf("%+v", found[r.Name]); got != fmt.Sprintf("%+v", r) {
				t.Errorf("got %s\nwant %+v", got, r)
			}
		}
		if got := run.Totals(); got.Counts != want.Counts || got.Files != want.Files || got.Bytes != want.Bytes {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
	}
	if want.Counts[OK] != 2 || want.Counts[Mismatch] != 3 {
		t.Errorf("%+v", want)
	}
}

func TestAFileThatCouldNotBeReadIsWhatItsReaderSays(t *testing.T) {
	for _, status := range []Status{Missing, Unreadable, NotRegular, Changed} {
		run := match(t, named("a"), ofSHA1("a", "a"), Rules{})
		found := answer(t, run, func(Result) Settlement {
			return Settlement{Status: status, Size: 7, Reason: "so it is"}
		})
		checkResults(t, found, map[string]string{"a": status.String() + " so it is"})
		if s := run.Totals(); s.Counts[status] != 1 || s.Bytes != 7 || found["a"].Size != 7 {
			t.Errorf("%s: %+v, %+v", status, s, found)
		}
	}
}

// nonsense is what can be wrong with a settlement that was right.
var nonsense = map[string]func(s *Settlement){
	"unknown number":         func(s *Settlement) { s.Number = 2 },
	"the largest number":     func(s *Settlement) { s.Number = 1<<32 - 1 },
	"no digest":              func(s *Settlement) { s.Digests = nil },
	"one of two digests":     func(s *Settlement) { s.Digests = s.Digests[:32] },
	"a byte too few":         func(s *Settlement) { s.Digests = s.Digests[1:] },
	"a byte too many":        func(s *Settlement) { s.Digests = append([]byte{0}, s.Digests...) },
	"digests and no size":    func(s *Settlement) { s.Size = -1 },
	"a negative size":        func(s *Settlement) { s.Status, s.Digests, s.Size = Unreadable, nil, -2 },
	"among, and not served":  func(s *Settlement) { s.Among = 3 },
	"a fault that is served": func(s *Settlement) { s.Status, s.Digests, s.Served = Unreadable, nil, true },
	"digests and a fault":    func(s *Settlement) { s.Status = Unreadable },
	"mismatch":               func(s *Settlement) { s.Status, s.Digests = Mismatch, nil },
	"unlisted":               func(s *Settlement) { s.Status, s.Digests = Unlisted, nil },
	"a status that is none":  func(s *Settlement) { s.Status, s.Digests = 10, nil },
	"undecided as it was":    func(s *Settlement) { s.Status, s.Digests = Undecided, nil },
	"unsupported, and so on": func(s *Settlement) { s.Status, s.Digests = Unsupported, nil },
}

func TestSettlementsThatMakeNoSenseSettleNothing(t *testing.T) {
	run := match(t, named("a", "b"), ofSHA256("a", "a")+ofSHA1("a", "a")+ofSHA1("b", "b"), Rules{KeepOK: true})
	var a, b Result
	for a.Name == "" || b.Name == "" {
		batch, err := run.Next(Forever)
		must(t, err)
		for _, r := range batch {
			if r.Name == "a" {
				a = r
			} else {
				b = r
			}
		}
	}
	good := reading(map[string]string{"a": "a"})(a)
	good.Number = a.Number
	for name, spoil := range nonsense {
		s := good
		spoil(&s)
		if err := run.Settle(s); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if s := run.Totals(); s.Bytes != 0 || s.Counts != (Totals{}).Counts {
		t.Errorf("counted: %+v", s)
	}
	must(t, run.Settle(good))
	if err := run.Settle(good); err == nil {
		t.Error("settled twice")
	}
	if batch, err := run.Next(0); err != nil || len(batch) != 1 || batch[0].Status != OK || len(batch[0].Digests) != 2 {
		t.Errorf("%+v, %v", batch, err)
	}
	must(t, run.Settle(Settlement{Number: b.Number, Status: Changed, Size: -1}))
	if batch, err := run.Next(0); err != nil || len(batch) != 1 || batch[0].Status != Changed {
		t.Errorf("%+v, %v", batch, err)
	}
	must(t, run.Err())
	if err := run.Settle(good); err == nil {
		t.Error("settled after the end")
	}
}

func TestARunThatIsNoMatchHasNothingToSettle(t *testing.T) {
	dir, list := plant(t, map[string]string{"a": "a"})
	run := Verify(context.Background(), dir, []List{{Text: list}}, Options{})
	if err := run.Settle(Settlement{Status: Unreadable, Size: -1}); err == nil {
		t.Error("settled")
	}
	must(t, run.Err())
}

func TestARunWithPendingFilesDoesNotEnd(t *testing.T) {
	run := match(t, named("a"), ofSHA1("a", "a"), Rules{})
	if batch, err := run.Next(Forever); len(batch) != 1 || err != nil {
		t.Fatalf("%+v, %v", batch, err)
	}
	if batch, err := run.Next(100 * time.Millisecond); batch != nil || err != nil {
		t.Errorf("%+v, %v", batch, err)
	}
	run.Close()
	if err := run.Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if s := run.Totals(); s.Counts != (Totals{}).Counts {
		t.Errorf("counted: %+v", s)
	}
	// Too late: it is counted, and the run has failed all the same.
	sum := Settlement{Digests: make([]byte, 20)}
	if err := run.Settle(sum); err != nil || !errors.Is(run.Err(), context.Canceled) {
		t.Errorf("%v, %v", err, run.Err())
	}
}

// TestManyThreadsSettleWhileOneTakesResults settles from eight, without a word from
// who takes the results: nothing may wait for that.
func TestManyThreadsSettleWhileOneTakesResults(t *testing.T) {
	const files = 5000
	var text strings.Builder
	var items []Item
	for i := range files {
		name := fmt.Sprint(i)
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256([]byte(name)), name)
		items = append(items, Item{Name: name, Size: int64(len(name))})
	}
	run := match(t, items, text.String(), Rules{KeepOK: true})
	pending := make(chan Result, files)
	for taken := 0; taken < files; {
		batch, err := run.Next(Forever)
		must(t, err)
		for _, r := range batch {
			pending <- r
			taken++
		}
	}
	close(pending)
	var threads sync.WaitGroup
	for range 8 {
		threads.Go(func() {
			for r := range pending {
				sum := sha256.Sum256([]byte(r.Name))
				if err := run.Settle(Settlement{Number: r.Number, Size: int64(len(r.Name)), Digests: sum[:]}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	threads.Wait()
	found := answer(t, run, unreached(t))
	if s := run.Totals(); len(found) != files || s.Counts[OK] != files || s.Bytes != s.TotalBytes {
		t.Errorf("%d results, %+v", len(found), s)
	}
}
