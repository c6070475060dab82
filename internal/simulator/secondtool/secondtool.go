// Package secondtool lets another tool than Towpath write to a running marketplace: a path of its server that overwrites levels, and its
// client.
package secondtool

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
)

// AdminPath is the path on each marketplace's server to which an Order is posted.
const AdminPath = "/_admin/second-tool"

const (
	maxOrder  = 4 << 10  // bytes of a request
	maxAnswer = 32 << 20 // bytes of an answer: it names every listing
)

// Order is what the second tool is to do once.
type Order struct {
	SKUs int `json:"skus"` // of how many listings it sets the level; 1 or more
}

// Done is what it has done.
type Done struct {
	Account     string               `json:"account"`
	Overwritten []market.Overwritten `json:"overwritten"`
}

// Admin returns the handler of AdminPath.
func Admin(account string, m *market.Market) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", "POST")
			http.Error(w, "use POST", http.StatusMethodNotAllowed)
			return
		}
		var o Order
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&o); err != nil || o.SKUs < 1 {
			http.Error(w, `say of how many listings, e.g. {"skus":50}`, http.StatusBadRequest)
			return
		}
		done, err := m.Overwrite(r.Context(), o.SKUs)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(Done{Account: account, Overwritten: append([]market.Overwritten{}, done...)})
	})
}

// Overwrite has the second tool write once to the marketplace at address (its base URL).
func Overwrite(ctx context.Context, address string, o Order) (Done, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	body, err := json.Marshal(o)
	if err != nil {
		return Done{}, fmt.Errorf("second tool at %s: %w", address, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address+AdminPath, bytes.NewReader(body))
	if err != nil {
		return Done{}, fmt.Errorf("second tool at %s: %w", address, err)
	}
	answer, err := (&http.Client{}).Do(r)
	if err != nil {
		return Done{}, fmt.Errorf("second tool at %s (is the marketplace running?): %w", address, err)
	}
	defer func() { _ = answer.Body.Close() }()
	read, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return Done{}, fmt.Errorf("second tool at %s: %w", address, err)
	}
	if answer.StatusCode != http.StatusOK {
		return Done{}, fmt.Errorf("second tool at %s: %s", address, strings.TrimSpace(string(read)))
	}
	var done Done
	if err := json.Unmarshal(read, &done); err != nil {
		return Done{}, fmt.Errorf("second tool at %s: read the answer: %w", address, err)
	}
	return done, nil
}
