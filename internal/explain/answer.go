package explain

import (
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/wording"
)

// Refused notes an error of the call: the channel has no such order, it refuses the call, or it could not be called.
func (a *Answer) Refused(err error) {
	var f *channel.Fault
	if aside := channel.AsOrderError(err); aside != nil {
		a.Why = "the channel has it, and what it sends can't be read"
		a.Fault = channel.AsFault(err, string(channel.OpOrder))
		return
	}
	if !errors.As(err, &f) {
		a.Why = "the channel could not be asked from here: " + err.Error()
		return
	}
	if f.RequestID != "" {
		a.RequestID = f.RequestID
	}
	switch f.Class {
	case channel.Missing:
		a.Missing = true
		return
	case channel.Throttled:
		a.Why = "the budget for reading orders is used up"
		if f.RetryAfter > 0 {
			a.Why += fmt.Sprintf("; the channel may be asked again in %s", wording.Took(f.RetryAfter))
		}
	case channel.Network, channel.Timeout, channel.Unavailable:
		a.Why = "the channel does not answer: " + f.Text()
	case channel.Auth, channel.Config, channel.Invalid, channel.Limit, channel.Conflict, channel.Unknown:
		a.Why = "the channel refuses the call: " + f.Text()
	}
	a.Fault = f
}
