package store

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
)

// RunListings is the kind of runs that publish.
const RunListings RunKind = "listings"

// Publication is a run that was asked for: which goods go to which account's channel, on which endpoint.
type Publication struct {
	ID        string                    `json:"id"` // the run's; sorts by the time it was asked for
	Account   string                    `json:"account"`
	Through   string                    `json:"through"` // the account that speaks; the same, but where the test endpoint is a place of its own
	Endpoint  channel.Endpoint          `json:"endpoint"`
	Selection listing.Selection         `json:"selection"`
	DryRun    bool                      `json:"dryRun,omitempty"` // our own check only
	By        string                    `json:"by"`
	AskedAt   time.Time                 `json:"askedAt"`
	StartedAt time.Time                 `json:"startedAt,omitzero"` // zero: it is queued
	EndedAt   time.Time                 `json:"endedAt,omitzero"`
	Stopped   bool                      `json:"stopped,omitempty"` // a person has asked for its end
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
	Status    ItemStatus       `json:"status"`            //
	Step      listing.Step     `json:"step,omitempty"`    //
	Reason    string           `json:"reason,omitempty"`  // of a skipped one
	Stage     listing.Stage    `json:"stage,omitempty"`   // of an error
	Issues    []listing.Issue  `json:"issues,omitempty"`  // all of them, warnings too
	FaultID   string           `json:"faultId,omitempty"` // the channel's own bytes stand in this fault, bounded
	Code      string           `json:"code,omitempty"`    // of the first error
	RequestID string           `json:"requestId,omitempty"`
	ListingID string           `json:"listingId,omitempty"`
	At        time.Time        `json:"at"` // of the last change
	ID        int64            `json:"id"` // unique over all runs, ascending in time: the cursor
}
