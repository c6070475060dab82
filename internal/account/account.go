// Package account is an account of a channel: its settings as the accounts file has them, its condition, and what follows
// from both. It is pure: nothing of it reads or writes.
package account

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// Account is an account's settings, which come from the accounts file, and its condition, which the store keeps.
type Account struct {
	message.Account
	Name           string       `json:"name"`
	OrderLocation  string       `json:"orderLocation"`  // where its orders are saved and reserved
	StockLocations []string     `json:"stockLocations"` // whose free units it lists
	Buffer         int          `json:"buffer"`         // units never listed
	Cap            int          `json:"cap"`            // most units ever listed; stock.NoCap = no cap
	ReserveAt      order.Moment `json:"reserveAt"`      // when units are reserved
	TakeAt         order.Moment `json:"takeAt"`         // when an order may be processed
	Enabled        bool         `json:"enabled"`

	Statuses map[string]order.Status `json:"statuses,omitempty"` // the channel's own status words that mean something else to the merchant
	ShipFrom map[string]string       `json:"shipFrom,omitempty"` // ISO 3166-1 alpha-2 country to the location that serves it; others: OrderLocation
	Listings channel.Permissions     `json:"listings"`           // what may be done to its listings
	AtZero   AtZero                  `json:"atZero"`             // what becomes of a listing that is sold out

	Marketplace    string        `json:"marketplace,omitempty"`    // as the accounts file has it; empty: the file gives none
	TestAccount    string        `json:"testAccount,omitempty"`    // through which it publishes to the test endpoint, where that is a place of its own
	PublishChanged time.Duration `json:"publishChanged,omitempty"` // what has changed is published so often; 0: when somebody asks

	Host           string    `json:"host,omitempty"`          // of the API, where it is not the channel's published one
	Simulated      bool      `json:"simulated"`               // Host is a simulated marketplace
	AuthorisedOn   time.Time `json:"authorisedOn,omitzero"`   // day on which the seller granted access; zero = not told
	SecretIssuedOn time.Time `json:"secretIssuedOn,omitzero"` // day on which the client secret was issued; zero = not told

	Observing    bool      `json:"observing"` // nothing is written to its channel until it goes live
	Paused       bool      `json:"paused"`
	PausedReason string    `json:"pausedReason,omitempty"`
	PausedAt     time.Time `json:"pausedAt,omitzero"`
	Watermark    time.Time `json:"watermark,omitzero"`   // orders changed before it have been saved; zero = never scanned
	RefreshEnds  time.Time `json:"refreshEnds,omitzero"` // end of the refresh token that is kept (Shopify, rotating); zero = none is kept or it is not told
}

// EndpointText is the endpoint as a screen shows it, and whether it is a simulated one.
func (a Account) EndpointText() string {
	if a.Simulated {
		return string(a.Endpoint) + ", simulated"
	}
	return string(a.Endpoint)
}

// EndpointMeans says what becomes of the account's calls.
func (a Account) EndpointMeans() string {
	switch {
	case !a.Simulated:
		return a.Endpoint.Means(a.Channel)
	case a.Endpoint == channel.Test:
		return "Calls go to a simulated marketplace at " + a.Host + ". Its orders never touch real stock."
	}
	return "Calls go to a simulated marketplace at " + a.Host + ", whose orders take from the stock as real ones do."
}

// Expiries tells what of the account's access ends when, as of now.
func (a Account) Expiries(now time.Time) []channel.Expiry {
	return channel.Expiries(a.Channel, channel.Granted{AuthorisedOn: a.AuthorisedOn, SecretIssuedOn: a.SecretIssuedOn, RefreshEnds: a.RefreshEnds}, now)
}

// Warnings are the Expiries that it is time to tell of; an account that is switched off has none.
func (a Account) Warnings(now time.Time) []channel.Expiry {
	if !a.Enabled {
		return nil
	}
	return slices.DeleteFunc(a.Expiries(now), func(e channel.Expiry) bool { return !e.Warns() })
}

// AtZero is what becomes of a listing whose level is zero.
type AtZero string

// The choices of AtZero.
const (
	KeepAtZero AtZero = "keep" // it stays, sold out; default
	EndAtZero  AtZero = "end"  // it is taken off sale
)
