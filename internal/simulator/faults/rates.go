// Package faults makes a simulated marketplace misbehave on purpose: it throttles, fails, hangs, drops connections
// before or after the work is done, and sends invalid answers. Faults are drawn at random from a seed, or requested
// call by call.
package faults

import (
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// HugeBytes is the length of a Huge answer, unless the client hangs up first.
const HugeBytes = 80 << 20

// DefaultSlow is the delay of a Slow answer when Rates has none, at speed 1.
const DefaultSlow = 3 * time.Second

// DefaultLate is how much later a Late request is carried out when Rates has no delay, at speed 1: after the retries of
// a shipment.
const DefaultLate = 10 * time.Second

// Rates are the probabilities of faults per call, from 0 to 1, those of Kinds together at most 1; of ForbiddenSKU,
// SKUError and IndexLag they are the share of SKUs or changes. In JSON a kind goes by its name.
type Rates struct {
	Throttle    float64 `json:"throttle,omitempty"`
	Unavailable float64 `json:"unavailable,omitempty"`
	Slow        float64 `json:"slow,omitempty"`
	Hang        float64 `json:"hang,omitempty"`
	Reset       float64 `json:"reset,omitempty"`
	Lost        float64 `json:"lost,omitempty"`
	Malformed   float64 `json:"malformed,omitempty"`
	Truncated   float64 `json:"truncated,omitempty"`
	Huge        float64 `json:"huge,omitempty"`
	ServerError float64 `json:"server-error,omitempty"`
	Late        float64 `json:"late,omitempty"`

	DuplicatePage      float64 `json:"duplicate-page,omitempty"`
	ReorderedPage      float64 `json:"reordered-page,omitempty"`
	RepeatedCursor     float64 `json:"repeated-cursor,omitempty"`
	TokenExpiry        float64 `json:"token-expiry,omitempty"`
	RevokedGrant       float64 `json:"revoked-grant,omitempty"`
	ListingLimit       float64 `json:"listing-limit,omitempty"`
	DuplicateVariation float64 `json:"duplicate-variation,omitempty"`
	FeedRejected       float64 `json:"feed-rejected,omitempty"`
	ProductGone        float64 `json:"product-gone,omitempty"`
	NeverLive          float64 `json:"never-live,omitempty"`
	NeverShown         float64 `json:"never-shown,omitempty"`
	WrongChecksum      float64 `json:"wrong-checksum,omitempty"`
	NoDefinition       float64 `json:"no-definition,omitempty"`
	UnreadableOrder    float64 `json:"unreadable-order,omitempty"`
	ForbiddenSKU       float64 `json:"forbidden-sku,omitempty"`
	SKUError           float64 `json:"sku-error,omitempty"`
	ProtectedFields    float64 `json:"protected-fields,omitempty"`
	IndexLag           float64 `json:"index-lag,omitempty"`

	Orders map[Kind]float64 `json:"orders,omitempty"` // the order faults, per order and not per call; together at most 1

	SlowMillis int      `json:"slowMillis,omitempty"` // delay of Slow answers and Late requests, at speed 1; 0 = DefaultSlow and DefaultLate
	Operations []string `json:"operations,omitempty"` // only these of the channel's operations; empty = all
}

// Occasional is about one faulty call in sixty: enough to show faults on the screens, too few to stop the work.
var Occasional = Rates{Throttle: 0.006, Unavailable: 0.005, Lost: 0.003, Reset: 0.003}

// fields are the fields of the probabilities by kind.
var fields = map[Kind]func(*Rates) *float64{
	Throttle:           func(r *Rates) *float64 { return &r.Throttle },
	Unavailable:        func(r *Rates) *float64 { return &r.Unavailable },
	Slow:               func(r *Rates) *float64 { return &r.Slow },
	Hang:               func(r *Rates) *float64 { return &r.Hang },
	Reset:              func(r *Rates) *float64 { return &r.Reset },
	Lost:               func(r *Rates) *float64 { return &r.Lost },
	Malformed:          func(r *Rates) *float64 { return &r.Malformed },
	Truncated:          func(r *Rates) *float64 { return &r.Truncated },
	Huge:               func(r *Rates) *float64 { return &r.Huge },
	ServerError:        func(r *Rates) *float64 { return &r.ServerError },
	Late:               func(r *Rates) *float64 { return &r.Late },
	DuplicatePage:      func(r *Rates) *float64 { return &r.DuplicatePage },
	ReorderedPage:      func(r *Rates) *float64 { return &r.ReorderedPage },
	RepeatedCursor:     func(r *Rates) *float64 { return &r.RepeatedCursor },
	TokenExpiry:        func(r *Rates) *float64 { return &r.TokenExpiry },
	RevokedGrant:       func(r *Rates) *float64 { return &r.RevokedGrant },
	ListingLimit:       func(r *Rates) *float64 { return &r.ListingLimit },
	DuplicateVariation: func(r *Rates) *float64 { return &r.DuplicateVariation },
	FeedRejected:       func(r *Rates) *float64 { return &r.FeedRejected },
	ProductGone:        func(r *Rates) *float64 { return &r.ProductGone },
	NeverLive:          func(r *Rates) *float64 { return &r.NeverLive },
	NeverShown:         func(r *Rates) *float64 { return &r.NeverShown },
	WrongChecksum:      func(r *Rates) *float64 { return &r.WrongChecksum },
	NoDefinition:       func(r *Rates) *float64 { return &r.NoDefinition },
	UnreadableOrder:    func(r *Rates) *float64 { return &r.UnreadableOrder },
	ForbiddenSKU:       func(r *Rates) *float64 { return &r.ForbiddenSKU },
	SKUError:           func(r *Rates) *float64 { return &r.SKUError },
	ProtectedFields:    func(r *Rates) *float64 { return &r.ProtectedFields },
	IndexLag:           func(r *Rates) *float64 { return &r.IndexLag },
}

// Of returns the probability of one kind.
func (r Rates) Of(k Kind) float64 {
	if field := fields[k]; field != nil {
		return *field(&r)
	}
	return r.Orders[k]
}

// For returns r without the kinds that a channel does not have.
func (r Rates) For(c channel.Kind) Rates {
	for k, field := range fields {
		if !slices.Contains(On(k), c) {
			*field(&r) = 0
		}
	}
	for k := range r.Orders {
		if !slices.Contains(On(k), c) {
			r = r.withOrder(k, 0)
		}
	}
	return r
}

// With returns r with another probability of one kind. Errors: ErrKind.
func (r Rates) With(k Kind, p float64) (Rates, error) {
	if orderFault(k) != nil {
		return r.withOrder(k, p), nil
	}
	field := fields[k]
	if field == nil {
		return r, fmt.Errorf("%w: %q", ErrKind, k)
	}
	*field(&r) = p
	return r, nil
}

// giveWay returns r with the rates of the other kinds of a family scaled down to what the given ones leave of 1.
func (r Rates) giveWay(family, given []Kind) Rates {
	fixed, others := 0.0, 0.0
	for _, k := range family {
		if slices.Contains(given, k) {
			fixed += r.Of(k)
		} else {
			others += r.Of(k)
		}
	}
	if fixed+others <= 1 || others == 0 {
		return r
	}
	for _, k := range family {
		if !slices.Contains(given, k) {
			r, _ = r.With(k, r.Of(k)*max(0, 1-fixed)/others) // a kind of the family exists
		}
	}
	return r
}

// Check returns an error for invalid probabilities.
func (r Rates) Check() error {
	sum := 0.0
	for _, k := range Kinds {
		p := r.Of(k)
		if !(p >= 0 && p <= 1) { // also refuses NaN
			return fmt.Errorf("fault rate %s is %v: give a probability from 0 to 1", k, p)
		}
		sum += p
	}
	if sum > 1+1e-9 {
		return fmt.Errorf("the fault rates add up to %.4g: they may not exceed 1", sum)
	}
	for _, k := range HandlerFaults {
		if p := r.Of(k); !(p >= 0 && p <= 1) {
			return fmt.Errorf("fault rate %s is %v: give a probability from 0 to 1", k, p)
		}
	}
	if r.SlowMillis < 0 {
		return fmt.Errorf("slowMillis is %d: give 0 or more", r.SlowMillis)
	}
	return r.checkOrders()
}

// pick returns the fault for a random number from 0 to 1.
func (r Rates) pick(drawn float64, operation string) (Kind, bool) {
	if !r.concerns(operation) {
		return "", false
	}
	for _, k := range Kinds {
		p := r.Of(k)
		if drawn < p {
			return k, true
		}
		drawn -= p
	}
	return "", false
}

// concerns reports whether an operation may fail at all.
func (r Rates) concerns(operation string) bool {
	return len(r.Operations) == 0 || slices.Contains(r.Operations, operation)
}

// delay returns how late a kind's answer comes, or its request is carried out.
func (r Rates) delay(k Kind) time.Duration {
	switch {
	case r.SlowMillis > 0:
		return time.Duration(r.SlowMillis) * time.Millisecond
	case k == Late:
		return DefaultLate
	}
	return DefaultSlow
}
