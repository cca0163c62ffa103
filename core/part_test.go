package checksig

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"checksig/internal/sums"
	"checksig/internal/verdict"
)

// TestPartsTogetherAreTheWhole: each file is judged in one part, and what belongs to none is in
// the parts about lists and about others.
func TestPartsTogetherAreTheWhole(t *testing.T) {
	dir := t.TempDir()
	var list, low, high strings.Builder
	for i := range 40 {
		name := fmt.Sprintf("f%02d", i)
		if i%7 != 0 {
			must(t, os.WriteFile(filepath.Join(dir, name), []byte(name), 0o666))
		}
		if i%5 != 0 {
			part := &low
			if i > 20 {
				part = &high
			}
			part.WriteString(ofSHA1(name, name) + ofSHA1("./"+name, name))
		}
	}
	high.WriteString(ofSHA1("../out", "x"))
	list.WriteString(low.String() + high.String() + "nonsense\n")
	first := 1 + strings.Count(low.String(), "\n")
	rules := Rules{Unlisted: true, Complete: true, KeepOK: true, Require: []string{"f00", "f01", "lost"}, Exclude: []string{"f3*"}}
	audit := func(part Part, text string, first int) (results []string, totals Totals) {
		rules.Part = part
		lists := []List{{Text: text, Options: sums.Options{First: first}}}
		run := Verify(context.Background(), dir, lists, Options{Rules: rules})
		for result := range run.Results() {
			results = append(results, fmt.Sprint(result.Name, result.Status, result.Line, result.Text))
		}
		must(t, run.Err())
		return results, run.Totals()
	}
	whole, totals := audit(Whole, list.String(), 1)
	var parts []string
	var sum Totals
	add := func(part Part, text string, first int) {
		results, s := audit(part, text, first)
		parts = append(parts, results...)
		sum.Files, sum.Repeated, sum.Excluded = sum.Files+s.Files, sum.Repeated+s.Repeated, sum.Excluded+s.Excluded
		for status := range s.Counts {
			sum.Counts[status] += s.Counts[status]
		}
		if len(results) == 0 || len(results) == len(whole) {
			t.Errorf("part %d has %d of %d results", part, len(results), len(whole))
		}
	}
	add(Files, low.String(), 1)
	add(Files, high.String(), first)
	add(Lists, list.String(), 1)
	add(Others, low.String()+high.String(), 1)
	slices.Sort(whole)
	slices.Sort(parts)
	if !slices.Equal(whole, parts) {
		t.Errorf("parts: %q\nwhole: %q", parts, whole)
	}
	if sum.Counts != totals.Counts || sum.Files != totals.Files || sum.Repeated != totals.Repeated || sum.Excluded != totals.Excluded {
		t.Errorf("parts: %+v, whole: %+v", sum, totals)
	}
	if totals.Counts[verdict.Unlisted] == 0 || totals.Repeated == 0 || totals.Excluded == 0 {
		t.Errorf("nothing to tell apart: %+v", totals)
	}
}

// TestPartHasNoLineThatIsNotUnderstood: who has divided a claim has understood its lines, so one
// that is not understood in a part ends the run.
func TestPartHasNoLineThatIsNotUnderstood(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "f"), []byte("f"), 0o666))
	for _, part := range []Part{Files, Others} {
		for text, failed := range map[string]bool{
			ofSHA1("f", "f"): false, ofSHA1("f", "f") + "nonsense\n": true, "nonsense\n": true,
		} {
			run := Verify(context.Background(), dir, []List{{Text: text}}, Options{Rules: Rules{Unlisted: true, Part: part}})
			for range run.Results() {
			}
			if (run.Err() != nil) != failed {
				t.Errorf("part %d of %q: %v", part, text, run.Err())
			}
		}
	}
}
