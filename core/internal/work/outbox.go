package work

import (
	"strings"
	"time"

	"checksig/internal/verdict"
)

// flushAfter bounds how long a result waits for its batch to fill up.
const flushAfter = 50 * time.Millisecond

// Outbox counts the results that one goroutine finds, and passes them on.
type Outbox struct {
	run     *Run
	batch   []verdict.Result
	flushed time.Time
}

// Outbox returns an empty outbox.
func (r *Run) Outbox() Outbox { return Outbox{run: r, flushed: time.Now()} }

// Emit counts a result, and passes it on if somebody wants to see it.
func (o *Outbox) Emit(result verdict.Result) error {
	r := o.run
	r.tally.counts[result.Status].Add(1)
	if r.scope.Ignores(&result) {
		r.tally.ignored.Add(1)
	}
	if !r.scope.Shows(&result) {
		return nil
	}
	result.Listed = strings.ToLower(result.Listed)
	o.batch = append(o.batch, result)
	if len(o.batch) >= batchSize || time.Since(o.flushed) > flushAfter {
		return o.Flush()
	}
	return nil
}

// emitUncounted is Emit for a result that is not about one of the entries in files.
func (o *Outbox) emitUncounted(result verdict.Result) error {
	o.run.tally.uncounted.Add(1)
	return o.Emit(result)
}

// Flush passes on the results so far, and waits while nobody takes them.
func (o *Outbox) Flush() (err error) {
	if len(o.batch) == 0 {
		return nil
	}
	if o.batch, err = o.run.queue.put(o.run.ctx, o.batch); err != nil {
		return err
	}
	o.flushed = time.Now()
	return nil
}
