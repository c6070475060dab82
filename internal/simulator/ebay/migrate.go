package ebay

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// maxMigrated is the greatest number of listings in one bulk_migrate_listing call.
const maxMigrated = 5

type migrateRequest struct {
	Requests []struct {
		ListingID string `json:"listingId"`
	} `json:"requests"`
}

type migrated struct {
	Status      int            `json:"statusCode"`
	ListingID   string         `json:"listingId"`
	Marketplace string         `json:"marketplaceId,omitempty"`
	Group       string         `json:"inventoryItemGroupKey,omitempty"`
	Items       []migratedItem `json:"inventoryItems,omitempty"`
	Errors      []apiError     `json:"errors,omitempty"`
}

type migratedItem struct {
	SKU   string `json:"sku"`
	Offer string `json:"offerId,omitempty"` // only of a migrated listing
}

// migrateListings serves bulkMigrateListing: every listing has its own outcome; 207 means that some failed. A call
// with only one listing that fails is refused as a whole with 400.
func (s *server) migrateListings(w http.ResponseWriter, r *http.Request) {
	var body migrateRequest
	if err := wire.ReadJSON(r, &body); err != nil || len(body.Requests) == 0 || len(body.Requests) > maxMigrated {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "requests"))
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	answer := struct {
		Responses []migrated `json:"responses"`
	}{}
	all := http.StatusOK
	for _, request := range body.Requests {
		m, err := s.migrateOne(r.Context(), request.ListingID)
		if err != nil {
			s.broken(r.Context(), w, errInventorySystem, err)
			return
		}
		if m.Errors != nil {
			all = http.StatusMultiStatus
		}
		answer.Responses = append(answer.Responses, m)
	}
	if all != http.StatusOK && len(answer.Responses) == 1 {
		refuse(w, http.StatusBadRequest, answer.Responses[0].Errors...)
		return
	}
	wire.WriteJSON(w, all, answer)
}

// migrateOne creates an item and an offer for each variation of the listing, and a group if there are several.
// Sold-out variations are left out.
func (s *server) migrateOne(ctx context.Context, id string) (migrated, error) {
	out := migrated{Status: http.StatusOK, ListingID: id, Marketplace: s.marketplace()}
	listings, err := s.ofListing(ctx, id)
	if err != nil {
		return out, err
	}
	var hubs []hub
	for _, l := range listings {
		sh, err := s.open(l)
		if err != nil {
			return out, err
		}
		if sh.Hub != nil {
			hubs = append(hubs, *sh.Hub)
		}
	}
	if reason := whyNot(len(listings), hubs); reason != "" {
		out.Status, out.Errors = http.StatusBadRequest, []apiError{errNotMigrated.with("additionalInfo", reason)}
		out.Errors[0].Message += " " + reason
		for _, l := range listings {
			if sku := s.skuOf(l); sku != "" {
				out.Items = append(out.Items, migratedItem{SKU: sku})
			}
		}
		return out, nil
	}
	return s.migrateItems(ctx, out, listings)
}

// whyNot returns eBay's reason for not migrating a listing with n variations; empty = it is migrated.
func whyNot(n int, hubs []hub) string {
	switch {
	case n == 0:
		return "The listing was not found."
	case len(hubs) < n:
		return "The listing is already migrated."
	case hubs[0].Refuse != "":
		return hubs[0].Refuse
	}
	if slices.ContainsFunc(hubs, func(h hub) bool { return h.SKU == "" }) {
		return "SKU is missing."
	}
	return ""
}

func (s *server) migrateItems(ctx context.Context, out migrated, listings []market.Listing) (migrated, error) {
	var members []string
	var varies []string
	var kept []market.Listing
	for _, l := range listings {
		if len(listings) > 1 && l.Quantity == 0 {
			continue
		}
		sh := s.migrated(l)
		if len(listings) > 1 {
			product := sh.Item.within("product")
			aspects := map[string][]string{}
			for name, value := range l.Options {
				aspects[name] = []string{value}
				if !slices.Contains(varies, name) {
					varies = append(varies, name)
				}
			}
			sh.Item = sh.Item.with("product", product.with("aspects", aspects))
			l.Product = groupKey(out.ListingID)
			members = append(members, l.SKU)
		}
		l, err := stocked(l, sh)
		if err != nil {
			return out, err
		}
		l.Quantity = -1
		kept = append(kept, l)
		out.Items = append(out.Items, migratedItem{SKU: l.SKU, Offer: l.Ref})
	}
	if len(members) > 0 {
		out.Group = groupKey(out.ListingID)
		slices.Sort(varies)
		if err := s.keepGroup(ctx, out.Group, listings[0].Title, members, varies); err != nil {
			return out, err
		}
	}
	return out, s.market.SaveListings(ctx, kept)
}

// groupKey returns the key of the group that eBay creates for a listing's variations.
func groupKey(listingID string) string { return "group-of-" + listingID }

func (s *server) keepGroup(ctx context.Context, key, title string, members, varies []string) error {
	var specs []map[string]any
	for _, name := range varies {
		specs = append(specs, map[string]any{"name": name, "values": []string{}})
	}
	g := fields{}.with("title", title).with("variantSKUs", members).with("variesBy", map[string]any{"specifications": specs})
	body, err := json.Marshal(g)
	if err != nil {
		return err
	}
	return s.market.PutDocuments(ctx, []market.Document{{Kind: docGroup, Key: key, Body: body}})
}

// ofListing returns the live variations of a listing in the order of their creation.
func (s *server) ofListing(ctx context.Context, id string) ([]market.Listing, error) {
	all, _, err := s.market.Listings(ctx, market.ListingFilter{Status: []market.ListingStatus{market.Live}})
	return slices.DeleteFunc(all, func(l market.Listing) bool { return l.ListingID != id }), err
}

// skuOf returns the SKU that the seller gave; empty = none.
func (s *server) skuOf(l market.Listing) string {
	if sh, err := s.open(l); err == nil && sh.Hub != nil {
		return sh.Hub.SKU
	}
	return l.SKU
}
