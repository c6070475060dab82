package ebay

import (
	"maps"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
)

// Codes of what is refused before eBay is asked to change anything.
const (
	codeNoPreview    = "PREVIEW_UNKNOWN"
	codeNoRevising   = "REVISING_NOT_PERMITTED"
	codeNoRelisting  = "RELISTING_NOT_PERMITTED"
	codeNoEnding     = "ENDING_NOT_PERMITTED"
	codeNoPublishing = "PUBLISHING_NOT_SET"
	codeIncomplete   = "PRODUCT_INCOMPLETE"
	codeTooManySKUs  = "TOO_MANY_SKUS"
)

// publishable refuses what can't be published whatever eBay has.
func (c *connection) publishable(p channel.Product, preview bool) *channel.Fault {
	if preview {
		return refusal(channel.Config, opPublish, codeNoPreview, "eBay can't validate a product without listing it")
	}
	if unset := c.unset(); len(unset) > 0 {
		return refusal(channel.Config, opPublish, codeNoPublishing, "set in the account's publishing: "+strings.Join(unset, ", "))
	}
	var lacking []string
	skus := map[string]bool{}
	for _, v := range p.Variants {
		if v.SKU == "" || skus[v.SKU] {
			lacking = append(lacking, "a SKU of its own for each variant")
			break
		}
		skus[v.SKU] = true
	}
	if len(p.Variants) == 0 {
		lacking = append(lacking, "a variant")
	}
	if len(p.Variants) > 1 && (len(p.Options) == 0 || p.Key == "") {
		lacking = append(lacking, "a key, and options in which the variants differ")
	}
	if _, known := money.Digits(p.Currency); !known {
		lacking = append(lacking, "a currency of ISO 4217")
	}
	if len(lacking) > 0 {
		return refusal(channel.Invalid, opPublish, codeIncomplete, "the product needs "+strings.Join(lacking, "; "))
	}
	return nil
}

// settings are the account's keys of what every offer refers to, in the order in which they are asked for.
var settings = []string{"fulfillmentPolicy", "paymentPolicy", "returnPolicy", "merchantLocation"}

// unset names what the account's settings lack for publishing.
func (c *connection) unset() (names []string) {
	for _, name := range settings {
		if c.account.Publishing[name] == "" {
			names = append(names, name)
		}
	}
	if c.account.Marketplace == "" {
		names = append(names, "the account's marketplace")
	}
	return names
}

// refusal is a fault that Towpath finds itself.
func refusal(class channel.Class, operation, code, words string) *channel.Fault {
	f := channel.NewFault(class, operation, words)
	f.Code = code
	return f
}

// permit holds what would be done against what the account may do.
func (p *publication) permit() *channel.Fault {
	for sku, o := range p.offers {
		p.results[sku].Ref = string(o.ID)
	}
	states := map[channel.ListingState]bool{}
	for o := range maps.Values(p.offers) {
		state := o.state()
		if o.Status == published && state == channel.ListingInactive { // on hold: it is there
			state = channel.ListingLive
		}
		states[state] = true
	}
	may := p.account.Listings
	if states[channel.ListingLive] && !may.Revise {
		return refusal(channel.Config, opPublish, codeNoRevising, "the product is listed, and the account may not revise listings")
	}
	if states[channel.ListingEnded] && !may.Relist {
		return refusal(channel.Config, opPublish, codeNoRelisting, "the product's listing has ended, and the account may not relist")
	}
	return nil
}
