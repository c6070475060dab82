// Package account holds the rules for accounts: their settings, their condition, and what follows from both. It is pure: it
// neither reads nor writes.
package account

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// Account is an account's settings, from the accounts file, and its condition, from the store.
type Account struct {
	message.Account
	Name           string       `json:"name"`
	OrderLocation  string       `json:"orderLocation"`        // where its orders are saved and reserved
	StockLocations []string     `json:"stockLocations"`       // whose free units it lists
	ByLocation     bool         `json:"byLocation,omitempty"` // each at its own location of the channel, which decides from where each line of an order leaves
	Buffer         int          `json:"buffer"`               // units never listed
	Cap            int          `json:"cap"`                  // most units ever listed; stock.NoCap = no cap
	ReserveAt      order.Moment `json:"reserveAt"`            // when units are reserved
	ProcessAt      order.Moment `json:"takeAt"`               // when an order may be processed
	Enabled        bool         `json:"enabled"`

	Statuses map[string]order.Status `json:"statuses,omitempty"` // the channel's own status words that mean something else to the merchant
	ShipFrom map[string]string       `json:"shipFrom,omitempty"` // ISO 3166-1 alpha-2 country to the location that serves it; others: OrderLocation
	Routing  []order.Route           `json:"routing,omitempty"`  // from where orders leave, instead of ShipFrom
	Split    bool                    `json:"split,omitempty"`    // an order that no location of its route has is parted among several, line by line
	Listings channel.Permissions     `json:"listings"`           // what may be done to its listings
	AtZero   AtZero                  `json:"atZero"`             // what becomes of a listing that is sold out

	PriceBrake listing.Brake `json:"priceBrake,omitzero"` // which prices are held; without what the accounts file does not say

	TimeZone string `json:"timeZone"` // IANA name: its dates are shown in it, and its days begin; empty: UTC

	Cancelling channel.Cancelling `json:"cancelling"` // how its orders are cancelled on the channel; the store keeps Send and Cause

	Marketplace    string        `json:"marketplace,omitempty"`    // as the accounts file has it; empty: the file gives none
	TestAccount    string        `json:"testAccount,omitempty"`    // through which it publishes to the test endpoint, where that is a place of its own
	PublishChanged time.Duration `json:"publishChanged,omitempty"` // what has changed is published so often; 0: when somebody asks

	// Seller is a hash of the seller's access to the channel: accounts with the same one are shown the same orders. Empty: not known.
	Seller string `json:"-"`

	Host           string    `json:"host,omitempty"`          // of the API, where it is not the channel's published one
	Simulated      bool      `json:"simulated"`               // Host is a simulated marketplace
	AuthorisedOn   time.Time `json:"authorisedOn,omitzero"`   // day on which the seller granted access; zero = not given
	SecretIssuedOn time.Time `json:"secretIssuedOn,omitzero"` // day on which the client secret was issued; zero = not given

	Observing    bool      `json:"observing"`           // nothing is written to its channel until it goes live, but for the levels of the next two
	Sample       int       `json:"sample,omitempty"`    // links that are live although it observes
	GoingBack    int       `json:"goingBack,omitempty"` // links that go back to what they listed before they went live
	Paused       bool      `json:"paused"`
	PausedReason string    `json:"pausedReason,omitempty"`
	PausedAt     time.Time `json:"pausedAt,omitzero"`
	// PausedWork are the kinds of work that are paused while the others go on.
	PausedWork  []PausedWork `json:"pausedKinds,omitempty"`
	Watermark   time.Time    `json:"watermark,omitzero"`   // orders changed before it have been saved; zero = never scanned
	RefreshEnds time.Time    `json:"refreshEnds,omitzero"` // end of the refresh token that is kept (Shopify, rotating); zero = none is kept or its end is unknown
}

// SendsCancels reports whether a cancellation made here is sent to the channel now.
func (a Account) SendsCancels() bool { return a.Cancelling.Send && !a.Observing }

// SendsLevels reports whether levels are sent: all, or while it observes those of a sample or of what goes back.
func (a Account) SendsLevels() bool { return !a.Observing || a.Sample+a.GoingBack > 0 }

// CancelCause returns what the channel is told as the cause of a cancellation for which nobody named one, or the one that is named.
func (a Account) CancelCause(named order.Cause) order.Cause {
	return cmp.Or(named, a.Cancelling.Cause, order.CauseOther)
}

// EndpointText is the endpoint as a screen shows it, and whether it is a simulated one.
func (a Account) EndpointText() string {
	if a.Simulated {
		return string(a.Endpoint) + ", simulated"
	}
	return string(a.Endpoint)
}

// EndpointMeans returns what happens to the account's calls, as text.
func (a Account) EndpointMeans() string {
	switch {
	case !a.Simulated:
		return a.Endpoint.Means(a.Channel)
	case a.Endpoint == channel.Test:
		return "Calls go to a simulated marketplace at " + a.Host + ". Its orders never touch real stock."
	}
	return "Calls go to a simulated marketplace at " + a.Host + ", whose orders take from the stock as real ones do."
}

// Expiries returns which parts of the account's access end, and when.
func (a Account) Expiries(now time.Time) []channel.Expiry {
	return channel.Expiries(a.Channel, channel.Granted{AuthorisedOn: a.AuthorisedOn, SecretIssuedOn: a.SecretIssuedOn, RefreshEnds: a.RefreshEnds}, now)
}

// Warnings returns the Expiries to be announced now; none for an account that is switched off.
func (a Account) Warnings(now time.Time) []channel.Expiry {
	if !a.Enabled {
		return nil
	}
	return slices.DeleteFunc(a.Expiries(now), func(e channel.Expiry) bool { return !e.Warns() })
}

// Runs reports whether its channel is read and written: it is switched on, and nobody has paused it.
func (a Account) Runs() bool { return a.Enabled && !a.Paused }

// AtZero is what happens to a listing when its level is zero.
type AtZero string

// The choices of AtZero.
const (
	KeepAtZero AtZero = "keep" // it stays, sold out; default
	EndAtZero  AtZero = "end"  // it is taken off sale
)

// Complete sets defaults for missing settings, and returns an error for invalid ones.
func (a *Account) Complete() error {
	switch {
	case a.ID == "" || a.OrderLocation == "":
		return fmt.Errorf("account %q needs an id and an order location", a.ID)
	case a.Buffer < 0 || a.Cap < 0:
		return fmt.Errorf("account %s: buffer and cap are 0 or more", a.ID)
	}
	a.ReserveAt = cmp.Or(a.ReserveAt, order.AtPlaced)
	a.ProcessAt = cmp.Or(a.ProcessAt, order.AtPaid)
	a.AtZero = cmp.Or(a.AtZero, KeepAtZero)
	return nil
}

// ListsOtherwise reports whether the new settings change levels.
func (a Account) ListsOtherwise(now Account) bool {
	return a.Buffer != now.Buffer || a.Cap != now.Cap || a.ByLocation != now.ByLocation || !slices.Equal(a.Shelves(), now.Shelves())
}

// ChangesProcessAt reports whether the new settings change when orders may be processed.
func (a Account) ChangesProcessAt(now Account) bool { return a.ProcessAt != now.ProcessAt }

// Moved reports whether the new settings have another channel or endpoint.
func (a Account) Moved(now Account) bool {
	return a.Channel != now.Channel || a.Endpoint != now.Endpoint
}

// ToAnotherShop reports whether the new settings belong to another shop, so that the account must observe again: another channel
// or endpoint, or a real marketplace after a simulated one.
func (a Account) ToAnotherShop(now Account) bool {
	return a.Moved(now) || a.Simulated && !now.Simulated
}

// Begin makes the account observe: a new one does until it goes live, and so does one that now belongs to another shop.
func (a *Account) Begin() { a.Observing = true }

// Changed returns the ids of known accounts whose settings changed.
func Changed(saved, now []Account, different func(before, now Account) bool) []string {
	var ids []string
	for _, a := range now {
		i := slices.IndexFunc(saved, func(b Account) bool { return b.ID == a.ID })
		if i >= 0 && different(saved[i], a) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// MayMove returns an error for an account that has orders and would get another channel or endpoint: orders of a test endpoint would
// take real stock on production.
func (a Account) MayMove(hasOrders bool) error {
	if !hasOrders {
		return nil
	}
	return fmt.Errorf("account %s has orders of the %s endpoint of %s: give the other endpoint an account with an id of its own", a.ID, a.Endpoint, a.Channel)
}

// Shelves returns the locations whose free units the account lists, each once.
func (a Account) Shelves() []string {
	return slices.Compact(slices.Sorted(slices.Values(a.StockLocations)))
}

// Locations returns all locations that the account sells or ships from, possibly repeated.
func (a Account) Locations() []string {
	out := append([]string{a.OrderLocation}, a.StockLocations...)
	for _, r := range a.Routes() {
		out = append(out, r.Locations...)
	}
	return out
}

// Routes returns from where its orders leave: the first that serves an order's country counts. Without one they leave from its order
// location.
func (a Account) Routes() []order.Route {
	out := slices.Clone(a.Routing)
	for _, country := range slices.Sorted(maps.Keys(a.ShipFrom)) {
		out = append(out, order.Route{Countries: []string{country}, Locations: []string{a.ShipFrom[country]}})
	}
	return out
}

// OrderPolicy returns the account's settings for orders.
func (a Account) OrderPolicy() order.Policy {
	return order.Policy{Account: a.ID, Test: a.Endpoint == channel.Test, Observing: a.Observing, OrderLocation: a.OrderLocation, Routes: a.Routes(), Split: a.Split,
		LinesMove: a.Channel == channel.EBay, Statuses: a.Statuses, ReserveAt: a.ReserveAt, ProcessAt: a.ProcessAt}
}
