package checksig

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"checksig/internal/verdict"
)

// TestSlicesTogetherAreTheWhole: each file is judged in one slice, and what belongs
// to none is in the first.
func TestSlicesTogetherAreTheWhole(t *testing.T) {
	dir := t.TempDir()
	var list strings.Builder
	for i := range 40 {
		name := fmt.Sprintf("f%02d", i)
		if i%7 != 0 {
			must(t, os.WriteFile(filepath.Join(dir, name), []byte(name), 0o666))
		}
		if i%5 != 0 {
			list.WriteString(ofSHA1(name, name) + ofSHA1("./"+name, name))
		}
	}
	list.WriteString("nonsense\n" + ofSHA1("../out", "x"))
	rules := Rules{Unlisted: true, Complete: true, KeepOK: true, Require: []string{"f00", "f01", "lost"}, Exclude: []string{"f3*"}}
	audit := func(slice Slice) (results []string, totals Totals) {
		rules.Slice = slice
		run := Verify(context.Background(), dir, []List{{Text: list.String()}}, Options{Rules: rules})
		for result := range run.Results() {
			results = append(results, fmt.Sprint(result.Name, result.Status, result.Line, result.Text))
		}
		must(t, run.Err())
		return results, run.Totals()
	}
	whole, totals := audit(Slice{})
	var parts []string
	var sum Totals
	for i := range 3 {
		results, s := audit(Slice{Index: i, Of: 3})
		parts = append(parts, results...)
		sum.Files, sum.Repeated, sum.Excluded = sum.Files+s.Files, sum.Repeated+s.Repeated, sum.Excluded+s.Excluded
		for status := range s.Counts {
			sum.Counts[status] += s.Counts[status]
		}
		if len(results) == 0 || len(results) == len(whole) {
			t.Errorf("slice %d has %d of %d results", i, len(results), len(whole))
		}
	}
	slices.Sort(whole)
	slices.Sort(parts)
	if !slices.Equal(whole, parts) {
		t.Errorf("slices: %q\nwhole: %q", parts, whole)
	}
	if sum.Counts != totals.Counts || sum.Files != totals.Files || sum.Repeated != totals.Repeated || sum.Excluded != totals.Excluded {
		t.Errorf("slices: %+v, whole: %+v", sum, totals)
	}
	if totals.Counts[verdict.Unlisted] == 0 || totals.Repeated == 0 || totals.Excluded == 0 {
		t.Errorf("nothing to tell apart: %+v", totals)
	}
}
