package work

import (
	"strings"
	"time"

	"checksig/internal/claim"
	"checksig/internal/verdict"
)

// flushAfter bounds how long a result waits for its batch to fill up.
const flushAfter = 50 * time.Millisecond

// Outbox counts the results that one goroutine finds, and passes them on.
type Outbox struct {
	run     *Run
	batch   []verdict.Result
	places  []noted // of entries that are handed over in order
	flushed time.Time
}

// Outbox returns an empty outbox.
func (r *Run) Outbox() Outbox { return Outbox{run: r, flushed: time.Now()} }

// Emit counts a result, and passes it on if somebody wants to see it.
func (o *Outbox) Emit(result verdict.Result) error {
	taken := o.run.ordered != nil && o.run.ordered.take(o, &result)
	shown := o.run.count(&result)
	switch {
	case !taken && shown:
		return o.pass(result)
	case len(o.places) >= batchSize || taken && time.Since(o.flushed) > flushAfter:
		return o.flush(false)
	}
	return nil
}

// waits reports whether something waits to be passed on.
func (o *Outbox) waits() bool { return len(o.batch) > 0 || len(o.places) > 0 }

// emitUncounted is Emit for a result that is not about one of the entries in files.
func (o *Outbox) emitUncounted(result verdict.Result) error {
	o.run.tally.uncounted.Add(1)
	o.run.tally.counts[result.Status].Add(1)
	if !o.run.scope.Shows(&result) {
		return nil
	}
	return o.pass(result)
}

// count counts a result, and reports whether somebody wants to see it.
func (r *Run) count(result *verdict.Result) bool {
	if result.Status == verdict.Bare {
		r.tally.bare.Add(1)
		return false
	}
	r.tally.counts[result.Status].Add(1)
	if r.scope.Ignores(result) {
		r.tally.ignored.Add(1)
		return false
	}
	if !r.scope.Shows(result) {
		return false
	}
	result.Listed = strings.ToLower(result.Listed)
	return true
}

// remark passes on a remark, which is no result.
func (o *Outbox) remark(r claim.Remark) error {
	return o.pass(verdict.Result{Status: verdict.Remarked, List: r.List, Size: -1, ListedSize: -1, Text: r.Text})
}

// pass passes a result on, with others.
func (o *Outbox) pass(result verdict.Result) error {
	o.batch = append(o.batch, result)
	if len(o.batch) >= batchSize || time.Since(o.flushed) > flushAfter {
		return o.Flush()
	}
	return nil
}

// Flush passes on the results so far, and waits while nobody takes them.
func (o *Outbox) Flush() error { return o.flush(true) }

// flush is Flush; what is handed over in order can be left to who does so just now.
func (o *Outbox) flush(wait bool) (err error) {
	if !o.waits() {
		return nil
	}
	o.flushed = time.Now()
	if len(o.places) > 0 {
		if err = o.run.ordered.handOver(o, wait); err != nil {
			return err
		}
	}
	if len(o.batch) > 0 {
		o.batch, err = o.run.queue.put(o.run.ctx, o.batch)
	}
	return err
}
