package activities

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
)

// calls are the calls to a channel that an activity makes, to be saved with its result.
type calls struct {
	made  *channel.Calls
	about store.Call // what they concern
}

// gather makes a context whose calls are gathered as being about something.
func gather(ctx context.Context, about store.Call) (context.Context, calls) {
	ctx, made := channel.WithCalls(ctx)
	return ctx, calls{made: made, about: about}
}

// list is what was called so far.
func (c calls) list() []store.Call {
	made := c.made.List()
	list := make([]store.Call, len(made))
	for i, call := range made {
		list[i] = c.about
		list[i].Call = call
	}
	return list
}

// requestID is the channel's id of the last call that was good.
func (c calls) requestID() string {
	id := ""
	for _, call := range c.made.List() {
		if call.Class == "" {
			id = call.RequestID
		}
	}
	return id
}
