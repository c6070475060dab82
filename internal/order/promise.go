package order

import "time"

// Promise is how an order stands against the channel's ship-by date.
type Promise string

// The promises. An order without a date, or of which nothing is to be shipped any more, has none.
const (
	PromiseLate   Promise = "late"    // the date has passed
	PromiseAtRisk Promise = "at-risk" // less than RiskAhead is left
	PromiseOnTime Promise = "on-time"
)

// RiskAhead is how long before its ship-by date an order is at risk: by the clock, because nothing says when people work. A weekend is
// no less of it.
const RiskAhead = 24 * time.Hour

// SoonAhead is how long before its ship-by date an order is to be shipped next, of those at risk.
const SoonAhead = 4 * time.Hour

// Text returns the promise as text for operators.
func (p Promise) Text() string {
	switch p {
	case PromiseLate:
		return "late"
	case PromiseAtRisk:
		return "at risk"
	case PromiseOnTime:
		return "on time"
	}
	return ""
}

// ToBeShipped reports whether the channel still waits for something of an order in this state: until it has confirmed every package, and
// also while the order is held. One that is not paid yet can't be shipped.
func (s State) ToBeShipped() bool { return s == Open || s == Processing || s == Processed }

// PromiseOf returns how an order stands against its ship-by date. Times are UTC microseconds; 0: the channel gives none.
func PromiseOf(s State, shipBy, now int64) Promise {
	switch {
	case shipBy == 0 || !s.ToBeShipped():
		return ""
	case shipBy <= now:
		return PromiseLate
	case shipBy <= now+RiskAhead.Microseconds():
		return PromiseAtRisk
	}
	return PromiseOnTime
}
