package ebay

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	opOffers = "getOffers"

	fixedPrice = "FIXED_PRICE" // the other format is AUCTION, whose quantity must not be set
	published  = "PUBLISHED"   // the other status is UNPUBLISHED
)

// atOnce is how many calls run at the same time for a page or a product: enough for a product of 250 variants, eBay's
// maximum, within channel.TurnDeadline.
const atOnce = 8

// ebayOffer is one SKU's offer on one of eBay's sites. It turns an inventory item into a listing.
type ebayOffer struct {
	ID          text   `json:"offerId"`
	SKU         string `json:"sku"`
	Marketplace string `json:"marketplaceId"`
	Format      string `json:"format"`
	Status      string `json:"status"`
	Available   *whole `json:"availableQuantity"`
	Pricing     struct {
		Price *amount `json:"price"`
	} `json:"pricingSummary"`
	Listing struct {
		ID     text   `json:"listingId"`
		Status string `json:"listingStatus"`
		OnHold bool   `json:"listingOnHold"`
	} `json:"listing"` // only of published offers

	fields record // the whole offer
}

// state returns the listing's state. eBay returns no listing of an unpublished offer, so End sets the quantity 0 on
// offers that it withdraws, which Towpath's drafts never have. An unpublished offer without that mark counts as a
// draft (docs/decisions/010).
func (o ebayOffer) state() channel.ListingState {
	switch o.Listing.Status {
	case "ENDED", "EBAY_ENDED":
		return channel.ListingEnded
	case "INACTIVE", "NOT_LISTED":
		return channel.ListingInactive
	}
	switch {
	case o.Status == published && !o.Listing.OnHold: // ACTIVE, OUT_OF_STOCK or an unknown status
		return channel.ListingLive
	case o.Status != published && o.empty():
		return channel.ListingEnded
	}
	return channel.ListingInactive // a draft, or hidden by eBay until a violation is resolved
}

// empty reports whether the offer has a quantity, which is 0.
func (o ebayOffer) empty() bool { return o.Available != nil && *o.Available == 0 }

// words returns eBay's own words for the state.
func (o ebayOffer) words() string {
	words := o.Status
	if o.Listing.Status != "" {
		words += ", " + o.Listing.Status
	}
	if o.Listing.OnHold {
		words += ", on hold"
	}
	return words
}

// offer returns the SKU's fixed-price offer on the account's site; found is false if there is none. eBay answers 404
// for a SKU without offers.
func (c *connection) offer(ctx context.Context, sku string) (o ebayOffer, requestID string, found bool, f *channel.Fault) {
	q := url.Values{"sku": {sku}, "format": {fixedPrice}}
	if c.account.Marketplace != "" {
		q.Set("marketplace_id", c.account.Marketplace)
	}
	a, f := c.call(ctx, opOffers, http.MethodGet, inventory+"/offer?"+q.Encode(), nil)
	if f != nil {
		if f.Class == channel.Missing {
			return ebayOffer{}, f.RequestID, false, nil
		}
		return ebayOffer{}, "", false, f
	}
	offers, f := readOffers(a)
	if f != nil {
		return ebayOffer{}, "", false, f
	}
	for _, have := range offers {
		ours := c.account.Marketplace == "" || have.Marketplace == c.account.Marketplace
		if ours && have.Format != "AUCTION" && have.ID != "" && (!found || have.Status == published) {
			o, found = have, true
		}
	}
	return o, a.RequestID, found, nil
}

func readOffers(a *transport.Answer) ([]ebayOffer, *channel.Fault) {
	var body struct {
		Offers []json.RawMessage `json:"offers"`
	}
	if f := a.Decode(opOffers, &body); f != nil {
		return nil, f
	}
	var offers []ebayOffer
	for _, raw := range body.Offers {
		var o ebayOffer
		if json.Unmarshal(raw, &o) != nil || json.Unmarshal(raw, &o.fields) != nil {
			return nil, a.Unreadable(opOffers)
		}
		offers = append(offers, o)
	}
	return offers, nil
}

// each calls do for 0 to n-1, a few at a time, until one fails.
func each(ctx context.Context, operation string, n int, do func(ctx context.Context, i int) *channel.Fault) *channel.Fault {
	return together(ctx, atOnce, operation, n, do)
}

// together is each with another number of calls at a time.
func together(ctx context.Context, limit int, operation string, n int, do func(ctx context.Context, i int) *channel.Fault) *channel.Fault {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(limit)
	for i := range n {
		group.Go(func() error {
			if f := do(ctx, i); f != nil {
				return f
			}
			return nil
		})
	}
	return channel.AsFault(group.Wait(), operation)
}
