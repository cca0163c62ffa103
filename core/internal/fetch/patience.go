package fetch

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// patience is how long a server was waited for, since enough had come of it.
type patience struct {
	client *Client
	waited time.Duration // not the time in which nobody asks
	tries  int
}

// retry waits before another try, or returns the error if there is to be none.
func (p *patience) retry(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	var again *temporary
	if !errors.As(err, &again) {
		return err
	}
	if errors.Is(err, errNoNetwork) && !p.client.reached.Load() {
		return again.error
	}
	p.tries++
	limit := p.client.settings.Timeout
	pause := min(100*time.Millisecond<<min(p.tries, 8), 10*time.Second)
	pause = max(pause/2+rand.N(pause/2), again.after)
	// No server has answered anybody for so long: to let each object wait as long would take ages.
	silent := p.tries > 1 && time.Since(time.Unix(0, p.client.answered.Load())) > limit
	if silent || p.waited+pause > limit {
		return again.error
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		p.waited += pause
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
