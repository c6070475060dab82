package channel

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Call is a record of one HTTP call to a channel, successful or not.
type Call struct {
	Operation string        `json:"operation"`           // the channel's name of the call
	RequestID string        `json:"requestId,omitempty"` // the channel's id, for its support
	Status    int           `json:"status,omitempty"`    // HTTP status, 0 when no answer came
	Class     Class         `json:"class,omitempty"`     // class of its first fault; empty when the call succeeded
	Code      string        `json:"code,omitempty"`      // code of its first fault
	At        time.Time     `json:"at"`                  // when it was made
	Took      time.Duration `json:"took"`                //

	// What is kept of a call that failed, without secrets and buyers' data, each a few KiB at most; empty when it succeeded.
	Request string `json:"request,omitempty"` // method, path and body
	Answer  string `json:"answer,omitempty"`  // status and body
}

// Calls collects the calls made under a context. It is safe for concurrent use.
type Calls struct {
	mu   sync.Mutex
	list []Call
}

type callsKey struct{}

// WithCalls returns a context that collects the calls made under it, and the collection.
func WithCalls(ctx context.Context) (context.Context, *Calls) {
	c := &Calls{}
	return context.WithValue(ctx, callsKey{}, c), c
}

// Recorded is a handle of a recorded call. A failure may be found only when the answer is read.
type Recorded struct {
	calls *Calls // nil: not collected
	index int
}

// Record adds a call to the collection of the context, if it has one.
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

// Failed sets the fault of the call, and what is kept of it, which keep returns. Only the first fault counts.
func (r Recorded) Failed(class Class, code string, keep func() (request, answer string)) {
	if r.calls == nil {
		return
	}
	r.calls.mu.Lock()
	defer r.calls.mu.Unlock()
	if call := &r.calls.list[r.index]; call.Class == "" {
		call.Class, call.Code = class, code
		call.Request, call.Answer = keep()
	}
}

// List returns the calls collected so far, oldest first.
func (c *Calls) List() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}
