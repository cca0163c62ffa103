package work

import (
	"context"
	"sync"
	"time"
)

// limit bounds how many bytes a second pass, for all who ask together. The zero value
// bounds nothing.
type limit struct {
	rate int64 // bytes a second; 0: as many as there are

	mu  sync.Mutex
	due time.Time // when all that was booked has passed, at this rate
}

// idleCredit is how much of the time in which nothing passed can be made up for: workers may
// wait for readers, who wait as well.
const idleCredit = 250 * time.Millisecond

// book notes that so many bytes pass, and returns how long to wait for that.
func (l *limit) book(n int64) time.Duration {
	if l.rate <= 0 || n <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.due.IsZero() {
		l.due = now
	}
	if earliest := now.Add(-idleCredit); l.due.Before(earliest) {
		l.due = earliest
	}
	l.due = l.due.Add(time.Duration(float64(n) / float64(l.rate) * float64(time.Second)))
	return l.due.Sub(now)
}

// rest waits so long, or until ctx ends.
func rest(ctx context.Context, pause time.Duration) {
	if pause <= 0 {
		return
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// pace counts bytes that a worker has read, and waits if they came too fast. What is known
// by then does not wait with it.
func (w *worker) pace(n int) {
	w.run.tally.bytes.Add(int64(n))
	pause := w.run.taken.book(int64(n))
	if pause <= 0 {
		return
	}
	if err := w.Flush(); err != nil && w.failed == nil {
		w.failed = err
	}
	rest(w.run.ctx, pause)
}
