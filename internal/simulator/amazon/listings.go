package amazon

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// listingPatch is the body of patchListingsItem, and part of a feed's message.
type listingPatch struct {
	ProductType string `json:"productType"`
	Patches     []struct {
		Op    string            `json:"op"`
		Path  string            `json:"path"`
		Value []json.RawMessage `json:"value"`
	} `json:"patches"`
}

// issue is what is wrong with a listing.
type issue struct {
	Code       string   `json:"code"`
	Message    string   `json:"message"`
	Severity   string   `json:"severity"`
	Categories []string `json:"categories"`

	AttributeNames []string `json:"attributeNames,omitempty"`
}

// liveDelay is the time from the acceptance of a change until it shows, at speed 1.
const liveDelay = 5 * time.Second

// live is when what is accepted now takes effect.
func (s *server) live() time.Time { return s.options.Now().Add(s.options.Delay(liveDelay)) }

var productTypes = regexp.MustCompile(`^[A-Z0-9_]+$`)

func attributeIssue(message string) *issue {
	return &issue{Code: "90000900", Message: message, Severity: "ERROR", Categories: []string{"INVALID_ATTRIBUTE"}}
}

// quantity is what the patch sets; a complaint is an issue of the listing, as the API answers it with HTTP 200.
func (p listingPatch) quantity() (int, *issue) {
	if !productTypes.MatchString(p.ProductType) || len(p.Patches) != 1 {
		return 0, attributeIssue("The product type or the number of patches is invalid.")
	}
	patch := p.Patches[0]
	if !slices.Contains([]string{"merge", "replace", "add"}, patch.Op) || patch.Path != "/attributes/fulfillment_availability" || len(patch.Value) != 1 {
		return 0, attributeIssue("Only one fulfillment_availability can be set here.")
	}
	var value struct {
		Channel  string `json:"fulfillment_channel_code"`
		Quantity *int   `json:"quantity"`
	}
	if json.Unmarshal(patch.Value[0], &value) != nil || value.Channel != "DEFAULT" || value.Quantity == nil || *value.Quantity < 0 {
		return 0, attributeIssue("fulfillment_availability needs the channel DEFAULT and a quantity of 0 or more.")
	}
	return *value.Quantity, nil
}

// issueOf turns the marketplace's refusal into the API's issue; nil when there is none.
func issueOf(err error) *issue {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, market.ErrNoListing):
		return &issue{Code: "13013", Message: "This SKU does not exist in the Amazon.com catalog.", Severity: "ERROR", Categories: []string{"INVALID_ATTRIBUTE"}}
	case errors.Is(err, market.ErrFBA):
		return attributeIssue("The offer is fulfilled by Amazon: the seller cannot set its quantity.")
	}
	return attributeIssue("The quantity is invalid.")
}

// patchListing sets a quantity. A refused patch is HTTP 200 with the status INVALID.
func (s *server) patchListing(w http.ResponseWriter, r *http.Request) {
	if !s.mine(w, r, "issueLocale", "includedData", "mode") {
		return
	}
	var patch listingPatch
	if err := wire.ReadJSON(r, &patch); err != nil || patch.ProductType == "" || len(patch.Patches) == 0 {
		badRequest(w, "productType and patches are required")
		return
	}
	quantity, found := patch.quantity()
	if found == nil {
		change := market.QuantityChange{SKU: r.PathValue("sku"), Quantity: quantity}
		var err error
		if found, err = s.setQuantity(r.Context(), change, preview(r)); err != nil {
			s.failed(w, "set a quantity", err)
			return
		}
	}
	s.submitted(w, r, found)
}

// setQuantity accepts a quantity; with preview it only looks whether it would.
func (s *server) setQuantity(ctx context.Context, change market.QuantityChange, preview bool) (*issue, error) {
	if s.options.Injector.Strikes(faults.ProductGone, opPatch) {
		return issueOf(market.ErrNoListing), nil
	}
	if preview || s.options.Injector.Strikes(faults.NeverLive, opPatch) {
		l, err := s.market.Listing(ctx, change.SKU)
		switch {
		case err == nil && l.Status == market.Ended:
			err = market.ErrNoListing
		case err == nil && l.FBA:
			err = market.ErrFBA
		}
		if err == nil || errors.Is(err, market.ErrNoListing) || errors.Is(err, market.ErrFBA) {
			return issueOf(err), nil
		}
		return nil, err
	}
	answers, err := s.market.SetQuantitiesAt(ctx, s.live(), []market.QuantityChange{change})
	if err != nil {
		return nil, err
	}
	return issueOf(answers[0]), nil
}

// mine lets a call through that names the seller, the marketplace and no unknown parameters.
func (s *server) mine(w http.ResponseWriter, r *http.Request, parameters ...string) bool {
	q := r.URL.Query()
	if r.PathValue("sellerId") != s.options.Credentials["sellerId"] {
		refuse(w, http.StatusForbidden, "Unauthorized", "Access to requested resource is denied.")
		return false
	}
	if !slices.Contains(list(q, "marketplaceIds"), s.options.Marketplace) {
		badRequest(w, "marketplaceIds is missing or names no marketplace of the seller")
		return false
	}
	for name := range q {
		if name != "marketplaceIds" && !slices.Contains(parameters, name) {
			badRequest(w, "there is no parameter "+name)
			return false
		}
	}
	if mode := q.Get("mode"); mode != "" && mode != validation {
		badRequest(w, "mode can only be "+validation)
		return false
	}
	return true
}

const validation = "VALIDATION_PREVIEW"

func preview(r *http.Request) bool { return r.URL.Query().Get("mode") == validation }

// submitted answers a submission: accepted, valid, or refused because of an issue.
func (s *server) submitted(w http.ResponseWriter, r *http.Request, found *issue) {
	answer := map[string]any{"sku": r.PathValue("sku"), "status": "ACCEPTED", "submissionId": uuid.NewString(), "issues": []issue{}}
	if preview(r) {
		answer["status"] = "VALID"
	}
	if found != nil {
		answer["status"], answer["issues"] = "INVALID", []issue{*found}
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}
