package ebay

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

type listingAnswer struct {
	ID       string     `json:"listingId"`
	Warnings []apiError `json:"warnings,omitempty"`
}

// lacks is what keeps an offer from being published, nil when nothing does. What a group has need not be in the item.
func lacks(sh shelf, group fields) *apiError {
	product, policies, known := sh.Item.within("product"), sh.Offer.within("listingPolicies"), Publishing()
	title, description := product.text("title"), product.text("description")+sh.Offer.text("listingDescription")
	images := product.list("imageUrls")
	if group != nil {
		title, description, images = title+group.text("title"), description+group.text("description"), append(images, group.list("imageUrls")...)
	}
	_, priced := sh.price()
	n, _ := sh.Offer.number("availableQuantity")
	for _, rule := range []struct {
		broken  bool
		refusal apiError
	}{
		{sh.Offer.text("categoryId") == "", errCategory},
		{!priced, errPrice},
		{n < 1 || sh.quantity() < 1, errQuantity},
		{policies.text("fulfillmentPolicyId") != known["fulfillmentPolicy"], errShippingPolicy},
		{policies.text("paymentPolicyId") != known["paymentPolicy"], errPaymentPolicy},
		{policies.text("returnPolicyId") != known["returnPolicy"], errReturnPolicy},
		{sh.Offer.text("merchantLocationKey") != known["merchantLocation"], errLocation},
		{title == "", errMissing.with("fieldName", "title")},
		{description == "", errMissing.with("fieldName", "description")},
		{sh.Item.text("condition") == "", errCondition},
		{len(images) == 0, errPictures},
	} {
		if rule.broken {
			return &rule.refusal
		}
	}
	return nil
}

// publish answers publishOffer.
func (s *server) publish(w http.ResponseWriter, r *http.Request) {
	s.writing.Lock()
	defer s.writing.Unlock()
	id := r.PathValue("offerId")
	l, sh, found, err := s.byOffer(r.Context(), id)
	if err != nil {
		s.broken(r.Context(), w, errInventorySystem, err)
		return
	}
	switch refusal := lacks(sh, nil); {
	case !found:
		refuse(w, http.StatusNotFound, errNoOffer.with("offerId", id))
	case l.Product != "":
		refuse(w, http.StatusBadRequest, errUser.with("additionalInfo", "the SKU is in an inventory item group"))
	case !unpublished(l):
		wire.WriteJSON(w, http.StatusOK, listingAnswer{ID: l.ListingID})
	case s.options.Injector.Strikes(faults.ListingLimit, opPublish):
		refuse(w, http.StatusBadRequest, errSellingLimit)
	case refusal != nil:
		refuse(w, http.StatusBadRequest, *refusal)
	default:
		s.goLive(r.Context(), w, []market.Listing{l}, []shelf{sh}, nil, listingID(l), nil)
	}
}

func listingID(l market.Listing) string { return "3" + tail(l.Ref, 11) }

// goLive makes one listing of drafts, and answers.
func (s *server) goLive(ctx context.Context, w http.ResponseWriter, drafts []market.Listing, shelves []shelf, group fields, id string, warnings []apiError) {
	for i := range drafts {
		l, err := stocked(drafts[i], shelves[i])
		if err != nil {
			s.broken(ctx, w, errInventorySystem, err)
			return
		}
		l.Status, l.ListingID = market.Live, id
		l.Price, _ = shelves[i].price()
		l.Quantity, _ = shelves[i].Offer.number("availableQuantity")
		if group != nil {
			var words string
			l.Options, words = optionsOf(group, shelves[i])
			l.Title = group.text("title") + " (" + words + ")"
		}
		drafts[i] = l
	}
	if err := s.market.SaveListings(ctx, drafts); err != nil {
		s.broken(ctx, w, errInventorySystem, err)
		return
	}
	wire.WriteJSON(w, http.StatusOK, listingAnswer{ID: id, Warnings: warnings})
}

// publishGroup answers publishOfferByInventoryItemGroup: what lacks an offer stays out, with a warning; what is
// wrong keeps all of it back.
func (s *server) publishGroup(w http.ResponseWriter, r *http.Request) {
	s.writing.Lock()
	defer s.writing.Unlock()
	key, g, ok := s.groupRequest(w, r)
	if !ok {
		return
	}
	injected := s.options.Injector
	switch {
	case injected.Strikes(faults.ListingLimit, opPublishGroup):
		refuse(w, http.StatusBadRequest, errSellingLimit)
		return
	case injected.Strikes(faults.DuplicateVariation, opPublishGroup):
		refuse(w, http.StatusBadRequest, errDuplicateVariation.with("inventoryItemGroupKey", key))
		return
	}
	ready, err := s.gather(r.Context(), g)
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case ready.refusal != nil:
		refuse(w, http.StatusBadRequest, *ready.refusal)
	case len(ready.drafts) == 0 && ready.id == "":
		refuse(w, http.StatusBadRequest, errNoOffer.with("inventoryItemGroupKey", key))
	default:
		if ready.id == "" {
			ready.id = listingID(ready.drafts[0])
		}
		s.goLive(r.Context(), w, ready.drafts, ready.shelves, g, ready.id, ready.warnings)
	}
}

// gathered is what of a group can be published.
type gathered struct {
	drafts   []market.Listing
	shelves  []shelf
	id       string // of the listing that there is already
	warnings []apiError
	refusal  *apiError
}

func (s *server) gather(ctx context.Context, g fields) (gathered, error) {
	var out gathered
	taken := map[string]bool{} // values of a variation
	for _, sku := range g.list("variantSKUs") {
		l, sh, found, err := s.find(ctx, sku)
		if err != nil {
			return out, err
		}
		if !found || sh.Offer == nil {
			out.warnings = append(out.warnings, warnIncomplete.with("sku", sku))
			continue
		}
		_, words := optionsOf(g, sh)
		switch refusal := lacks(sh, g); {
		case words == "", taken[words]:
			out.refusal = new(errDuplicateVariation.with("sku", sku))
		case !unpublished(l):
			out.id = l.ListingID
		case refusal != nil:
			out.refusal = refusal
		default:
			out.drafts, out.shelves = append(out.drafts, l), append(out.shelves, sh)
		}
		taken[words] = true
	}
	return out, nil
}

// groupRequest reads which group a call is about; it answers when there is none.
func (s *server) groupRequest(w http.ResponseWriter, r *http.Request) (key string, g fields, ok bool) {
	var request struct {
		Key         string `json:"inventoryItemGroupKey"`
		Marketplace string `json:"marketplaceId"`
	}
	if err := wire.ReadJSON(r, &request); err != nil || request.Key == "" || request.Marketplace == "" {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "inventoryItemGroupKey"))
		return "", nil, false
	}
	g, err := s.group(r.Context(), request.Key)
	if err != nil {
		s.broken(r.Context(), w, errInventorySystem, err)
		return "", nil, false
	}
	if g == nil {
		refuse(w, http.StatusBadRequest, errNoGroup.with("inventoryItemGroupKey", request.Key))
		return "", nil, false
	}
	return request.Key, g, true
}
