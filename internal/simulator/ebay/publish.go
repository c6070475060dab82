package ebay

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

type listingAnswer struct {
	ID       string     `json:"listingId"`
	Warnings []apiError `json:"warnings,omitempty"`
}

// lacks returns the reasons why an offer can't be published. A field that the group has need not be in the item.
func lacks(sh record, group fields) (wrong []apiError) {
	product, policies, known := sh.Item.within("product"), sh.Offer.within("listingPolicies"), Publishing()
	title, description := product.text("title"), product.text("description")+sh.Offer.text("listingDescription")
	images := product.list("imageUrls")
	if group != nil {
		title, description, images = title+group.text("title"), description+group.text("description"), append(images, group.list("imageUrls")...)
	}
	_, priced := sh.price()
	n, _ := sh.Offer.number("availableQuantity")
	c, leaf, _ := categories.find(sh.Offer.text("categoryId"))
	for _, rule := range []struct {
		broken  bool
		refusal apiError
	}{
		{!leaf, errCategory},
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
			wrong = append(wrong, rule.refusal)
		}
	}
	if leaf {
		wrong = append(wrong, specifics(c, sh, group)...)
	}
	return wrong
}

// publish serves publishOffer.
func (s *server) publish(w http.ResponseWriter, r *http.Request) {
	s.writing.Lock()
	defer s.writing.Unlock()
	out, err := s.publishOne(r.Context(), opPublish, r.PathValue("offerId"))
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case len(out.Errors) > 0:
		refuse(w, out.Status, out.Errors...)
	default:
		wire.WriteJSON(w, http.StatusOK, listingAnswer{ID: out.ListingID})
	}
}

// bulkListing is the outcome of one offer in bulkPublishOffer.
type bulkListing struct {
	Status    int        `json:"statusCode"`
	OfferID   string     `json:"offerId"`
	ListingID string     `json:"listingId,omitempty"`
	Errors    []apiError `json:"errors,omitempty"`
}

// publishMany serves bulkPublishOffer.
func (s *server) publishMany(w http.ResponseWriter, r *http.Request) {
	s.bulk(w, r, func(ctx context.Context, wanted fields) (int, any, error) {
		out, err := s.publishOne(ctx, opPublishMany, wanted.text("offerId"))
		return out.Status, out, err
	})
}

// publishOne publishes an offer. A listed one stays listed.
func (s *server) publishOne(ctx context.Context, operation, id string) (bulkListing, error) {
	out := bulkListing{Status: http.StatusBadRequest, OfferID: id}
	l, sh, found, err := s.byOffer(ctx, id)
	if err != nil {
		return out, err
	}
	switch wrong := lacks(sh, nil); {
	case !found:
		out.Status, out.Errors = http.StatusNotFound, []apiError{errNoOffer.with("offerId", id)}
	case l.Product != "":
		out.Errors = []apiError{errUser.with("additionalInfo", "the SKU is in an inventory item group")}
	case !unpublished(l):
		out.Status, out.ListingID = http.StatusOK, l.ListingID
	case s.options.Injector.Strikes(faults.ListingLimit, operation):
		out.Errors = []apiError{errSellingLimit}
	case len(wrong) > 0:
		out.Errors = wrong
	default:
		out.Status, out.ListingID = http.StatusOK, listingID(l)
		err = s.goLive(ctx, []market.Listing{l}, []record{sh}, nil, out.ListingID)
	}
	return out, err
}

// listingID returns the id of a listing that an offer becomes. One that was listed before gets another one.
func listingID(l market.Listing) string {
	if before, err := strconv.ParseInt(l.ListingID, 10, 64); err == nil {
		return strconv.FormatInt(before+nextLife, 10)
	}
	return "3" + tail(l.Ref, 11)
}

// nextLife is added to the id of a listing that is listed again; the digits that tell listings apart are below it.
const nextLife = 100_000_000_000

// goLive turns drafts into one listing.
func (s *server) goLive(ctx context.Context, drafts []market.Listing, records []record, group fields, id string) error {
	for i := range drafts {
		l, err := stocked(drafts[i], records[i])
		if err != nil {
			return err
		}
		l.Status, l.ListingID = market.Live, id
		l.Price, _ = records[i].price()
		l.Quantity, _ = records[i].Offer.number("availableQuantity")
		if group != nil {
			var words string
			l.Options, words = optionsOf(group, records[i])
			l.Title = group.text("title") + " (" + words + ")"
		}
		drafts[i] = l
	}
	return s.market.SaveListings(ctx, drafts)
}

// publishGroup serves publishOfferByInventoryItemGroup: variations without an offer are left out with a warning; any
// error stops the whole group.
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
	ready, err := s.collect(r.Context(), g)
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case len(ready.refusals) > 0:
		refuse(w, http.StatusBadRequest, ready.refusals[:min(len(ready.refusals), maxErrors)]...)
	case len(ready.drafts) == 0 && ready.id == "":
		refuse(w, http.StatusBadRequest, errNoOffer.with("inventoryItemGroupKey", key))
	default:
		if ready.id == "" {
			ready.id = listingID(ready.drafts[0])
		}
		if err := s.goLive(r.Context(), ready.drafts, ready.records, g, ready.id); err != nil {
			s.broken(r.Context(), w, errInventorySystem, err)
			return
		}
		wire.WriteJSON(w, http.StatusOK, listingAnswer{ID: ready.id, Warnings: ready.warnings})
	}
}

// maxErrors is the greatest number of errors in an answer.
const maxErrors = 20

// collected is the part of a group that can be published.
type collected struct {
	drafts   []market.Listing
	records  []record
	id       string // of the listing that there is already
	warnings []apiError
	refusals []apiError
}

func (s *server) collect(ctx context.Context, g fields) (collected, error) {
	var out collected
	taken := map[string]bool{} // values of a variation
	var of category
	for _, sku := range g.list("variantSKUs") {
		l, sh, found, err := s.find(ctx, sku)
		if err != nil {
			return out, err
		}
		if !found || sh.Offer == nil {
			out.warnings = append(out.warnings, warnIncomplete.with("sku", sku))
			continue
		}
		of, _, _ = categories.find(sh.Offer.text("categoryId"))
		_, words := optionsOf(g, sh)
		switch wrong := lacks(sh, g); {
		case words == "", taken[strings.ToLower(words)]:
			out.refusals = append(out.refusals, errDuplicateVariation.with("sku", sku))
		case !unpublished(l):
			out.id = l.ListingID
		case len(wrong) > 0:
			for _, e := range wrong { // an error of all variations is reported once
				if !slices.ContainsFunc(out.refusals, func(said apiError) bool { return said.Message == e.Message }) {
					out.refusals = append(out.refusals, e)
				}
			}
		default:
			out.drafts, out.records = append(out.drafts, l), append(out.records, sh)
		}
		taken[strings.ToLower(words)] = true
	}
	out.refusals = append(out.refusals, varying(of, g)...)
	return out, nil
}

// groupRequest returns the group that a call is about; without one it writes the error.
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
