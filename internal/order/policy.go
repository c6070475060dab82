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

// Unpaid is the state of an unpaid order that nothing is packed of, under a setting of when orders may be processed, and the
// one that it had under the other setting.
func (m Moment) Unpaid() (now, before State) {
	if m == AtPlaced {
		return Open, AwaitingPayment
	}
	return AwaitingPayment, Open
}

// Status is what a channel's status means to an account: a Fulfilment, or StatusSkip.
type Status string

// StatusSkip says that an order with this status is not taken.
const StatusSkip Status = "skip"

// Statuses lists what an account may map a channel's status to.
func Statuses() []Status {
	return []Status{Status(FulfilmentUnshipped), Status(FulfilmentPartlyShipped), Status(FulfilmentShipped), Status(FulfilmentCancelled), StatusSkip}
}

// Policy is what an account's settings say of its orders.
type Policy struct {
	Account       string
	Test          bool              // of a test endpoint: its orders never touch real stock
	Observing     bool              // an older tool still tells its channel of shipments
	OrderLocation string            // where its orders are saved and reserved
	ShipFrom      map[string]string // ISO 3166-1 alpha-2 country to the location that serves it; others: OrderLocation
	Statuses      map[string]Status // the channel's own status words that mean something else to the merchant
	ReserveAt     Moment            // when units are reserved
	TakeAt        Moment            // when an order may be processed
}

// Status is what the status of an order means: what its adapter made of it, unless the account's settings overrule that. The
// whole text counts first, then each word of it, as a status may be made of several (eBay "NOT_STARTED, PAID",
// Shopify "PAID/ON_HOLD"). Case does not count.
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

// Fulfilment is the status as a fulfilment; one that only says that orders are not taken is none that is known.
func (s Status) Fulfilment() Fulfilment {
	if s == StatusSkip {
		return FulfilmentUnmapped
	}
	return Fulfilment(s)
}

// LocationFor is where orders to a country are saved and reserved.
func (p Policy) LocationFor(country string) string {
	if location, ok := p.ShipFrom[country]; ok {
		return location
	}
	return p.OrderLocation
}

// Skips says why an order that is not in the books is not taken, or nothing.
func (p Policy) Skips(s Snapshot) Reason {
	status := p.Status(s)
	taken := []Status{Status(FulfilmentUnshipped), Status(FulfilmentPartlyShipped)}
	switch {
	case s.ChannelFulfils:
		return ReasonFulfilled
	case status == StatusSkip:
		return ReasonSetting
	case status == Status(FulfilmentShipped):
		return ReasonShipped
	case status == Status(FulfilmentCancelled):
		return ReasonCancelled
	case !slices.Contains(taken, status):
		return ReasonUnmapped
	case !s.Paid && p.ReserveAt == AtPaid:
		return ReasonUnpaid
	}
	return ""
}

// moves is the location to which a known order's reservations move because its country became known or another one,
// empty when they stay. A setting that changed meanwhile moves nothing.
func (p Policy) moves(known *Order, country string) string {
	to := p.LocationFor(country)
	if to == p.LocationFor(known.Country) || to == known.Location {
		return ""
	}
	return to
}
