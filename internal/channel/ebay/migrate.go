package ebay

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const opMigrate = "bulkMigrateListing"

// codeNotMigrated is eBay's only code for a listing that can't be migrated, even for a second migration; the reason
// is only in its message (sell_inventory_v1, /bulk_migrate_listing, 400).
const codeNotMigrated = "25718"

// codeListingNotAnswered is the fault of a listing that the answer does not contain.
const codeListingNotAnswered = "LISTING_NOT_IN_ANSWER"

var _ channel.Migrator = (*connection)(nil)

// migration is the outcome of one listing (MigrateListingResponse). It has the SKUs also after a failure, the offers
// only after success (InventoryItemListing).
type migration struct {
	ListingID  text       `json:"listingId"`
	StatusCode whole      `json:"statusCode"`
	GroupKey   text       `json:"inventoryItemGroupKey"`
	Errors     []apiError `json:"errors"`
	Warnings   []apiError `json:"warnings"`
	Items      []struct {
		SKU     text `json:"sku"`
		OfferID text `json:"offerId"`
	} `json:"inventoryItems"`
}

// Migrate calls bulk_migrate_listing. eBay answers 200 or 207 with one response per listing, or refuses the whole
// call with 400 because of one listing: then each listing is sent alone, so that one does not block the others. After
// a failure the offers of the listing's SKUs show whether an earlier call succeeded.
func (c *connection) Migrate(ctx context.Context, listings []channel.Unmanaged) (channel.Migration, error) {
	if len(listings) > channel.MaxMigrated {
		return channel.Migration{}, channel.Refusal(channel.Invalid, opMigrate, codeTooManySKUs,
			strconv.Itoa(len(listings))+" listings in one call: eBay accepts "+strconv.Itoa(channel.MaxMigrated))
	}
	if len(listings) == 0 {
		return channel.Migration{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	m, f := c.migrate(ctx, listings)
	if f != nil && len(listings) > 1 && f.Status == http.StatusBadRequest {
		m, f = c.migrateEach(ctx, listings)
	}
	if f != nil {
		return channel.Migration{}, f
	}
	for i := range m.Results {
		c.findOffers(ctx, &m.Results[i], listings[i])
	}
	return m, nil
}

// migrate makes one call. If a call about one listing is refused, the fault is that listing's.
func (c *connection) migrate(ctx context.Context, listings []channel.Unmanaged) (channel.Migration, *channel.Fault) {
	type named struct {
		ID string `json:"listingId"`
	}
	var body struct {
		Requests []named `json:"requests"`
	}
	for _, l := range listings {
		body.Requests = append(body.Requests, named{l.ListingID})
	}
	a, f := c.call(ctx, opMigrate, http.MethodPost, inventory+"/bulk_migrate_listing", body)
	switch {
	case f == nil:
		return migrationAnswer(a, listings)
	case f.Status != http.StatusBadRequest || len(listings) != 1:
		return channel.Migration{}, f
	}
	return channel.Migration{RequestID: f.RequestID, Results: []channel.Migrated{{
		ListingID: listings[0].ListingID, RequestID: f.RequestID, Fault: f,
	}}}, nil
}

// migrateEach sends one listing at a time. After a failure of the channel itself the remaining listings get the same
// fault without a call.
func (c *connection) migrateEach(ctx context.Context, listings []channel.Unmanaged) (channel.Migration, *channel.Fault) {
	var all channel.Migration
	var broken *channel.Fault
	for _, l := range listings {
		if broken != nil {
			all.Results = append(all.Results, channel.Migrated{ListingID: l.ListingID, RequestID: broken.RequestID, Fault: broken})
			continue
		}
		m, f := c.migrate(ctx, []channel.Unmanaged{l})
		if f != nil {
			broken = f
			m.Results = []channel.Migrated{{ListingID: l.ListingID, RequestID: f.RequestID, Fault: f}}
		}
		all.Results, all.RequestID = append(all.Results, m.Results...), m.RequestID
	}
	return all, nil
}

// migrationAnswer returns the outcome of every listing.
func migrationAnswer(a *transport.Answer, listings []channel.Unmanaged) (channel.Migration, *channel.Fault) {
	var body struct {
		Responses []json.RawMessage `json:"responses"`
	}
	if f := a.Decode(opMigrate, &body); f != nil {
		return channel.Migration{}, f
	}
	observed := map[string]channel.Migrated{}
	for _, raw := range body.Responses {
		var r migration
		if json.Unmarshal(raw, &r) == nil && r.ListingID != "" {
			observed[string(r.ListingID)] = r.result(a, raw)
		}
	}
	answer := channel.Migration{RequestID: a.RequestID}
	for _, l := range listings {
		r, ok := observed[l.ListingID]
		if !ok {
			r = channel.Migrated{ListingID: l.ListingID, RequestID: a.RequestID, Fault: a.Fault(channel.Unknown, opMigrate, codeListingNotAnswered)}
			r.Fault.Ambiguous = true
		}
		answer.Results = append(answer.Results, r)
	}
	return answer, nil
}

// result converts the outcome. raw is eBay's JSON of this listing.
func (r migration) result(a *transport.Answer, raw []byte) channel.Migrated {
	out := channel.Migrated{ListingID: string(r.ListingID), Group: string(r.GroupKey), Warnings: codesOf(r.Warnings), RequestID: a.RequestID}
	for _, item := range r.Items {
		if item.SKU != "" && item.OfferID != "" {
			out.Offers = append(out.Offers, channel.Offer{SKU: string(item.SKU), Ref: string(item.OfferID)})
		}
	}
	if out.Fault = partFault(a, opMigrate, r.StatusCode, r.Errors, raw); out.Fault != nil {
		out.Offers, out.Fault.Ambiguous = nil, out.Fault.Status >= http.StatusInternalServerError
	}
	return out
}

// findOffers looks for the offers of a listing that failed, or whose offers are not in the answer: eBay refuses to
// migrate a listing twice, and a broken call may have succeeded. The listing counts as migrated when an offer of one
// of its SKUs belongs to this very listing; an offer in another listing proves nothing.
func (c *connection) findOffers(ctx context.Context, m *channel.Migrated, l channel.Unmanaged) {
	failed := m.Fault != nil
	if len(l.SKUs) == 0 || failed && !mayBeThere(m.Fault) || !failed && len(m.Offers) > 0 {
		return
	}
	offers := make([]channel.Offer, len(l.SKUs))
	read := func(ctx context.Context, i int) *channel.Fault {
		o, _, found, f := c.offer(ctx, l.SKUs[i])
		if f == nil && found && string(o.Listing.ID) == l.ListingID {
			offers[i] = channel.Offer{SKU: l.SKUs[i], Ref: string(o.ID)}
		}
		return f
	}
	if f := read(ctx, 0); f != nil || offers[0].Ref == "" && len(l.SKUs) == 1 {
		return // the answer to the migration stays
	}
	if f := each(ctx, opOffers, len(l.SKUs), read); f != nil {
		return
	}
	offers = slices.DeleteFunc(offers, func(o channel.Offer) bool { return o.Ref == "" })
	if len(offers) > 0 {
		m.Offers, m.Before, m.Fault = offers, failed, nil
	}
}

// mayBeThere reports whether the listing may have been migrated in spite of the fault.
func mayBeThere(f *channel.Fault) bool { return f.Ambiguous || f.Code == codeNotMigrated }
