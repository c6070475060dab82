package wording

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/order"
)

// Cancel is a cancellation on the channel of what was cancelled here, or the answer to the buyer that his request is declined.
type Cancel struct {
	Reference string
	Declines  bool
	State     order.CancelState
	Page      string // the order's page on the channel; empty: its address is not known
	SentAt    time.Time
	Fault     *channel.Fault // with which the last call failed; nil: none did
}

// Explain returns how far the cancellation is on the channel, and what to do. nil has no sentences.
func (c *Cancel) Explain(now time.Time) []string {
	if c == nil {
		return nil
	}
	if c.Declines {
		return c.explainDecline(now)
	}
	switch c.State {
	case order.CancelAsked:
		text := "It is being cancelled on the channel too"
		if c.Fault != nil {
			text += "; the last call failed: " + c.Fault.Brief()
		}
		return []string{text + "."}
	case order.CancelSent:
		return []string{fmt.Sprintf("The channel accepted the cancellation %s. The next version of the order that shows it settles it.", Away(c.SentAt, now))}
	case order.CancelParked:
		return []string{fmt.Sprintf("It is cancelled here and open on the channel, which refuses to cancel it: %s. %s; or `towpath retry %s` tries again, "+
			"and `towpath order reopen %s` opens it here again.", c.Fault.Brief(), c.byHand(), invocation.ShellWord(c.Reference), invocation.ShellWord(c.Reference))}
	case order.CancelByHand:
		return []string{"It is cancelled here only, because its account sends no cancellations. " + c.byHand() + "."}
	case order.CancelSettled:
	}
	return nil
}

// explainDecline returns how far the answer to the buyer is on the channel.
func (c *Cancel) explainDecline(now time.Time) []string {
	switch c.State {
	case order.CancelAsked:
		text := "The buyer's request for cancellation is being declined on the channel"
		if c.Fault != nil {
			text += "; the last call failed: " + c.Fault.Brief()
		}
		return []string{text + "."}
	case order.CancelSent:
		return []string{fmt.Sprintf("The channel was told %s that the buyer's request for cancellation is declined.", Away(c.SentAt, now))}
	case order.CancelByHand:
		text := "The buyer's request for cancellation is open on the channel, because its account sends no answers"
		if c.Fault != nil {
			text = "The buyer's request for cancellation is open on the channel, which did not take the answer: " + c.Fault.Brief()
		}
		text += ". Decline it there"
		if c.Page != "" {
			text += ": " + c.Page
		}
		return []string{text + " (the order may be shipped meanwhile)."}
	case order.CancelParked, order.CancelSettled:
	}
	return nil
}

func (c *Cancel) byHand() string {
	text := "Cancel it on the channel"
	if c.Page != "" {
		text += ": " + c.Page
	}
	return text + " (this ends by itself when the channel shows it)"
}
