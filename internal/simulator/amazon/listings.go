package amazon

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// listingPatch is the body of patchListingsItem.
type listingPatch struct {
	ProductType string    `json:"productType"`
	Patches     []patchOp `json:"patches"`
}

// issue is an issue of a listing.
type issue struct {
	Code       string   `json:"code"`
	Message    string   `json:"message"`
	Severity   string   `json:"severity"`
	Categories []string `json:"categories"`

	AttributeNames []string `json:"attributeNames,omitempty"`
}

// liveDelay is the time from the acceptance of a change until it is visible, at speed 1.
const liveDelay = 5 * time.Second

// live returns when a change accepted now takes effect.
func (s *server) live() time.Time { return s.options.Now().Add(s.options.Delay(liveDelay)) }

func attributeIssue(message string, names ...string) *issue {
	return &issue{Code: codeInvalid, Message: message, Severity: "ERROR", Categories: []string{"INVALID_ATTRIBUTE"}, AttributeNames: names}
}

// issueOf returns the API's issue for the marketplace's refusal; nil when there is none.
func issueOf(err error) *issue {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, market.ErrNoListing):
		return &issue{Code: "13013", Message: "This SKU does not exist in the Amazon.com catalog.", Severity: "ERROR", Categories: []string{"INVALID_ATTRIBUTE"}}
	case errors.Is(err, market.ErrFBA):
		return attributeIssue("The offer is fulfilled by Amazon: the seller cannot set its quantity.", availability)
	}
	return attributeIssue("The quantity is invalid.", availability)
}

// patchListing changes attributes of an item and leaves the others. A refused patch is HTTP 200 with the status
// INVALID.
func (s *server) patchListing(w http.ResponseWriter, r *http.Request) {
	if !s.mine(w, r, "issueLocale", "includedData", "mode") {
		return
	}
	var body listingPatch
	if err := wire.ReadJSON(r, &body); err != nil || body.ProductType == "" || len(body.Patches) == 0 {
		badRequest(w, "productType and patches are required")
		return
	}
	s.submit(w, r, submission{SKU: r.PathValue("sku"), Operation: patching, ProductType: body.ProductType, Patches: body.Patches})
}

// mine reports whether a call names the seller and the marketplace and has only known parameters; otherwise it writes
// the error.
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

// submit checks one submission, answers it, and accepts it unless it is a preview.
func (s *server) submit(w http.ResponseWriter, r *http.Request, one submission) {
	operation := opPut
	if one.Operation == patching {
		operation = opPatch
	}
	switch i := s.options.Injector; {
	case i.Chosen(faults.ForbiddenSKU, operation, one.SKU): // amzn/selling-partner-api-models#4429, #4727
		refuse(w, http.StatusForbidden, "Unauthorized", "Access to requested resource is denied.")
		return
	case i.Chosen(faults.SKUError, operation, one.SKU):
		failure(w)
		return
	}
	issues, err := s.accept(r.Context(), operation, preview(r), one)
	if err != nil {
		s.failed(w, "take a listing", err)
		return
	}
	s.submitted(w, r, issues[0])
}

// submitted answers a submission: accepted, valid, or refused because of its issues.
func (s *server) submitted(w http.ResponseWriter, r *http.Request, found []issue) {
	answer := map[string]any{"sku": r.PathValue("sku"), "status": "ACCEPTED", "submissionId": uuid.NewString(), "issues": append([]issue{}, found...)}
	if preview(r) {
		answer["status"] = "VALID"
	}
	if refusedBy(found) {
		answer["status"] = "INVALID"
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}

func refusedBy(found []issue) bool {
	return slices.ContainsFunc(found, func(i issue) bool { return i.Severity == "ERROR" })
}
