package order

import (
	"slices"
	"strings"
)

// Moment is the point of an order's life at which something is done.
type Moment string

// The moments an account may choose. Orders reserve when they are placed and are processed when they are
// paid, unless the accounts file says otherwise.
const (
	AtPlaced Moment = "placed"
	AtPaid   Moment = "paid"
)

// Unpaid returns the state of an unpaid order without packed units under this setting, and the state it had under the other one.
func (m Moment) Unpaid() (now, before State) {
	if m == AtPlaced {
		return Open, AwaitingPayment
	}
	return AwaitingPayment, Open
}

// Status is what a channel's status means to an account: a Fulfilment, or StatusSkip.
type Status string

// StatusSkip says that an order with this status is skipped.
const StatusSkip Status = "skip"

// Statuses lists what an account may map a channel's status to.
func Statuses() []Status {
	return []Status{Status(FulfilmentUnshipped), Status(FulfilmentPartlyShipped), Status(FulfilmentShipped), Status(FulfilmentCancelled), StatusSkip}
}

// Policy holds an account's settings for orders.
type Policy struct {
	Account       string
	Test          bool              // of a test endpoint: its orders never touch real stock
	Observing     bool              // an older tool still reports shipments to its channel
	OrderLocation string            // where its orders are saved and reserved, unless a route says otherwise
	Routes        []Route           // the first that serves an order's country counts
	Split         bool              // an order that no location has is parted among several, line by line
	Statuses      map[string]Status // the channel's own status words that mean something else to the merchant
	ReserveAt     Moment            // when units are reserved
	LinesMove     bool              // its channel moves lines of unpaid orders into a new order (eBay)
	Site          string            // the channel's site that the account sells on; empty: all
	OtherSites    []string          // those of the other accounts with its grant: they are shown the same orders
	First         bool              // it is the first account of its grant
	ProcessAt     Moment            // when an order may be processed
}

// Status returns the meaning of an order's status: the adapter's, unless the account's settings override it. They are matched
// against the whole text first, then against each word (eBay "NOT_STARTED, PAID", Shopify "PAID/ON_HOLD"), ignoring case.
func (p Policy) Status(s Snapshot) Status {
	if len(p.Statuses) == 0 {
		return Status(s.Fulfilment)
	}
	words := append([]string{s.ChannelStatus}, strings.FieldsFunc(s.ChannelStatus, func(r rune) bool { return r == ',' || r == '/' || r == ' ' })...)
	for _, word := range words {
		for name, status := range p.Statuses {
			if strings.EqualFold(name, word) {
				return status
			}
		}
	}
	return Status(s.Fulfilment)
}

// Fulfilment returns the status as a Fulfilment; StatusSkip becomes FulfilmentUnmapped.
func (s Status) Fulfilment() Fulfilment {
	if s == StatusSkip {
		return FulfilmentUnmapped
	}
	return Fulfilment(s)
}

// Skips returns why a new order is skipped, or an empty Reason. One with a status that is not known is not: it may be open, so it
// holds stock until a person decides (HoldUnmapped).
func (p Policy) Skips(s Snapshot) Reason {
	status := p.Status(s)
	taken := []Status{Status(FulfilmentUnshipped), Status(FulfilmentPartlyShipped)}
	if reason := p.skipsSite(s.Site); reason != "" {
		return reason
	}
	switch {
	case s.ChannelFulfils:
		return ReasonFulfilled
	case status == StatusSkip:
		return ReasonSetting
	case status == Status(FulfilmentShipped):
		return ReasonShipped
	case status == Status(FulfilmentCancelled):
		return ReasonCancelled
	case !slices.Contains(taken, status) && len(s.Lines) == 0:
		return ReasonUnmapped
	case s.skipsLines() != "":
		return s.skipsLines()
	case !s.Paid && p.ReserveAt == AtPaid:
		return ReasonUnpaid
	}
	return ""
}

// skipsSite returns why an order that was listed on a site is skipped: it is the order of another account, or of none. An account that
// is its channel's only one takes all.
func (p Policy) skipsSite(site string) Reason {
	switch {
	case site == "" || p.Site == "" || site == p.Site || len(p.OtherSites) == 0:
		return ""
	case slices.Contains(p.OtherSites, site):
		return ReasonSite
	}
	return ReasonNoSite
}

// KeepsUnread reports whether the account keeps an order of a site that can't be read. Every account of its grant is shown the order: the
// account of the site keeps it, or the first one when the site can't be read either (empty) or no account sells on it.
func (p Policy) KeepsUnread(site string) bool {
	if p.Site == "" || len(p.OtherSites) == 0 {
		return true
	}
	return site == p.Site || p.First && !slices.Contains(p.OtherSites, site)
}
