// Package faults makes a simulated marketplace misbehave on purpose: it throttles, breaks down, hangs, drops
// connections before or after the work is done, and answers garbage. What happens is drawn from a seed, or
// asked for call by call.
package faults

import (
	"fmt"
	"slices"
	"time"
)

// Kind names a way for a call to go wrong.
type Kind string

// The kinds of faults, and whether the marketplace carries the call out before it goes wrong.
const (
	Throttle    Kind = "throttle"    // 429 in the channel's format; not carried out
	Unavailable Kind = "unavailable" // 503 in the channel's format; not carried out
	Slow        Kind = "slow"        // carried out and answered, but late
	Hang        Kind = "hang"        // no answer until the client gives up; not carried out
	Reset       Kind = "reset"       // the connection is closed; not carried out
	Lost        Kind = "lost"        // carried out, then the connection is closed instead of an answer
	Malformed   Kind = "malformed"   // carried out, then answered with something that is not JSON
	Truncated   Kind = "truncated"   // carried out, then half of the answer and a closed connection
	Huge        Kind = "huge"        // an answer of HugeBytes; not carried out
)

// The quirks: ways of going wrong that only the marketplace's own handler can play, each where it belongs.
const (
	DuplicatePage      Kind = "duplicate-page"      // a page is given again under the next cursor
	ReorderedPage      Kind = "reordered-page"      // a page's orders come in another order
	RepeatedCursor     Kind = "repeated-cursor"     // the next cursor is the one that was just used
	TokenExpiry        Kind = "token-expiry"        // the access token dies before this call, in the middle of a scan too
	RevokedGrant       Kind = "revoked-grant"       // while it is above 0: access and refresh tokens are refused as revoked
	ListingLimit       Kind = "listing-limit"       // the seller's listing limit is reached
	DuplicateVariation Kind = "duplicate-variation" // two variants of a listing are called the same
	FeedRejected       Kind = "feed-rejected"       // a feed is refused at its creation, CANCELLED or ends FATAL
	ProductGone        Kind = "product-gone"        // a listing is not there any more
	NeverLive          Kind = "never-live"          // a change is accepted and never applied
)

// Quirks are all kinds that Strikes draws.
var Quirks = []Kind{
	DuplicatePage, ReorderedPage, RepeatedCursor, TokenExpiry, RevokedGrant, ListingLimit, DuplicateVariation,
	FeedRejected, ProductGone, NeverLive,
}

// Kinds are all kinds of faults, in the order in which a call's luck is held against them.
var Kinds = []Kind{Throttle, Unavailable, Slow, Hang, Reset, Lost, Malformed, Truncated, Huge}

// HugeBytes is how much a Huge answer streams, unless the client hangs up first.
const HugeBytes = 80 << 20

// DefaultSlow is how late a Slow answer comes when Rates does not say, at speed 1.
const DefaultSlow = 3 * time.Second

// Rates says how often calls go wrong: each a probability from 0 to 1 per call; together at most 1.
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

	DuplicatePage      float64 `json:"duplicatePage,omitempty"`
	ReorderedPage      float64 `json:"reorderedPage,omitempty"`
	RepeatedCursor     float64 `json:"repeatedCursor,omitempty"`
	TokenExpiry        float64 `json:"tokenExpiry,omitempty"`
	RevokedGrant       float64 `json:"revokedGrant,omitempty"`
	ListingLimit       float64 `json:"listingLimit,omitempty"`
	DuplicateVariation float64 `json:"duplicateVariation,omitempty"`
	FeedRejected       float64 `json:"feedRejected,omitempty"`
	ProductGone        float64 `json:"productGone,omitempty"`
	NeverLive          float64 `json:"neverLive,omitempty"`

	SlowMillis int      `json:"slowMillis,omitempty"` // how late Slow answers come, at speed 1; 0 = DefaultSlow
	Operations []string `json:"operations,omitempty"` // only these of the channel's operations; empty = all
}

// Occasional is about one faulty call in sixty: enough to keep the screens alive, too little to stop the work.
var Occasional = Rates{Throttle: 0.006, Unavailable: 0.005, Lost: 0.003, Reset: 0.003}

// Of is the probability of one kind.
func (r Rates) Of(k Kind) float64 {
	switch k {
	case Throttle:
		return r.Throttle
	case Unavailable:
		return r.Unavailable
	case Slow:
		return r.Slow
	case Hang:
		return r.Hang
	case Reset:
		return r.Reset
	case Lost:
		return r.Lost
	case Malformed:
		return r.Malformed
	case Truncated:
		return r.Truncated
	case Huge:
		return r.Huge
	case DuplicatePage:
		return r.DuplicatePage
	case ReorderedPage:
		return r.ReorderedPage
	case RepeatedCursor:
		return r.RepeatedCursor
	case TokenExpiry:
		return r.TokenExpiry
	case RevokedGrant:
		return r.RevokedGrant
	case ListingLimit:
		return r.ListingLimit
	case DuplicateVariation:
		return r.DuplicateVariation
	case FeedRejected:
		return r.FeedRejected
	case ProductGone:
		return r.ProductGone
	case NeverLive:
		return r.NeverLive
	}
	return 0
}

// Check refuses rates that are no probabilities.
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
		return fmt.Errorf("the fault rates add up to %v: they may not exceed 1", sum)
	}
	for _, k := range Quirks {
		if p := r.Of(k); !(p >= 0 && p <= 1) {
			return fmt.Errorf("fault rate %s is %v: give a probability from 0 to 1", k, p)
		}
	}
	if r.SlowMillis < 0 {
		return fmt.Errorf("slowMillis is %d: give 0 or more", r.SlowMillis)
	}
	return nil
}

// pick holds a number from 0 to 1 against the rates.
func (r Rates) pick(luck float64, operation string) (Kind, bool) {
	if len(r.Operations) > 0 && !slices.Contains(r.Operations, operation) {
		return "", false
	}
	for _, k := range Kinds {
		p := r.Of(k)
		if luck < p {
			return k, true
		}
		luck -= p
	}
	return "", false
}

func (r Rates) slowFor() time.Duration {
	if r.SlowMillis > 0 {
		return time.Duration(r.SlowMillis) * time.Millisecond
	}
	return DefaultSlow
}
