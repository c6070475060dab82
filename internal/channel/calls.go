package channel

import (
	"context"
	"sync"
	"time"
)

// Call is one HTTP call to a channel, good or bad, as it is kept with what it concerned.
type Call struct {
	Operation string        `json:"operation"`           // the channel's name of the call
	RequestID string        `json:"requestId,omitempty"` // the channel's, for its support
	Status    int           `json:"status,omitempty"`    // HTTP status, 0 when no answer came
	Class     Class         `json:"class,omitempty"`     // of the fault; empty when the call was good
	Code      string        `json:"code,omitempty"`      //
	At        time.Time     `json:"at"`                  // when it was made
	Took      time.Duration `json:"took"`                //
}

// Calls gathers the calls that are made under a context. It is safe for concurrent use.
type Calls struct {
	mu   sync.Mutex
	list []Call
}

type callsKey struct{}

// WithCalls makes a context whose calls are gathered.
func WithCalls(ctx context.Context) (context.Context, *Calls) {
	c := &Calls{}
	return context.WithValue(ctx, callsKey{}, c), c
}

// Record adds a call to those that the context gathers, if it does.
func Record(ctx context.Context, call Call) {
	if c, ok := ctx.Value(callsKey{}).(*Calls); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.list = append(c.list, call)
	}
}

// List is what was gathered so far, oldest first.
func (c *Calls) List() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Call(nil), c.list...)
}
