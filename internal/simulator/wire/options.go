// Package wire is what the channels' wire handlers have in common: how they are set up, their rate limits,
// bounded reading of requests, and request ids. The handlers are in the folders beside it; each exports
//
//	func Handler(m market.Seller, o wire.Options) http.Handler
//	func MarketOptions(account string) market.Options
package wire

import (
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// Options configure a wire handler.
type Options struct {
	Account     string            // e.g. amazon-uk
	Marketplace string            // Amazon marketplace id; eBay marketplace, e.g. EBAY_GB; Shopify: shop domain
	Location    string            // the channel's id of the stock location, where it has one (Shopify: a gid)
	Speed       float64           // how much faster than real the marketplace runs; 0 = 1
	Credentials map[string]string // what the handler accepts: clientId, clientSecret, refreshToken, sellerId, accessToken
	Definitions string            // Amazon: a folder of product type definitions, HOME-gb.json, that are served in place of the handler's own; empty = none
	Injector    *faults.Injector  // nil = no faults. The handler wraps itself: o.Injector.Wrap(shape, handler)
	Logger      *zap.Logger       // nil = silent
	Now         func() time.Time  // nil = time.Now
}

// Defaults returns the options with empty fields filled.
func (o Options) Defaults() Options {
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Delay returns a duration scaled to the marketplace's speed.
func (o Options) Delay(d time.Duration) time.Duration {
	if o.Speed <= 0 {
		return d
	}
	return time.Duration(float64(d) / o.Speed)
}

// RequestID returns a new id by which a channel identifies one call.
func RequestID() string { return uuid.NewString() }
