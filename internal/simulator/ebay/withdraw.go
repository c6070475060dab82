package ebay

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// withdraw serves withdrawOffer, which ends a listing without variations. The offer stays, unpublished.
func (s *server) withdraw(w http.ResponseWriter, r *http.Request) {
	s.writing.Lock()
	defer s.writing.Unlock()
	id := r.PathValue("offerId")
	l, sh, found, err := s.byOffer(r.Context(), id)
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case !found, unpublished(l):
		refuse(w, http.StatusNotFound, errNoOffer.with("offerId", id))
	case l.Product != "":
		refuse(w, http.StatusBadRequest, errUser.with("additionalInfo", "the listing has variations"))
	default:
		if err := s.withdrawn(r.Context(), l, sh); err != nil {
			s.broken(r.Context(), w, errInventorySystem, err)
			return
		}
		wire.WriteJSON(w, http.StatusOK, listingAnswer{ID: l.ListingID})
	}
}

// withdrawn ends a listing and keeps the offer's quantity.
func (s *server) withdrawn(ctx context.Context, l market.Listing, sh record) error {
	sh = sh.withQuantity(l.Quantity)
	sh.Offer = sh.Offer.with("availableQuantity", l.Quantity)
	l.Quantity = -1
	if err := s.keep(ctx, l, sh); err != nil {
		return err
	}
	_, err := s.market.EndListings(ctx, []string{l.SKU})
	return err
}

// withdrawGroup serves withdrawOfferByInventoryItemGroup, which ends a listing with all its variations.
func (s *server) withdrawGroup(w http.ResponseWriter, r *http.Request) {
	s.writing.Lock()
	defer s.writing.Unlock()
	key, g, ok := s.groupRequest(w, r)
	if !ok {
		return
	}
	ended := 0
	for _, sku := range g.list("variantSKUs") {
		l, sh, found, err := s.find(r.Context(), sku)
		if err == nil && found && l.Status == market.Live {
			ended++
			err = s.withdrawn(r.Context(), l, sh)
		}
		if err != nil {
			s.broken(r.Context(), w, errInventorySystem, err)
			return
		}
	}
	if ended == 0 {
		refuse(w, http.StatusBadRequest, errNoOfferFound.with("inventoryItemGroupKey", key))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
