package ebay

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// codeNotAnswered is the fault of a SKU that the answer does not contain.
const codeNotAnswered = "SKU_NOT_IN_ANSWER"

// skuResponse is the outcome of one SKU of a bulk call, or of one of its offers. The whole answer is 200 or 207
// however many failed.
type skuResponse struct {
	SKU        string     `json:"sku"`
	OfferID    text       `json:"offerId"`
	StatusCode whole      `json:"statusCode"`
	Errors     []apiError `json:"errors"`
	Warnings   []apiError `json:"warnings"`
	ListingID  text       `json:"listingId"`     // of bulkPublishOffer
	Item       record     `json:"inventoryItem"` // of bulkGetInventoryItem

	raw json.RawMessage // eBay's JSON of the response
}

func readResponses(a *transport.Answer, operation string) ([]skuResponse, *channel.Fault) {
	var body struct {
		Responses []json.RawMessage `json:"responses"`
	}
	if f := a.Decode(operation, &body); f != nil {
		return nil, f
	}
	responses := make([]skuResponse, len(body.Responses))
	for i, raw := range body.Responses {
		if json.Unmarshal(raw, &responses[i]) != nil {
			return nil, a.Unreadable(operation)
		}
		responses[i].raw = raw
	}
	return responses, nil
}

// fault returns nil when eBay did what was requested.
func (r skuResponse) fault(a *transport.Answer, operation string) *channel.Fault {
	return partFault(a, operation, r.StatusCode, r.Errors, r.raw)
}

// partFault returns the fault of one part of a bulk call; nil if it succeeded, perhaps with warnings. raw is eBay's
// JSON of the part.
func partFault(a *transport.Answer, operation string, observed whole, errs []apiError, raw []byte) *channel.Fault {
	status := int(observed)
	if len(errs) == 0 && (status == 0 || status >= 200 && status < 300) {
		return nil
	}
	if status < 400 { // an error without a status of its own
		status = http.StatusBadRequest
	}
	class, code := classify(status, errs)
	f := a.Fault(class, operation, code)
	f.Status = status
	f.Raw = string(raw[:min(len(raw), channel.MaxRaw)])
	return f
}

// notAnswered returns the fault of a SKU that the answer to a bulk call leaves out.
func notAnswered(a *transport.Answer, operation string) *channel.Fault {
	f := a.Fault(channel.Unknown, operation, codeNotAnswered)
	f.Ambiguous = true
	return f
}

// warningsOf returns the warnings of a call about one item.
func warningsOf(a *transport.Answer) []apiError {
	var body struct {
		Warnings []apiError `json:"warnings"`
	}
	_ = json.Unmarshal(a.Body, &body) // 204 has no body
	return body.Warnings
}

// codesOf returns the ids of warnings.
func codesOf(warnings []apiError) (codes []string) {
	for _, w := range warnings {
		codes = append(codes, strconv.Itoa(w.ErrorID))
	}
	return codes
}
