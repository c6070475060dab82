package transport

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Refresh gets a new access token from the channel: the token and how long it lives (0 = not told).
type Refresh func(ctx context.Context) (token string, life time.Duration, fault *channel.Fault)

// Tokens holds an account's access token and refreshes it, one refresh at a time: callers who need a new
// token while one is being fetched wait for that one, and share its failure.
type Tokens struct {
	refresh  Refresh
	attempts atomic.Int64  // refreshes that have ended
	turn     chan struct{} // held while reading or changing the fields below
	token    string
	expires  time.Time
	failed   *channel.Fault // how the last refresh ended; nil when it was good or its own caller gave up
	failedAt time.Time
}

// refusal is for how long a refused grant is taken for refused without asking again. The account is paused by the
// first who is told; until then others may be on their way, and channels lock out who keeps asking.
const refusal = time.Second

// NewTokens makes an empty token source.
func NewTokens(refresh Refresh) *Tokens {
	return &Tokens{refresh: refresh, turn: make(chan struct{}, 1)}
}

// Token answers a token that is good for at least a little while longer.
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

// Margin is how long before its end a token that has so long to live is no longer used, so that no call sets out with one that dies on the
// way: a minute, or a tenth of a short life.
func Margin(life time.Duration) time.Duration { return max(0, min(time.Minute, life/10)) }

// Call makes a call with a token, and once more with the next one when the channel does not take the first, which dead tells of an answer: a
// call without a good token was not carried out, so that this is safe for writes too.
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

// Invalidate drops the token, unless it has been replaced already: of many calls that a dead token fails,
// only the first causes a refresh.
func (t *Tokens) Invalidate(token string) {
	t.turn <- struct{}{}
	defer func() { <-t.turn }()
	if t.token == token {
		t.token = ""
	}
}
