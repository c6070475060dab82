// Package publications stores publications, their items with steps and issues, and what was sent, accepted and shown of each
// listing. Its tables are publications, publication_plans, publication_submissions and published; items are in run_items. It
// imports the rooms up to links.
package publications

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/runs"
)

// Store stores publications. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
	products *products.Store
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d), products: products.New(d)} }

// Publication is a run that was asked for: which goods go to which account's channel, on which endpoint.
type Publication struct {
	ID        string                    `json:"id"` // the run's; sorts by the time it was asked for
	Account   string                    `json:"account"`
	Through   string                    `json:"through"` // the account that makes the calls; another one only if the test endpoint has an account of its own
	Endpoint  channel.Endpoint          `json:"endpoint"`
	Selection listing.Selection         `json:"selection"`
	DryRun    bool                      `json:"dryRun,omitempty"` // our own check only
	By        string                    `json:"by"`
	AskedAt   time.Time                 `json:"askedAt"`
	StartedAt time.Time                 `json:"startedAt,omitzero"` // zero: it is queued
	EndedAt   time.Time                 `json:"endedAt,omitzero"`
	Stopped   bool                      `json:"stopped,omitempty"`   // a person has asked for its end
	StoppedBy string                    `json:"stoppedBy,omitempty"` // who
	Counts    message.PublicationCounts `json:"counts"`
}

// PublicationItem is an item of a publication.
type PublicationItem struct {
	RunID     string           `json:"runId"`
	Account   string           `json:"account"`
	Endpoint  channel.Endpoint `json:"endpoint"`
	Type      listing.Kind     `json:"type"`
	Reference string           `json:"reference"`         // SKU, product key or category path
	Product   string           `json:"product,omitempty"` // a variant's
	Title     string           `json:"title,omitempty"`   //
	Status    runs.ItemStatus  `json:"status"`            //
	Step      listing.Step     `json:"step,omitempty"`    //
	Reason    string           `json:"reason,omitempty"`  // of a skipped one
	Stage     listing.Stage    `json:"stage,omitempty"`   // of an error
	Issues    []listing.Issue  `json:"issues,omitempty"`  // all of them, warnings too
	FaultID   string           `json:"faultId,omitempty"` // the channel's own bytes stand in this fault, bounded
	Code      string           `json:"code,omitempty"`    // of the first error
	RequestID string           `json:"requestId,omitempty"`
	ListingID string           `json:"listingId,omitempty"`
	Change    listing.Change   `json:"change,omitzero"` // of a variant: what a check found that is to be sent
	At        time.Time        `json:"at"`              // of the last change
	ID        int64            `json:"id"`              // unique over all runs, ascending in time: the cursor
}

// Goods are a product with everything needed to compose its listing on an account: all variants with prices, or none when the
// catalogue no longer has it. Links, used names and levels are those of the account whose connection is used; types are those of
// the seller's account, the nearest category first.
type Goods struct {
	listing.Goods
	Wanted   []string          // SKUs of the run that are to be worked on, in the product's order; the others are there for the family
	Missing  []string          // SKUs of the run that the product has no more
	Accepted map[string]Marked // by SKU, what the channel accepted last on this endpoint
	Ended    map[string]bool   // by SKU: Towpath has ended its listing at 0
	Prices   map[string]Prices // by SKU, what the price brake has to know
	Brake    listing.Brake     // the account's
	Plans    map[string]string // by SKU, and by "" the product's: what SaveChecks was given; only of goods to submit
	Sent     map[string]bool   // SKUs that were sent, and nobody knows whether the channel has got them; only of goods to submit
}

// Marked tells what the channel accepted of a SKU from what is to be sent.
type Marked struct {
	Hash  string
	Marks listing.Marks // empty: it was accepted before they were kept
}

// Prices are prices of a SKU on an account.
type Prices struct {
	Before   listing.Price // what the channel accepted last, or shows where that is not known
	Released listing.Price // what a person has released
	Cost     listing.Price // what a unit costs the merchant
	Many     listing.Price // what is held as one of many that change at once
}

// ItemVerdict is the result of a check or of the channel for an item. With a fault or an error issue the item ends in error; with
// Skipped it ends as skipped. Otherwise it moves to Step, and is done when accepted (in a dry run: when validated).
type ItemVerdict struct {
	Product    string // its key; must be given
	SKU        string // the merchant's own; empty: the product as a whole, and an error takes all variants with it that have no verdict of their own
	Step       listing.Step
	Skipped    string          // why nothing is sent
	Issues     []listing.Issue // all of the stage at hand; they take the place of those that the item has of this stage
	Fault      *channel.Fault  // kept with the channel's own words
	Plan       string          // of a check: see listing.Draft; at most listing.MaxPlan bytes
	Hash       string          // of a check: of what would be sent, quantities apart
	Marks      listing.Marks   // of a check: of what would be sent
	Change     listing.Change  // of a check: what would be sent, compared with what is listed
	Unchanged  bool            // of a check: it is to be as the channel accepted it
	Braked     listing.Braked  // of a check: what the price brake says; zero: it was not asked
	ChannelSKU string          // of an answer
	Ref        string          // of an answer: what levels are sent with; empty: not known
	ListingID  string          // of an answer
	RequestID  string          // of an answer
}

// SentSKU is a SKU, or a parent, that was sent under a handle.
type SentSKU struct {
	ChannelSKU string `db:"channel_sku"` // as it was sent; a parent's is the product's key
	Product    string `db:"product"`
	SKU        string `db:"sku"`        // the merchant's; empty: the product as a whole
	Level      bool   `db:"level_sent"` // a quantity goes with it; only Sending asks
}
