package starter

import (
	"context"
	"sync"
	"time"
)

// How long the result of a trial write is used again, as the console asks every second, and how long one may take.
const (
	trialHolds    = 15 * time.Second
	trialPatience = 2 * time.Second
)

// trial remembers whether the store could be written a moment ago.
type trial struct {
	mu     sync.Mutex
	at     time.Time
	reason string
}

// why returns why the store can't be written, or an empty string.
func (t *trial) why(ctx context.Context, try func(context.Context) error) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.at) < trialHolds {
		return t.reason
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), trialPatience)
	defer cancel()
	t.reason = ""
	if err := try(ctx); err != nil {
		t.reason = err.Error()
	}
	t.at = time.Now()
	return t.reason
}
