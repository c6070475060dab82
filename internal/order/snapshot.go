package order

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/stock"
)

// Fulfilment is an order's shipping status on its channel, in Towpath's words.
type Fulfilment string

// The shipping statuses.
const (
	FulfilmentUnshipped     Fulfilment = "unshipped"
	FulfilmentPartlyShipped Fulfilment = "partly-shipped"
	FulfilmentShipped       Fulfilment = "shipped"
	FulfilmentCancelled     Fulfilment = "cancelled"
	FulfilmentUnmapped      Fulfilment = "unmapped" // a status that the adapter does not know
)

// Snapshot is an order as its channel shows it, at one version. Amounts are minor units of Currency, as given, never
// derived.
type Snapshot struct {
	ID             string         // the channel's order id: the key
	Reference      string         // what is printed on documents and searched for; often equal to ID
	PlacedAt       time.Time      //
	UpdatedAt      time.Time      // the version: only newer ones are saved
	Paid           bool           //
	Fulfilment     Fulfilment     //
	ChannelStatus  string         // the channel's own status words
	ChannelFulfils bool           // the channel ships it itself (FBA)
	Currency       string         // ISO 4217; empty while the channel hides it (pending Amazon orders)
	Total          int64          //
	Shipping       int64          //
	Tax            int64          //
	Discount       int64          // positive
	Lines          []SnapshotLine // every line, nested pages included
	Buyer          *Buyer         // nil while the channel hides it
	Unread         []UnreadPart   `json:",omitempty"` // what of it could not be read

	Site      string    `json:",omitempty"` // the channel's site on which it was listed; empty: the channel has only one
	ShipBy    time.Time `json:",omitzero"`  // when the channel wants it shipped at the latest
	DeliverBy time.Time `json:",omitzero"`  // when its buyer was promised it at the latest
	// What the buyer paid, when the channel shows it in another currency than Currency.
	PaidCurrency string `json:",omitempty"`
	PaidTotal    int64  `json:",omitempty"`

	Returns      []ShownReturn `json:",omitempty"` // of units that were shipped, oldest first
	OnHold       bool          `json:",omitempty"` // the channel does not let it be shipped, for now
	Parted       bool          `json:",omitempty"` // the channel sends units of one line from several locations
	BuyerCancels bool          `json:",omitempty"` // the buyer has asked for its cancellation, and nobody has answered; on eBay any that is in progress
	Refunded     bool          `json:",omitempty"` // all of its money was given back; it may be paid and open all the same
}

// SnapshotLine is one line of a snapshot, keyed by ID: the same SKU may stand in several.
type SnapshotLine struct {
	ID        string
	SKU       string // the channel's SKU; empty when the listing has none
	Title     string
	Quantity  int   // as ordered
	Cancelled int   // of these, cancelled on the channel so far
	Shipped   int   // of these, shipped according to the channel
	UnitPrice int64 //
	Total     int64 // the line's amount as the channel gave it, before shipping

	Tax      int64  `json:",omitempty"` // as the channel gave it
	Discount int64  `json:",omitempty"` // as the channel gave it, positive
	Sender   Sender `json:",omitempty"` // who ships it
	// From when on it is to be shipped: a pre-order, or a subscription; Undated: later, and the channel names no date.
	NotBefore time.Time `json:",omitzero"`
	Location  string    `json:",omitempty"` // from which of our locations, where the channel decides it; empty: the account's settings do
}

// Buyer is personal data: it is stored for the label and goes nowhere else.
type Buyer struct {
	Name, Email, Phone         string
	Line1, Line2, City, Region string
	PostalCode, CountryCode    string // ISO 3166-1 alpha-2

	// What the buyer wrote. It may hold anything, so it is as secret as the address.
	Note      string     `json:",omitempty"`
	LineNotes []LineNote `json:",omitempty"`
}

// Place returns what a shipping label shows: phone, e-mail and notes do not matter. A label printed for one buyer is right for another
// in the same place.
func (b Buyer) Place() Buyer {
	b.Email, b.Phone, b.Note, b.LineNotes = "", "", "", nil
	return b
}

// KnownBuyer is a buyer as he was saved: hashes by which another record, or another place, is recognised.
type KnownBuyer struct {
	Record, Place string
	Address       string // of who gets it where, however it is written; empty: not known
	Forgotten     bool   // his record was removed
	MovedAt       int64  // when his name or address last became another one, UTC microseconds; 0: never
}

// Saved reports whether a shown buyer is saved with an order that is now in a state; nil is one who was not saved before. One who was
// forgotten stays so, and an order that was over when it was first seen needs no buyer. A deleted order may be restored: channels name
// the buyer when he has paid.
func (k *KnownBuyer) Saved(state State) bool {
	if k == nil {
		return !state.Terminal() || state == Deleted
	}
	return !k.Forgotten
}

// Becomes returns MovedAt of a buyer who is now shown in a place; nil is one who was not shown before.
func (k *KnownBuyer) Becomes(place string, now int64) (movedAt int64) {
	switch {
	case k == nil:
		return 0
	case k.Place != place:
		return now
	}
	return k.MovedAt
}

// Loses reports whether saving a shown buyer, who is in a place, would replace an address by none: channels go on showing notes when
// they have removed the address.
func (k *KnownBuyer) Loses(shown Buyer, place string) bool {
	return k != nil && k.Place != place && !shown.Placed() && shown.CountryCode == ""
}

// Unusable returns why the order can't be saved, or an empty string. Other orders of the page are not affected.
func (s Snapshot) Unusable() string {
	if s.ID == "" {
		return "the channel gave no order id"
	}
	seen := map[string]bool{}
	for _, l := range s.Lines {
		switch {
		case l.ID == "":
			return "a line has no id"
		case seen[l.ID]:
			return fmt.Sprintf("two lines have the id %s", l.ID)
		case l.Quantity < 0 || l.Quantity > stock.MaxUnits:
			return fmt.Sprintf("line %s has the quantity %d", l.ID, l.Quantity)
		}
		seen[l.ID] = true
	}
	return ""
}

// Version is the snapshot's version: when the channel last changed the order, in UTC microseconds.
func (s Snapshot) Version() int64 {
	return micro(s.UpdatedAt)
}

// micro returns a moment in UTC microseconds; 0 for none.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Digest returns a hash of the order's content, including the meaning of its status: after a change of that setting the next scan
// evaluates the open orders again. Of the buyer it has only which parts are known: a hash of a name or an address would let anybody
// try out who it was, also after the buyer was forgotten. A channel that changes an address gives the order a newer version.
func (s Snapshot) Digest(status Status) string {
	if s.Buyer != nil {
		outline := s.Buyer.outline()
		s.Buyer = &outline
	}
	s.PlacedAt, s.UpdatedAt, s.Fulfilment = s.PlacedAt.UTC(), s.UpdatedAt.UTC(), Fulfilment(status)
	s.ShipBy, s.DeliverBy = s.ShipBy.UTC(), s.DeliverBy.UTC()
	s.Lines = slices.Clone(s.Lines)
	for i := range s.Lines {
		s.Lines[i].NotBefore = s.Lines[i].NotBefore.UTC()
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // plain data: a mistake in this package
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// country returns the ISO code of the destination country from the channel, or before when the channel does not show it.
func (s Snapshot) country(before string) string {
	if s.Buyer == nil || s.Buyer.CountryCode == "" {
		return before
	}
	return strings.ToUpper(s.Buyer.CountryCode)
}

// units returns how many units of a line are cancelled and shipped on the channel. A status for the whole order applies to all
// its units.
func (l SnapshotLine) units(whole Fulfilment) (cancelled, shipped int) {
	cancelled = max(0, min(l.Cancelled, l.Quantity))
	shipped = max(0, min(l.Shipped, l.Quantity-cancelled))
	switch whole {
	case FulfilmentCancelled:
		cancelled = l.Quantity - shipped
	case FulfilmentShipped:
		shipped = l.Quantity - cancelled
	case FulfilmentUnshipped, FulfilmentPartlyShipped, FulfilmentUnmapped:
	}
	return cancelled, shipped
}
