package ebay

import (
	"net/http"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// policies serves getFulfillmentPolicies, getPaymentPolicies and getReturnPolicies: the seller has one of each, with
// only the fields that listings refer to.
func (s *server) policies(operation, list, id, setting string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.options.Injector.Strikes(faults.NoDefinition, operation) {
			refuse(w, http.StatusInternalServerError, errAccountSystem)
			return
		}
		switch site := r.URL.Query().Get("marketplace_id"); site {
		case s.marketplace():
			policy := map[string]any{
				id: Publishing()[setting], "name": "Standard", "marketplaceId": site,
				"categoryTypes": []map[string]any{{"name": "ALL_EXCLUDING_MOTORS_VEHICLES"}},
			}
			wire.WriteJSON(w, http.StatusOK, map[string]any{"total": 1, list: []any{policy}})
		case "":
			refuse(w, http.StatusBadRequest, errAccountMissing.with("fieldName", "marketplace_id"))
		default:
			refuse(w, http.StatusBadRequest, errAccountInvalid.with("fieldName", "marketplace_id"))
		}
	}
}
