package ebay

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// docGroup is the document kind of variation groups.
const docGroup = "group"

// group returns a variation group; nil when there is none.
func (s *server) group(ctx context.Context, key string) (fields, error) {
	body, found, err := s.market.Document(ctx, docGroup, key)
	if err != nil || !found {
		return nil, err
	}
	var g fields
	if err := json.Unmarshal(body, &g); err != nil {
		return nil, fmt.Errorf("the stored group %s is not readable", key)
	}
	return g, nil
}

// readGroup serves getInventoryItemGroup.
func (s *server) readGroup(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("key")
	g, err := s.group(r.Context(), key)
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case g == nil:
		refuse(w, http.StatusNotFound, errNoGroup.with("inventoryItemGroupKey", key))
	default:
		wire.WriteJSON(w, http.StatusOK, g.with("inventoryItemGroupKey", key))
	}
}

// saveGroup serves createOrReplaceInventoryItemGroup. A variation that is left out is also removed from the live
// listing.
func (s *server) saveGroup(w http.ResponseWriter, r *http.Request) {
	if s.noLanguage(w, r) {
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	key := r.PathValue("key")
	var g fields
	if err := wire.ReadJSON(r, &g); err != nil || len(g.list("variantSKUs")) == 0 {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "variantSKUs"))
		return
	}
	if wrong := tooLong(g, maxListingDescription); wrong != nil {
		refuse(w, http.StatusBadRequest, *wrong)
		return
	}
	old, err := s.group(r.Context(), key)
	var refusal *apiError
	if err == nil {
		refusal, err = s.replaceGroup(r.Context(), key, old, g)
	}
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case refusal != nil:
		refuse(w, http.StatusBadRequest, *refusal)
	case old == nil:
		wire.WriteJSON(w, http.StatusCreated, struct{}{})
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *server) replaceGroup(ctx context.Context, key string, old, g fields) (*apiError, error) {
	members := g.list("variantSKUs")
	var listings []market.Listing
	revise := s.revisions.call()
	for _, sku := range members {
		l, sh, found, err := s.find(ctx, sku)
		switch {
		case err != nil:
			return nil, err
		case !found:
			return new(errNoSKUs.with("sku", sku)), nil
		case l.Product != "" && l.Product != key:
			return new(errOtherGroup.with("sku", sku)), nil
		case l.Product == "" && !unpublished(l):
			return new(errListedAlone.with("sku", sku)), nil
		case !unpublished(l) && !revise(l.ListingID):
			return &errRevisions, nil
		}
		l.Product = key
		if l, err = stocked(l, sh); err != nil {
			return nil, err
		}
		l.Quantity = -1
		listings = append(listings, l)
	}
	var gone []string
	for _, sku := range old.list("variantSKUs") {
		if !slices.Contains(members, sku) {
			gone = append(gone, sku)
		}
	}
	if err := s.leave(ctx, gone); err != nil {
		return nil, err
	}
	body, err := json.Marshal(g.without("inventoryItemGroupKey"))
	if err != nil {
		return nil, err
	}
	if err := s.market.PutDocuments(ctx, []market.Document{{Kind: docGroup, Key: key, Body: body}}); err != nil {
		return nil, err
	}
	return nil, s.market.SaveListings(ctx, listings)
}

// leave removes SKUs from their group and listing.
func (s *server) leave(ctx context.Context, skus []string) error {
	for _, sku := range skus {
		l, sh, found, err := s.find(ctx, sku)
		if err != nil || !found {
			return err
		}
		if !unpublished(l) {
			if err := s.withdrawn(ctx, l, sh); err != nil {
				return err
			}
			l.Status, l.Quantity = market.Ended, 0
		}
		l.Product, l.Options = "", nil
		if err := s.keep(ctx, l, sh); err != nil {
			return err
		}
	}
	return nil
}

// variesBy returns the names of the properties in which the variations of a group differ.
func variesBy(g fields) (names []string) {
	var varies struct {
		Specifications []struct {
			Name string `json:"name"`
		} `json:"specifications"`
	}
	_ = json.Unmarshal(g["variesBy"], &varies)
	for _, s := range varies.Specifications {
		names = append(names, s.Name)
	}
	return names
}

// optionsOf returns the values in which a member differs from the others, also as text.
func optionsOf(g fields, sh record) (map[string]string, string) {
	aspects := sh.Item.within("product").values()
	options := map[string]string{}
	var words []string
	for _, name := range variesBy(g) {
		if values := aspects[name]; len(values) > 0 {
			options[name] = values[0]
			words = append(words, values[0])
		}
	}
	return options, strings.Join(words, ", ")
}
