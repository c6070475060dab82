package faults

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// Kind is a way in which a call fails.
type Kind string

// The kinds of faults, and whether the marketplace carries out the call first.
const (
	Throttle    Kind = "throttle"     // 429 in the channel's format; not carried out
	Unavailable Kind = "unavailable"  // 503 in the channel's format; not carried out
	Slow        Kind = "slow"         // carried out and answered, but late
	Hang        Kind = "hang"         // no answer until the client gives up; not carried out
	Reset       Kind = "reset"        // the connection is closed; not carried out
	Lost        Kind = "lost"         // carried out, then the connection is closed instead of an answer
	Malformed   Kind = "malformed"    // carried out, then answered with something that is not JSON
	Truncated   Kind = "truncated"    // carried out, then half of the answer and a closed connection
	Huge        Kind = "huge"         // an answer of HugeBytes; not carried out
	ServerError Kind = "server-error" // 500 as the channel and its gateways really send it; every second one is carried out
	Late        Kind = "late"         // the connection is closed, and the request is carried out some time later
)

// The handler faults: only the marketplace's own handler can produce them.
const (
	DuplicatePage      Kind = "duplicate-page"      // a page is given again under the next cursor
	ReorderedPage      Kind = "reordered-page"      // a page's orders come in another order
	RepeatedCursor     Kind = "repeated-cursor"     // the next cursor is the one that was just used
	TokenExpiry        Kind = "token-expiry"        // the access token expires before this call, even during a scan
	RevokedGrant       Kind = "revoked-grant"       // while it is above 0: access and refresh tokens are refused as revoked
	ListingLimit       Kind = "listing-limit"       // the seller's listing limit is reached
	DuplicateVariation Kind = "duplicate-variation" // two variants of a listing are called the same
	FeedRejected       Kind = "feed-rejected"       // a feed is refused at its creation, CANCELLED or ends FATAL
	ProductGone        Kind = "product-gone"        // a listing no longer exists
	NeverLive          Kind = "never-live"          // a change is accepted and never applied
	NeverShown         Kind = "never-shown"         // a package is accepted and never recorded
	WrongChecksum      Kind = "wrong-checksum"      // a definition does not match its checksum
	NoDefinition       Kind = "no-definition"       // a definition can't be fetched
	UnreadableOrder    Kind = "unreadable-order"    // the first order of an answer has a quantity that is no number
	ForbiddenSKU       Kind = "forbidden-sku"       // a change of one SKU is refused as not allowed: always the same SKUs
	SKUError           Kind = "sku-error"           // 500 for one SKU, also within a bulk answer: always the same SKUs
	ProtectedFields    Kind = "protected-fields"    // buyers' fields are null, each with an error
	IndexLag           Kind = "index-lag"           // a changed order is found seconds later than one that changed after it
)

// HandlerFaults are all kinds for Strikes.
var HandlerFaults = []Kind{
	DuplicatePage, ReorderedPage, RepeatedCursor, TokenExpiry, RevokedGrant, ListingLimit, DuplicateVariation,
	FeedRejected, ProductGone, NeverLive, NeverShown, WrongChecksum, NoDefinition, UnreadableOrder,
	ForbiddenSKU, SKUError, ProtectedFields, IndexLag,
}

// Kinds are all kinds of faults, in the order in which they are drawn for a call.
var Kinds = []Kind{Throttle, Unavailable, Slow, Hang, Reset, Lost, Malformed, Truncated, Huge, ServerError, Late}

// only has the channels of the kinds that do not exist on every channel.
var only = map[Kind][]channel.Kind{
	FeedRejected:    {channel.Amazon},
	NeverLive:       {channel.Amazon}, // the others show a change as soon as they accept it
	WrongChecksum:   {channel.Amazon},
	NoDefinition:    {channel.Amazon, channel.EBay},
	SKUError:        {channel.Amazon, channel.EBay}, // Shopify takes or refuses all levels of a call
	ProtectedFields: {channel.Shopify},
}

// On returns the channels on which a kind exists.
func On(k Kind) []channel.Kind {
	if f := orderFault(k); f != nil {
		return f.channels
	}
	if some := only[k]; some != nil {
		return some
	}
	return channel.Kinds()
}

// Effect returns what a kind does, in a few words, and where it exists; empty for an unknown kind.
func Effect(k Kind) string {
	where, some, effect := "", only[k], effects[k]
	if f := orderFault(k); f != nil {
		some, effect = f.channels, f.effect
	}
	for i, c := range some {
		where += []string{" (", ", "}[min(i, 1)] + string(c)
	}
	if where != "" {
		where += " only)"
	}
	return effect + where
}

var effects = map[Kind]string{
	Throttle:           "429 in the channel's words; not carried out",
	Unavailable:        "503 in the channel's words; not carried out",
	Slow:               "carried out and answered, but late",
	Hang:               "no answer until the caller gives up; not carried out",
	Reset:              "the connection is closed; not carried out",
	Lost:               "carried out, then the connection is closed instead of an answer",
	Malformed:          "carried out, then answered with what is no JSON",
	Truncated:          "carried out, then half of the answer and a closed connection",
	Huge:               "an answer of 80 MB; not carried out",
	ServerError:        "500 as channels and their gateways really send it; every second one is carried out all the same",
	Late:               "the connection is closed; carried out some seconds later (--slow), perhaps after a retry",
	DuplicatePage:      "a page is given again under the next cursor",
	ReorderedPage:      "a page's orders come in another order",
	RepeatedCursor:     "the next cursor is the one that was just used",
	TokenExpiry:        "the access token dies before the call, in the middle of a scan too",
	RevokedGrant:       "while above 0: tokens are refused as revoked",
	ListingLimit:       "the seller's listing limit is reached",
	DuplicateVariation: "two variants of a listing are called the same",
	FeedRejected:       "a feed is refused at its creation, CANCELLED, or ends FATAL",
	ProductGone:        "a listing is not there any more",
	NeverLive:          "a change is accepted and never applied",
	NeverShown:         "a package is confirmed and never recorded",
	WrongChecksum:      "what the channel says of a product type is not what its checksum says",
	NoDefinition:       "what the channel says of a product type can't be fetched",
	UnreadableOrder:    "the first order of an answer has a quantity that is no number",
	ForbiddenSKU:       "a change of a SKU is not allowed; the rate is the share of SKUs, always the same ones",
	SKUError:           "500 for one SKU, in bulk answers too; the rate is the share of SKUs, always the same ones",
	ProtectedFields:    "names, addresses and e-mails of buyers are withheld: null, each with an error",
	IndexLag:           "a changed order is found 10 s late; the rate is the share of changes",
}

// All returns the kinds of faults of calls, the handler faults and the order faults.
func All() []Kind { return slices.Concat(Kinds, HandlerFaults, OrderFaults()) }

// ErrKind means that a kind of fault does not exist.
var ErrKind = errors.New("there is no such fault")

// Parse returns the given rates changed by words such as "lost=0.05", or several with commas between them. The other rates give way as far as needed, since together
// they may not exceed 1 (case G8: unavailable=1 on top of the demonstration's occasional faults). Errors: ErrKind, or an invalid
// number.
func Parse(over Rates, words ...string) (Rates, error) {
	var given []Kind
	for word := range strings.SplitSeq(strings.Join(words, ","), ",") {
		name, number, found := strings.Cut(word, "=")
		p, err := strconv.ParseFloat(number, 64)
		if !found || err != nil {
			return over, fmt.Errorf("%q: give a kind and a probability from 0 to 1, e.g. lost=0.05", word)
		}
		if over, err = over.With(Kind(name), p); err != nil {
			return over, err
		}
		given = append(given, Kind(name))
	}
	over = over.giveWay(Kinds, given).giveWay(OrderFaults(), given)
	return over, over.Check()
}
