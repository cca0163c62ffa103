package claim

import (
	"fmt"
	"slices"
	"strings"

	"checksig/internal/names"
)

// Remark says how a list was read where that is more than its lines say: part of
// every verdict, and none itself.
type Remark struct {
	List int // which of several lists it is about
	Text string
}

// slashed reads names with backslashes as Windows means them, if there is nothing of
// the name as it stands, and something of the other.
func slashed(entries []Entry, lists []List, exists func(name string) bool) []Remark {
	counts := make(map[int]int)
	for i := range entries {
		e := &entries[i]
		if !lists[e.List].Backslashes || strings.IndexByte(e.Name, '\\') < 0 || exists(e.Name) {
			continue
		}
		name := strings.ReplaceAll(e.Name, `\`, "/")
		if _, safe := names.Clean(name); safe && exists(name) {
			e.Name = name
			counts[int(e.List)]++
		}
	}
	return each(counts, func(count int) string {
		return counted(count, "name") + " with backslashes for slashes"
	})
}

// mostNamed is how many algorithms a remark names.
const mostNamed = 8

// idle are the digests of a list that are not computed: their algorithms are not known, or slow.
type idle struct {
	count int
	tags  []string
}

// tally has them by list.
type tally map[int]*idle

// uncomputed returns the digests that cannot be computed.
func uncomputed(entries []Entry) tally {
	found := make(tally)
	for i := range entries {
		e := &entries[i]
		if e.Algorithm != nil || e.Link || e.Bare {
			continue
		}
		found.add(int(e.List), e.Tag)
	}
	return found
}

// add counts a digest.
func (t tally) add(list int, tag string) {
	if t[list] == nil {
		t[list] = &idle{}
	}
	t[list].count++
	tag = strings.ToUpper(tag)
	if tags := t[list].tags; len(tags) < mostNamed && !slices.Contains(tags, tag) {
		t[list].tags = append(tags, tag)
	}
}

// beside returns a remark on those beside which something else is listed for the file.
// For the others, each file has a verdict.
func (t tally) beside(merged []Entry) (remarks []Remark) {
	for i := range merged {
		if e := &merged[i]; len(t) > 0 && e.Algorithm == nil && !e.Link && !e.Bare {
			t[int(e.List)].count--
		}
	}
	for list, found := range t {
		if found.count <= 0 {
			continue
		}
		slices.Sort(found.tags)
		text := fmt.Sprintf("%s not computed: %s", counted(found.count, "digest"), strings.Join(found.tags, ", "))
		remarks = append(remarks, Remark{list, text})
	}
	return sorted(remarks)
}

func each(counts map[int]int, say func(count int) string) (remarks []Remark) {
	for list, count := range counts {
		remarks = append(remarks, Remark{list, say(count)})
	}
	return sorted(remarks)
}

func sorted(remarks []Remark) []Remark {
	slices.SortFunc(remarks, func(a, b Remark) int { return a.List - b.List })
	return remarks
}

func counted(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", count, noun)
}
