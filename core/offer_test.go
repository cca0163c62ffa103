package checksig

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"testing"
	"time"
)

// offered is match with items that come later, a few at a time.
func offered(t *testing.T, items []Item, text string, rules Rules) *Run {
	t.Helper()
	run := Match(context.Background(), nil, []List{{Text: text}}, Options{Rules: rules, Offered: true})
	t.Cleanup(run.Close)
	go func() {
		for some := range slices.Chunk(items, 3) {
			for !run.Offer(some, time.Second) {
			}
		}
		for !run.Offer(nil, time.Second) {
		}
	}()
	return run
}

// TestItemsThatAreOfferedAreMatchedAsAllOfThem holds the same lists against the same items in both ways,
// over names in several directories and in any order, with patterns and without.
func TestItemsThatAreOfferedAreMatchedAsAllOfThem(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		text, contents := "", make(map[string]string)
		var items []Item
		for number := range 20 {
			name := []string{"", "./", "d/", "d/e/", "f//"}[random.IntN(5)] + fmt.Sprint("n", number)
			if random.IntN(3) > 0 {
				text += ofSHA256(name, fmt.Sprint(number))
			}
			if random.IntN(4) > 0 {
				size := []int64{-1, int64(len(fmt.Sprint(number))), 7}[random.IntN(3)]
				items = append(items, Item{Name: path.Clean(name), Size: size, Reason: "v1"})
			}
			contents[name] = fmt.Sprint(number / (1 + random.IntN(2)))
		}
		if text == "" {
			continue
		}
		random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		rules := Rules{Complete: round%2 > 0, KeepOK: true, Own: []string{"d/n1"}}
		if round%3 == 0 {
			rules.Exclude = []string{"d/e/"}
		}
		at, later := match(t, slices.Clone(items), text, rules), offered(t, items, text, rules)
		want, found := answer(t, at, reading(contents)), answer(t, later, reading(contents))
		if !maps.EqualFunc(want, found, func(a, b Result) bool {
			return a.Status == b.Status && a.Text == b.Text && a.Size == b.Size
		}) {
			t.Fatalf("%s\n%v\nall at once: %v\noffered: %v", text, items, want, found)
		}
		if a, b := at.Totals(), later.Totals(); a.Counts != b.Counts || a.Files != b.Files || a.Excluded != b.Excluded {
			t.Fatalf("all at once: %+v\noffered: %+v", a, b)
		}
	}
}

// TestOfferedItemsThatAreFaultyCount: a fault, and the second item of a name, fail the run whatever
// comes first.
func TestOfferedItemsThatAreFaultyCount(t *testing.T) {
	bad := Item{Name: "d//a", Size: -1, Status: UnsafePath, Reason: "no file", Mark: 2}
	good := Item{Name: "d/a", Size: -1}
	up := Item{Name: "../up", Size: -1, Status: UnsafePath, Reason: "no file", Mark: 2}
	const twice = "more than one item has this name"
	for _, c := range []struct {
		items []Item
		text  string
		want  map[string]string
	}{
		{[]Item{bad, good}, ofMD5("d/a", ""), map[string]string{"d//a": "unsafe-path no file"}},
		{[]Item{good, bad}, ofMD5("d/a", ""), map[string]string{"d//a": "unsafe-path no file"}},
		{[]Item{bad}, ofMD5("d/a", ""), map[string]string{"d/a": "unsafe-path no file"}},
		{[]Item{bad}, ofMD5("x", ""), map[string]string{"d//a": "unsafe-path no file", "x": "missing no such file"}},
		{[]Item{good, good}, ofMD5("d/a", ""), map[string]string{"d/a": "unreadable " + twice}},
		{[]Item{up}, ofMD5("../up", ""), map[string]string{"../up": "unsafe-path leads out of the root"}},
		{[]Item{up, good}, ofMD5("d/a", ""), map[string]string{"../up": "unsafe-path no file"}},
	} {
		run := offered(t, c.items, c.text, Rules{Complete: true})
		checkResults(t, answer(t, run, reading(nil)), c.want)
	}
}

// TestARunWaitsForTheLastOffer: what has not come may come, until it is said that nothing does.
func TestARunWaitsForTheLastOffer(t *testing.T) {
	run := Match(context.Background(), nil, []List{{Text: ofMD5("a", "")}}, Options{Offered: true})
	t.Cleanup(run.Close)
	if !run.Offer(named("b"), time.Minute) {
		t.Fatal("there is room for the first")
	}
	began := time.Now()
	if batch, err := run.Next(time.Minute); err != nil || len(batch) > 0 {
		t.Fatalf("%v %v", batch, err)
	}
	if time.Since(began) > 30*time.Second {
		t.Error("it is known at once that nothing comes of an offer")
	}
	if !run.Offer(nil, time.Minute) {
		t.Fatal("there is room for the end")
	}
	checkResults(t, answer(t, run, unreached(t)), map[string]string{"a": "missing no such file"})
	if !run.Offer(named("c"), 0) {
		t.Error("a run that is over has room for all")
	}
}

// TestOffersWaitForRoom: nobody takes the records, so that the run does not take more items.
func TestOffersWaitForRoom(t *testing.T) {
	run := Match(context.Background(), nil, []List{{Text: ofMD5("a", "")}}, Options{Rules: Rules{Complete: true}, Offered: true})
	t.Cleanup(run.Close)
	var many []Item
	for number := range 40_000 {
		many = append(many, Item{Name: fmt.Sprint(number), Size: -1})
	}
	taken := 0
	for run.Offer(many, 200*time.Millisecond) {
		if taken++; taken > 10 {
			t.Fatal("it takes whatever comes")
		}
	}
	run.Close()
	if !run.Offer(many, time.Minute) {
		t.Error("a run that was ended has room for all")
	}
}
