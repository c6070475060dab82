package shopify

import (
	"encoding/json"

	"github.com/towpath/towpath/internal/listing"
)

// plan is what the check found of a product, stored under its key until it is sent.
type plan struct {
	ID  string `json:"id,omitempty"`  // the shop's product id
	New bool   `json:"new,omitempty"` // the shop had none
}

func (p plan) String() string {
	text, _ := json.Marshal(p) // a text and a flag always marshal
	return string(text)
}

// planOf returns a draft's plan; the zero value for a draft that was never checked.
func planOf(d listing.Draft) (p plan) {
	text := d.Plans[d.Product.Key]
	if len(text) > listing.MaxPlan || json.Unmarshal([]byte(text), &p) != nil {
		return plan{}
	}
	return p
}
