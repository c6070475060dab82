package ebay

import (
	"context"
	"errors"
	"net/http"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const fixedPrice = "FIXED_PRICE"

type offerPage struct {
	Href   string   `json:"href"`
	Total  int      `json:"total"`
	Size   int      `json:"size"`
	Limit  int      `json:"limit"`
	Offers []fields `json:"offers"`
}

// renderOffer returns the SKU's offer as eBay shows it: only published offers have a listing.
func renderOffer(l market.Listing, sh record) fields {
	o := sh.Offer.with("offerId", l.Ref).with("sku", l.SKU)
	if unpublished(l) {
		return o.with("status", "UNPUBLISHED")
	}
	status := "ACTIVE"
	if l.Quantity == 0 {
		status = "OUT_OF_STOCK"
	}
	return o.with("status", "PUBLISHED").with("availableQuantity", l.Quantity).
		with("listing", map[string]any{"listingId": l.ListingID, "listingStatus": status, "soldQuantity": 0})
}

// offers serves getOffers, which returns the offers of one SKU at a time.
func (s *server) offers(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	sku := q.Get("sku")
	if sku == "" {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "sku"))
		return
	}
	l, sh, found, err := s.find(r.Context(), sku)
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case !found, sh.Offer == nil, q.Get("format") != "" && q.Get("format") != sh.Offer.text("format"),
		q.Get("marketplace_id") != "" && q.Get("marketplace_id") != sh.Offer.text("marketplaceId"):
		refuse(w, http.StatusNotFound, errNoOffer.with("sku", sku))
	default:
		wire.WriteJSON(w, http.StatusOK, offerPage{
			Href: inventory + "/offer?" + r.URL.RawQuery, Total: 1, Size: 1, Limit: 100, Offers: []fields{renderOffer(l, sh)},
		})
	}
}

type bulkOffer struct {
	Status      int        `json:"statusCode"`
	SKU         string     `json:"sku"`
	Marketplace string     `json:"marketplaceId"`
	Format      string     `json:"format"`
	OfferID     string     `json:"offerId,omitempty"`
	Errors      []apiError `json:"errors,omitempty"`
}

type offerAnswer struct {
	ID string `json:"offerId"`
}

// createOffers serves bulkCreateOffer.
func (s *server) createOffers(w http.ResponseWriter, r *http.Request) {
	if s.noLanguage(w, r) {
		return
	}
	s.bulk(w, r, func(ctx context.Context, o fields) (int, any, error) {
		out := bulkOffer{Status: http.StatusOK, SKU: o.text("sku"), Marketplace: o.text("marketplaceId"), Format: o.text("format")}
		id, refusal, err := s.create(ctx, o)
		if out.OfferID = id; refusal != nil {
			out.Status, out.Errors = http.StatusBadRequest, []apiError{*refusal}
		}
		return out.Status, out, err
	})
}

// createOffer serves createOffer.
func (s *server) createOffer(w http.ResponseWriter, r *http.Request) {
	if s.noLanguage(w, r) {
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	var o fields
	if err := wire.ReadJSON(r, &o); err != nil {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "body"))
		return
	}
	id, refusal, err := s.create(r.Context(), o)
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case refusal != nil:
		refuse(w, http.StatusBadRequest, *refusal)
	default:
		wire.WriteJSON(w, http.StatusCreated, offerAnswer{id})
	}
}

// create creates an offer. It is not idempotent: a second one with the same SKU, site and format is refused.
func (s *server) create(ctx context.Context, o fields) (id string, refusal *apiError, err error) {
	sku := o.text("sku")
	for _, name := range []string{"sku", "marketplaceId", "format"} {
		if o.text(name) == "" {
			return "", new(errValue.with("fieldName", name)), nil
		}
	}
	l, sh, found, err := s.find(ctx, sku)
	switch {
	case err != nil:
		return "", nil, err
	case !found:
		return "", new(errNoSKU.with("sku", sku)), nil
	case sh.Offer != nil:
		return "", new(errOfferExists.with("offerId", l.Ref)), nil
	}
	sh.Offer = o.without("sku")
	l.Price, _ = sh.price()
	return l.Ref, nil, s.keep(ctx, l, sh)
}

// byOffer returns the listing of an offer id.
func (s *server) byOffer(ctx context.Context, id string) (l market.Listing, sh record, found bool, err error) {
	l, err = s.market.ListingByRef(ctx, id)
	if errors.Is(err, market.ErrNoListing) {
		return l, sh, false, nil
	}
	if err == nil {
		sh, err = s.open(l)
	}
	return l, sh, err == nil && sh.Offer != nil, err
}

// updateOffer replaces an offer completely; for a live listing this is a revision.
func (s *server) updateOffer(w http.ResponseWriter, r *http.Request) {
	if s.noLanguage(w, r) {
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	var o fields
	if err := wire.ReadJSON(r, &o); err != nil {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "body"))
		return
	}
	id := r.PathValue("offerId")
	l, sh, found, err := s.byOffer(r.Context(), id)
	if err != nil {
		s.broken(r.Context(), w, errInventorySystem, err)
		return
	}
	if !found {
		refuse(w, http.StatusNotFound, errNoOffer.with("offerId", id))
		return
	}
	sh.Offer = o.with("marketplaceId", sh.Offer.text("marketplaceId")).with("format", sh.Offer.text("format"))
	if refusal := s.revise(&l, sh); refusal != nil {
		refuse(w, http.StatusBadRequest, *refusal)
		return
	}
	if err := s.keep(r.Context(), l, sh); err != nil {
		s.broken(r.Context(), w, errInventorySystem, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// revise copies a changed offer to its live listing.
func (s *server) revise(l *market.Listing, sh record) *apiError {
	price, priced := sh.price()
	if unpublished(*l) {
		l.Price, l.Quantity = price, -1
		return nil
	}
	n, there := sh.Offer.number("availableQuantity")
	_, leaf, _ := categories.find(sh.Offer.text("categoryId"))
	switch {
	case !leaf:
		return &errCategory
	case !priced:
		return &errPrice
	case !there, n < 0:
		return &errQuantity
	case !s.revisions.call()(l.ListingID):
		return &errRevisions
	}
	l.Price, l.Quantity = price, n
	return nil
}

// currencies are the currencies of eBay's sites; pounds where the site is not known.
var currencies = map[string]string{
	"EBAY_US": "USD", "EBAY_DE": "EUR", "EBAY_FR": "EUR", "EBAY_IT": "EUR", "EBAY_ES": "EUR", "EBAY_IE": "EUR", "EBAY_AU": "AUD", "EBAY_CA": "CAD",
}

func (s *server) currency() string {
	if c := currencies[s.marketplace()]; c != "" {
		return c
	}
	return "GBP"
}
