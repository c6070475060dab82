package amazon

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const (
	opPut    = "putListingsItem"
	opPatch  = "patchListingsItem"
	opDelete = "deleteListingsItem"
	opGet    = "getListingsItem"
)

// listingPut is the body of putListingsItem.
type listingPut struct {
	ProductType  string    `json:"productType"`
	Requirements string    `json:"requirements"`
	Attributes   submitted `json:"attributes"`
}

// putListing creates an item or replaces it completely.
func (s *server) putListing(w http.ResponseWriter, r *http.Request) {
	if !s.mine(w, r, "issueLocale", "includedData", "mode") {
		return
	}
	var put listingPut
	if err := wire.ReadJSON(r, &put); err != nil || put.ProductType == "" || put.Attributes == nil ||
		!slices.Contains([]string{"", "LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY"}, put.Requirements) {
		badRequest(w, "productType and attributes are required, and requirements must be one of Amazon's")
		return
	}
	s.submit(w, r, submission{SKU: r.PathValue("sku"), Operation: updating, ProductType: put.ProductType, Attributes: put.Attributes})
}

// parent is an item that groups variations. The market has only items that can be bought, so parents are documents.
type parent struct {
	SKU         string    `json:"sku"`
	ProductType string    `json:"productType"`
	Attributes  submitted `json:"attributes"`
	CreatedAt   time.Time `json:"createdAt"`
	LiveAt      time.Time `json:"liveAt"` // visible from this time
}

const parentKind = "amazon/parent"

// parent returns an accepted parent, live or not yet.
func (s *server) parent(ctx context.Context, sku string) (p parent, known bool, err error) {
	body, known, err := s.market.Document(ctx, parentKind, sku)
	if err != nil || !known {
		return p, false, err
	}
	err = json.Unmarshal(body, &p)
	return p, true, err
}

// parents returns the live ones, oldest first.
func (s *server) parents(ctx context.Context) (all []parent, err error) {
	const most = 10_000
	documents, err := s.market.Documents(ctx, parentKind, "", most)
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		var p parent
		if err := json.Unmarshal(d.Body, &p); err != nil {
			return nil, err
		}
		if !p.LiveAt.After(s.options.Now()) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b parent) int {
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(a.SKU, b.SKU)
	})
	return all, nil
}

// children returns the live listings of a parent.
func (s *server) children(ctx context.Context, sku string) ([]market.Listing, error) {
	listings, _, err := s.market.Listings(ctx, market.ListingFilter{Status: shown, Products: []string{sku}})
	return listings, err
}

// deleteListing ends a listing at once. Nothing of it is kept.
func (s *server) deleteListing(w http.ResponseWriter, r *http.Request) {
	if !s.mine(w, r, "issueLocale") {
		return
	}
	sku := r.PathValue("sku")
	if s.options.Injector.Strikes(faults.ProductGone, opDelete) {
		s.submitted(w, r, []issue{*issueOf(market.ErrNoListing)})
		return
	}
	if s.options.Injector.Strikes(faults.NeverLive, opDelete) {
		s.submitted(w, r, nil)
		return
	}
	found, err := s.end(r.Context(), sku)
	if err != nil {
		s.failed(w, "end a listing", err)
		return
	}
	if found == nil {
		s.submitted(w, r, nil)
		return
	}
	s.submitted(w, r, []issue{*found})
}

func (s *server) end(ctx context.Context, sku string) (*issue, error) {
	_, isParent, err := s.parent(ctx, sku)
	if err != nil {
		return nil, err
	}
	if isParent {
		return nil, s.market.DeleteDocuments(ctx, parentKind, []string{sku})
	}
	l, err := s.market.Listing(ctx, sku)
	if errors.Is(err, market.ErrNoListing) || err == nil && l.Status == market.Ended {
		return issueOf(market.ErrNoListing), nil
	}
	if err != nil {
		return nil, err
	}
	answers, err := s.market.EndListings(ctx, []string{sku})
	if err != nil {
		return nil, err
	}
	return issueOf(answers[0]), nil
}
