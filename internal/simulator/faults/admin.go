package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// AdminPath is where each marketplace's server lets its faults be read (GET) and switched (PUT).
const AdminPath = "/_admin/faults"

// maxAdminBody bounds what the admin endpoint reads, in bytes.
const maxAdminBody = 64 << 10

// State is what the admin endpoint shows.
type State struct {
	Rates    Rates          `json:"rates"`
	Injected map[Kind]int64 `json:"injected"` // faults so far, by kind
}

// Admin serves AdminPath: GET answers a State; PUT takes Rates and answers the new State.
func (i *Injector) Admin() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
		case http.MethodPut:
			var rates Rates
			decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAdminBody))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&rates); err != nil {
				http.Error(w, fmt.Sprintf("read fault rates: %v; send e.g. {\"throttle\":0.05}", err), http.StatusBadRequest)
				return
			}
			if err := i.Set(rates); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		default:
			w.Header().Set("Allow", "GET, PUT")
			http.Error(w, "use GET or PUT", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(State{Rates: i.Rates(), Injected: i.Counts()})
	})
}
