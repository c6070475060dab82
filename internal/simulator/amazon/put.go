package amazon

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
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

// Amazon publishes no list of its issues: the numbers of these two are made up, and a client must go by the words and
// the categories.
var (
	limitReached = issue{
		Code: "5886", Severity: "ERROR", Categories: []string{}, Message: "You have reached your listing limit. We limit the number of listings that you can create in a given week.",
	}
	alike = issue{
		Code: "8801", Severity: "ERROR", Categories: []string{"DUPLICATE"}, Message: "Another child SKU of the parent has the same values for the attributes of the variation theme.",
	}
)

// listingPut is the body of putListingsItem.
type listingPut struct {
	ProductType  string    `json:"productType"`
	Requirements string    `json:"requirements"`
	Attributes   submitted `json:"attributes"`
}

// putListing creates an item or replaces all of it.
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
	found, err := s.take(r.Context(), r.PathValue("sku"), put, preview(r))
	if err != nil {
		s.failed(w, "take a listing", err)
		return
	}
	s.submitted(w, r, found)
}

// take validates an item, and accepts it unless it is a preview.
func (s *server) take(ctx context.Context, sku string, put listingPut, preview bool) (*issue, error) {
	if !productTypes.MatchString(put.ProductType) {
		return attributeIssue("The product type is invalid."), nil
	}
	if put.Attributes.text("item_name") == "" {
		return missing("item_name"), nil
	}
	if put.Attributes.text("parentage_level") == "parent" {
		return s.takeParent(ctx, sku, put, preview)
	}
	l, found := s.readPut(sku, put)
	if found != nil {
		return found, nil
	}
	if found, err := s.clashes(ctx, l); found != nil || err != nil {
		return found, err
	}
	if preview || s.options.Injector.Strikes(faults.NeverLive, opPut) {
		return nil, nil
	}
	return nil, s.market.SaveListingsAt(ctx, s.live(), []market.Listing{l})
}

// readPut makes the market's listing of an item.
func (s *server) readPut(sku string, put listingPut) (l market.Listing, found *issue) {
	a := put.Attributes
	price, priced := a.price(s.place().currency)
	quantity, stocked := a.quantity()
	switch {
	case a.text("condition_type") == "":
		return l, missing("condition_type")
	case a["purchasable_offer"] == nil:
		return l, missing("purchasable_offer")
	case !priced || a.field("purchasable_offer", "currency") != s.place().currency:
		return l, &issue{Code: "90000900", Message: "The price is invalid.", Severity: "ERROR", Categories: []string{"INVALID_PRICE"}}
	case a["fulfillment_availability"] == nil:
		return l, missing("fulfillment_availability")
	case !stocked:
		return l, attributeIssue("fulfillment_availability needs the channel DEFAULT and a quantity of 0 or more.")
	}
	content, _ := json.Marshal(put)
	l = market.Listing{SKU: sku, Title: a.text("item_name"), Price: price, Quantity: quantity, Status: market.Live, Content: content}
	if a.text("parentage_level") != "child" {
		return l, nil
	}
	l.Product, l.Options = a.field("child_parent_sku_relationship", "parent_sku"), a.options()
	if l.Product == "" {
		return l, missing("child_parent_sku_relationship")
	}
	for _, name := range a.themeAttributes() {
		if a.text(name) == "" {
			return l, missing(name)
		}
	}
	return l, nil
}

// clashes finds what the marketplace's other listings have against a new one.
func (s *server) clashes(ctx context.Context, l market.Listing) (*issue, error) {
	old, err := s.market.Listing(ctx, l.SKU)
	fresh := errors.Is(err, market.ErrNoListing) || err == nil && old.Status == market.Ended
	if err != nil && !fresh {
		return nil, err
	}
	if fresh && s.options.Injector.Strikes(faults.ListingLimit, opPut) {
		return &limitReached, nil
	}
	if l.Product == "" {
		return nil, nil
	}
	if s.options.Injector.Strikes(faults.DuplicateVariation, opPut) {
		return &alike, nil
	}
	if _, known, err := s.parent(ctx, l.Product); err != nil || !known {
		return attributeIssue("The parent SKU " + l.Product + " does not exist."), err
	}
	siblings, err := s.children(ctx, l.Product)
	for _, other := range siblings {
		if other.SKU != l.SKU && reflect.DeepEqual(other.Options, l.Options) {
			return &alike, err
		}
	}
	return nil, err
}

// parent is an item that holds variations together. The market knows only what can be bought, so these are documents.
type parent struct {
	SKU         string    `json:"sku"`
	ProductType string    `json:"productType"`
	Attributes  submitted `json:"attributes"`
	CreatedAt   time.Time `json:"createdAt"`
	LiveAt      time.Time `json:"liveAt"` // from when on it shows
}

const parentKind = "amazon/parent"

func (s *server) takeParent(ctx context.Context, sku string, put listingPut, preview bool) (*issue, error) {
	if put.Attributes.theme() == "" {
		return missing("variation_theme"), nil
	}
	if _, err := s.market.Listing(ctx, sku); !errors.Is(err, market.ErrNoListing) {
		return attributeIssue("The SKU is that of a listing that can be bought."), err
	}
	if preview || s.options.Injector.Strikes(faults.NeverLive, opPut) {
		return nil, nil
	}
	p, known, err := s.parent(ctx, sku)
	if err != nil {
		return nil, err
	}
	if !known {
		p = parent{SKU: sku, CreatedAt: s.options.Now().UTC()}
	}
	p.ProductType, p.Attributes, p.LiveAt = put.ProductType, put.Attributes, s.live().UTC()
	body, _ := json.Marshal(p)
	return nil, s.market.PutDocuments(ctx, []market.Document{{Kind: parentKind, Key: sku, Body: body}})
}

// parent is a parent that was accepted, live or not yet.
func (s *server) parent(ctx context.Context, sku string) (p parent, known bool, err error) {
	body, known, err := s.market.Document(ctx, parentKind, sku)
	if err != nil || !known {
		return p, false, err
	}
	err = json.Unmarshal(body, &p)
	return p, true, err
}

// parents are those that are live, oldest first.
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

// children are the live listings of a parent.
func (s *server) children(ctx context.Context, sku string) (all []market.Listing, err error) {
	listings, _, err := s.market.Listings(ctx, market.ListingFilter{Status: shown})
	for _, l := range listings {
		if l.Product == sku {
			all = append(all, l)
		}
	}
	return all, err
}

// deleteListing ends a listing at once. Nothing of it is kept.
func (s *server) deleteListing(w http.ResponseWriter, r *http.Request) {
	if !s.mine(w, r, "issueLocale") {
		return
	}
	sku := r.PathValue("sku")
	if s.options.Injector.Strikes(faults.ProductGone, opDelete) {
		s.submitted(w, r, issueOf(market.ErrNoListing))
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
	s.submitted(w, r, found)
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
