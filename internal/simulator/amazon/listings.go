package amazon

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"

	"github.com/google/uuid"

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
}

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
	q := r.URL.Query()
	if r.PathValue("sellerId") != s.options.Credentials["sellerId"] {
		refuse(w, http.StatusForbidden, "Unauthorized", "Access to requested resource is denied.")
		return
	}
	if !slices.Contains(list(q, "marketplaceIds"), s.options.Marketplace) {
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", "Invalid input", "marketplaceIds is missing or names no marketplace of the seller")
		return
	}
	var patch listingPatch
	if err := wire.ReadJSON(r, &patch); err != nil || patch.ProductType == "" || len(patch.Patches) == 0 {
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", "Invalid input", "productType and patches are required")
		return
	}
	sku, preview := r.PathValue("sku"), q.Get("mode") == "VALIDATION_PREVIEW"
	quantity, found := patch.quantity()
	if found == nil && !preview {
		answers, err := s.market.SetQuantities(r.Context(), []market.QuantityChange{{SKU: sku, Quantity: quantity}})
		if err != nil {
			s.failed(w, "set a quantity", err)
			return
		}
		found = issueOf(answers[0])
	}
	submission := map[string]any{"sku": sku, "status": "ACCEPTED", "submissionId": uuid.NewString(), "issues": []issue{}}
	if preview {
		submission["status"] = "VALID"
	}
	if found != nil {
		submission["status"], submission["issues"] = "INVALID", []issue{*found}
	}
	wire.WriteJSON(w, http.StatusOK, submission)
}
