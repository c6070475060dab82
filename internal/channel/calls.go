package channel

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Call is one HTTP call to a channel, good or bad, as it is kept with what it concerned.
type Call struct {
	Operation string        `json:"operation"`           // the channel's name of the call
	RequestID string        `json:"requestId,omitempty"` // the channel's, for its support
	Status    int           `json:"status,omitempty"`    // HTTP status, 0 when no answer came
	Class     Class         `json:"class,omitempty"`     // of the first fault that was found in it; empty when the call was good
	Code      string        `json:"code,omitempty"`      // likewise
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

// Recorded is a call that was recorded. Its answer may turn out to be a failure only when it is read.
type Recorded struct {
	calls *Calls // nil: nobody gathers them
	index int
}

// Record adds a call to those that the context gathers, if it does.
func Record(ctx context.Context, call Call) Recorded {
	c, ok := ctx.Value(callsKey{}).(*Calls)
	if !ok {
		return Recorded{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, call)
	return Recorded{calls: c, index: len(c.list) - 1}
}

// Failed notes the fault that the call came to; of several, the first counts.
func (r Recorded) Failed(class Class, code string) {
	if r.calls == nil {
		return
	}
	r.calls.mu.Lock()
	defer r.calls.mu.Unlock()
	if call := &r.calls.list[r.index]; call.Class == "" {
		call.Class, call.Code = class, code
	}
}

// List is what was gathered so far, oldest first.
func (c *Calls) List() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}
