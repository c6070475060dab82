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

	fixedPrice = "FIXED_PRICE" // the other format is AUCTION, whose quantity is not ours to set
	published  = "PUBLISHED"   // the other status is UNPUBLISHED
)

// atOnce is how many calls are under way at the same time where a page or a product takes several: enough for a product
// of 250 variants, eBay's most, within channel.TurnDeadline.
const atOnce = 8

// ebayOffer is one SKU's offer on one of eBay's sites: what makes a listing of an inventory item.
type ebayOffer struct {
	ID          text   `json:"offerId"`
	SKU         string `json:"sku"`
	Marketplace string `json:"marketplaceId"`
	Format      string `json:"format"`
	Status      string `json:"status"`
	Available   *whole `json:"availableQuantity"`
	Listing     struct {
		ID     text   `json:"listingId"`
		Status string `json:"listingStatus"`
		OnHold bool   `json:"listingOnHold"`
	} `json:"listing"` // the specification: of published offers only

	fields record // all of it
}

// state: eBay tells nothing of the listing of an unpublished offer, so End leaves a quantity of 0 on those that it
// has withdrawn, which a draft of Towpath's never has. Without that mark it is taken for a draft (docs/decisions/010).
func (o ebayOffer) state() channel.ListingState {
	switch o.Listing.Status {
	case "ENDED", "EBAY_ENDED":
		return channel.ListingEnded
	case "INACTIVE", "NOT_LISTED":
		return channel.ListingInactive
	}
	switch {
	case o.Status == published && !o.Listing.OnHold: // ACTIVE, OUT_OF_STOCK, or a status that we don't know
		return channel.ListingLive
	case o.Status != published && o.Available != nil && *o.Available == 0:
		return channel.ListingEnded
	}
	return channel.ListingInactive // a draft, or eBay hides it until a violation is settled
}

// words are eBay's own for the state.
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

// offer finds the SKU's fixed-price offer on the account's site; found is false when there is none. eBay
// answers 404 for a SKU without offers.
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

// each does something for n things, a few at a time, until one fails.
func each(ctx context.Context, operation string, n int, do func(ctx context.Context, i int) *channel.Fault) *channel.Fault {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
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
