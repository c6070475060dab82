package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// AdminPath is where each marketplace's server lets its faults be read (GET) and switched, all of them (PUT) or those
// that are named (PATCH).
const AdminPath = "/_admin/faults"

// maxAdminBody bounds what the admin endpoint reads, in bytes.
const maxAdminBody = 64 << 10

// State is what the admin endpoint shows.
type State struct {
	Rates    Rates          `json:"rates"`
	Injected map[Kind]int64 `json:"injected"` // faults so far, by kind
}

// Admin serves AdminPath: GET answers a State; PUT takes Rates, PATCH a part of them, and both answer the new State.
func (i *Injector) Admin() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
		case http.MethodPut, http.MethodPatch:
			rates := Rates{}
			if r.Method == http.MethodPatch {
				rates = i.Rates()
			}
			if err := i.readRates(http.MaxBytesReader(w, r.Body, maxAdminBody), rates); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		default:
			w.Header().Set("Allow", "GET, PATCH, PUT")
			http.Error(w, "use GET, PATCH or PUT", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(State{Rates: i.Rates(), Injected: i.Counts()})
	})
}

// readRates sets rates from what is read, over those given.
func (i *Injector) readRates(body io.Reader, rates Rates) error {
	rates.Operations = slices.Clone(rates.Operations) // the decoder writes into it
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rates); err != nil {
		return fmt.Errorf("read fault rates: %w; send e.g. {\"throttle\":0.05}", err)
	}
	return i.Set(rates)
}
