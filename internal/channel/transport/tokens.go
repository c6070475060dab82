package transport

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Refresh gets a new access token from the channel and returns it with its lifetime (0 = not known).
type Refresh func(ctx context.Context) (token string, life time.Duration, fault *channel.Fault)

// Tokens has an account's access token and refreshes it, one refresh at a time: callers that need a new token
// meanwhile wait for it and share its failure.
type Tokens struct {
	refresh  Refresh
	attempts atomic.Int64  // refreshes that have ended
	turn     chan struct{} // held while reading or changing the fields below
	token    string
	expires  time.Time
	failed   *channel.Fault // fault of the last refresh; nil when it succeeded or its caller gave up
	failedAt time.Time
}

// refusal is how long a refused grant counts as refused without another attempt. The first failure pauses the
// account; until then other calls may be in progress, and channels lock out callers that keep asking.
const refusal = time.Second

// NewTokens returns an empty token source.
func NewTokens(refresh Refresh) *Tokens {
	return &Tokens{refresh: refresh, turn: make(chan struct{}, 1)}
}

// Token returns a token that is valid for at least a little longer.
func (t *Tokens) Token(ctx context.Context) (string, *channel.Fault) {
	before := t.attempts.Load()
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", broken(ctx, "token", ctx.Err())
	}
	if t.token != "" && time.Now().Before(t.expires) {
		return t.token, nil
	}
	if t.failed != nil && (t.attempts.Load() > before || t.failed.Class == channel.Auth && time.Since(t.failedAt) < refusal) {
		shared := *t.failed
		return "", &shared
	}
	token, life, fault := t.refresh(ctx)
	t.attempts.Add(1)
	t.failed = nil
	if fault != nil {
		if ctx.Err() == nil {
			t.failed, t.failedAt = fault, time.Now()
		}
		return "", fault
	}
	if life <= 0 {
		life = time.Hour
	}
	t.token, t.expires = token, time.Now().Add(life-Margin(life))
	return token, nil
}

// Margin returns how long before its end a token is no longer used, so that it does not expire during a call: a
// minute, or a tenth of a short lifetime.
func Margin(life time.Duration) time.Duration { return max(0, min(time.Minute, life/10)) }

// Call makes a call with a token, and once more with a new one when dead reports that the channel refused the first.
// A call without a valid token has no effect, so this is safe for writes too.
func (t *Tokens) Call(ctx context.Context, once func(token string) (*Answer, *channel.Fault), dead func(*Answer) bool) (*Answer, *channel.Fault) {
	for again := false; ; again = true {
		token, fault := t.Token(ctx)
		if fault != nil {
			return nil, fault
		}
		answer, fault := once(token)
		if fault != nil || again || !dead(answer) {
			return answer, fault
		}
		t.Invalidate(token)
	}
}

// Invalidate drops the token unless it has been replaced already: when many calls fail with the same token, only the
// first causes a refresh.
func (t *Tokens) Invalidate(token string) {
	t.turn <- struct{}{}
	defer func() { <-t.turn }()
	if t.token == token {
		t.token = ""
	}
}
