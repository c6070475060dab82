package shopify

import (
	"encoding/json"

	"github.com/towpath/towpath/internal/simulator/market"
)

// rewriteProduct returns a product as a second tool makes it: its title and its status are those of all its variants.
func rewriteProduct(body []byte, how market.Rewrite) ([]byte, error) {
	var p product
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, err
	}
	switch {
	case how.Title != "":
		p.Title = how.Title
	case how.End:
		p.Status = "ARCHIVED"
	default:
		return body, nil
	}
	return json.Marshal(p)
}
