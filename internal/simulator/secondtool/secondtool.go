// Package secondtool lets another tool than Towpath write to a running marketplace: a path of its server that overwrites levels, prices
// and titles and ends listings, and its client.
package secondtool

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/towpath/towpath/internal/simulator/admin"
	"github.com/towpath/towpath/internal/simulator/market"
)

// AdminPath is the path on each marketplace's server to which an Order is posted.
const AdminPath = "/_admin/second-tool"

const maxOrder = 4 << 10 // bytes of a request

// Order is what the second tool is to do once: set levels, or else a price or a title, or end listings.
type Order struct {
	SKUs  int    `json:"skus"`            // of how many listings; 1 or more
	Price int64  `json:"price,omitempty"` // minor units
	Title string `json:"title,omitempty"`
	End   bool   `json:"end,omitempty"`
}

// rewrites returns what it makes of listings, and whether that is anything besides levels.
func (o Order) rewrites() (market.Rewrite, bool) {
	r := market.Rewrite{Price: o.Price, Title: o.Title, End: o.End}
	return r, r != market.Rewrite{}
}

// Done is what it has done.
type Done struct {
	Account     string               `json:"account"`
	Overwritten []market.Overwritten `json:"overwritten"`         // levels
	Rewritten   []market.Rewritten   `json:"rewritten,omitempty"` // prices, titles, ends
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
		done := Done{Account: account, Overwritten: []market.Overwritten{}}
		var err error
		if how, besides := o.rewrites(); besides {
			done.Rewritten, err = m.Rewrite(r.Context(), o.SKUs, how)
		} else {
			var levels []market.Overwritten
			levels, err = m.Overwrite(r.Context(), o.SKUs)
			done.Overwritten = append(done.Overwritten, levels...)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(done)
	})
}

// Overwrite has the second tool write once to the marketplace at address (its base URL).
func Overwrite(ctx context.Context, address string, o Order) (Done, error) {
	done, err := admin.Call[Done](ctx, http.MethodPost, address+AdminPath, o)
	if err != nil {
		return Done{}, fmt.Errorf("second tool at %w", err)
	}
	return done, nil
}
