package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/publications"
)

// CheckListingsInput is the input of CheckListings.
type CheckListingsInput struct {
	Account     string        `json:"account"`
	RunID       string        `json:"runId"`
	Started     time.Time     `json:"started"`
	ShowsWithin time.Duration `json:"settles"` // check listings that were accepted longer ago than this
}

// CheckListingsOutput is the result of CheckListings.
type CheckListingsOutput struct {
	Fault  *channel.Fault           `json:"fault,omitempty"`
	Counts publication.ListedCounts `json:"counts"`
	More   bool                     `json:"more,omitempty"` // more listings wait to be checked
}

// Answered returns the fault of the call, if any.
func (o CheckListingsOutput) Answered() *channel.Fault { return o.Fault }

// CheckListings reads back one call's worth of accepted listings, and saves which exist and which buyers can buy. After the last of them it ends
// listings that are sold out, and puts up again those of which there is stock again, a few at a time (docs/decisions/050).
func (l *Levels) CheckListings(ctx context.Context, in CheckListingsInput) (CheckListingsOutput, error) {
	rec, fault, err := l.check(ctx, in.Account, in.RunID, in.Started)
	if err != nil || fault != nil {
		return CheckListingsOutput{Fault: fault}, err
	}
	accepted, err := l.Store.Publications.AcceptedListings(ctx, in.Account, time.Now().Add(-in.ShowsWithin), channel.MaxListed)
	if err != nil {
		return CheckListingsOutput{}, err
	}
	var out CheckListingsOutput
	if len(accepted) > 0 {
		if out, err = l.listingsShown(ctx, rec, accepted); err != nil || out.Fault != nil || out.More {
			return out, err
		}
	}
	out.More, out.Fault, err = l.atZero(ctx, rec)
	return out, err
}

// listingsShown reads back accepted listings.
func (l *Levels) listingsShown(ctx context.Context, rec *record, accepted []publications.AcceptedListing) (CheckListingsOutput, error) {
	skus := make([]string, len(accepted))
	for i, a := range accepted {
		skus[i] = a.ChannelSKU
	}
	page, fault, err := rec.listings(ctx, channel.ListingsQuery{SKUs: skus})
	if err != nil || fault != nil {
		return CheckListingsOutput{Fault: fault}, err
	}
	_, eventual := rec.conn.(channel.Eventual)
	counts, err := l.Store.Publications.SaveListedSteps(ctx, listedSteps(accepted, page.Listings, eventual), rec.calls()...)
	if err != nil {
		return CheckListingsOutput{}, fmt.Errorf("save what the channel shows: %w", err)
	}
	return CheckListingsOutput{Counts: counts, More: len(accepted) == channel.MaxListed}, nil
}

// clocks is the largest expected difference between the channel's clock and ours.
const clocks = time.Minute

// listedSteps returns what the channel shows for each accepted listing. When several listings have the same SKU, one that buyers
// can buy wins. On a channel with delays, a listing that has not changed since it was sent still shows its old state and is left
// out.
func listedSteps(accepted []publications.AcceptedListing, shown []channel.Listed, eventual bool) []publications.ListedStep {
	best := make(map[string]listing.Step, len(shown))
	changed := make(map[string]time.Time, len(shown))
	for _, s := range shown {
		if step := stepOf(s); best[s.SKU] == "" || step == listing.Live {
			best[s.SKU], changed[s.SKU] = step, s.UpdatedAt
		}
	}
	out := make([]publications.ListedStep, len(accepted))
	for i, a := range accepted {
		out[i] = publications.ListedStep{AcceptedListing: a, Step: best[a.ChannelSKU]}
		if at := changed[a.ChannelSKU]; eventual && out[i].Step != "" && !a.SentAt.IsZero() && !at.IsZero() && !at.After(a.SentAt.Add(-clocks)) {
			out[i].Step, out[i].Unapplied = "", true
		}
	}
	return out
}

// stepOf returns how far a listing has come. An ended listing counts as missing.
func stepOf(s channel.Listed) listing.Step {
	switch {
	case s.State == channel.ListingEnded:
		return ""
	case s.State == channel.ListingLive && (s.Quantity > 0 || s.Quantity == channel.UnknownQuantity || s.ChannelFulfils):
		return listing.Live
	}
	return listing.Listed
}
