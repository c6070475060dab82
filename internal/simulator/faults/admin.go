package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
)

// AdminPath is the path on each marketplace's server where its faults are read (GET) and set, all of them (PUT) or
// only the named ones (PATCH).
const AdminPath = "/_admin/faults"

// maxAdminBody limits a request to the admin endpoint, in bytes.
const maxAdminBody = 64 << 10

// State is what the admin endpoint shows.
type State struct {
	Rates    Rates          `json:"rates"`
	Injected map[Kind]int64 `json:"injected"` // faults so far, by kind
	Known    []string       `json:"known"`    // the channel's operations
}

// Admin returns the handler of AdminPath: GET returns a State; PUT sets all Rates, PATCH some of them, and both
// return the new State.
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
		_ = json.NewEncoder(w).Encode(State{Rates: i.Rates(), Injected: i.Counts(), Known: i.Known()})
	})
}

// readRates sets rates from body, on top of the given ones.
func (i *Injector) readRates(body io.Reader, rates Rates) error {
	rates.Operations, rates.Orders = slices.Clone(rates.Operations), maps.Clone(rates.Orders) // the decoder writes into them
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rates); err != nil {
		return fmt.Errorf("read fault rates: %w; send e.g. {\"throttle\":0.05}", err)
	}
	return i.Set(rates)
}
