package ebay

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/simulator/wire"
)

// bulk serves a call about up to 25 records: each has its own outcome; 207 means that some failed.
func (s *server) bulk(w http.ResponseWriter, r *http.Request, do func(ctx context.Context, record fields) (status int, response any, err error)) {
	var body struct {
		Requests []fields `json:"requests"`
	}
	if err := wire.ReadJSON(r, &body); err != nil || len(body.Requests) == 0 || len(body.Requests) > maxSKUs {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "requests"))
		return
	}
	seen := map[string]bool{}
	for _, record := range body.Requests {
		key := record.text("sku") + record.text("offerId") // of bulkPublishOffer, which names no SKU
		if seen[key] {
			refuse(w, http.StatusBadRequest, errNotUnique.with("sku", key))
			return
		}
		seen[key] = true
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	answer := struct {
		Responses []any `json:"responses"`
	}{}
	all := http.StatusOK
	for _, record := range body.Requests {
		status, response, err := do(r.Context(), record)
		if err != nil {
			s.broken(r.Context(), w, errInventorySystem, err)
			return
		}
		if status >= http.StatusBadRequest {
			all = http.StatusMultiStatus
		}
		answer.Responses = append(answer.Responses, response)
	}
	wire.WriteJSON(w, all, answer)
}

// noLanguage refuses a call with text for buyers that has no Content-Language.
func (s *server) noLanguage(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("Content-Language") != "" {
		return false
	}
	refuse(w, http.StatusBadRequest, errValue.with("fieldName", "Content-Language"))
	return true
}
