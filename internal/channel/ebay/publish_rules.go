package ebay

import (
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/aspects"
	"github.com/towpath/towpath/internal/money"
)

// Codes of refusals made before any write.
const (
	codeNoPreview    = "PREVIEW_UNKNOWN"
	codeNoRevising   = "REVISING_NOT_PERMITTED"
	codeNoRelisting  = "RELISTING_NOT_PERMITTED"
	codeNoEnding     = "ENDING_NOT_PERMITTED"
	codeNoPublishing = "PUBLISHING_NOT_SET"
	codeIncomplete   = "PRODUCT_INCOMPLETE"
	codeTooManySKUs  = "TOO_MANY_SKUS"
)

// publishable refuses what can't be published with any product.
func (c *connection) publishable(preview bool) *channel.Fault {
	if preview {
		return channel.Refusal(channel.Config, opPublish, codeNoPreview, "eBay can't validate a product without listing it; its test endpoint is the sandbox, another account")
	}
	if unset := c.unset(); len(unset) > 0 {
		return channel.Refusal(channel.Config, opPublish, codeNoPublishing, "set in the account's publishing: "+strings.Join(unset, ", "))
	}
	return nil
}

// incomplete refuses a product that can't be written as eBay's records at all: Check gives more detail.
func (c *connection) incomplete(p channel.Product) *channel.Fault {
	var lacking []string
	skus := map[string]bool{}
	for _, v := range p.Variants {
		if v.SKU == "" || skus[v.SKU] {
			lacking = append(lacking, "a different SKU for each variant")
			break
		}
		skus[v.SKU] = true
	}
	if len(p.Variants) == 0 {
		lacking = append(lacking, "a variant")
	}
	if len(p.Variants) > 1 && len(p.Options) == 0 || len(p.Options) > 0 && p.Key == "" {
		lacking = append(lacking, "a key, and options in which the variants differ")
	}
	if _, known := money.Digits(p.Currency); !known {
		lacking = append(lacking, "a currency of ISO 4217")
	}
	if len(lacking) > 0 {
		return channel.Refusal(channel.Invalid, opPublish, codeIncomplete, "the product needs "+strings.Join(lacking, "; "))
	}
	return nil
}

// unset returns the names of settings that the account needs for publishing.
func (c *connection) unset() (names []string) {
	for _, name := range aspects.Settings() {
		if c.account.Publishing[name] == "" {
			names = append(names, name)
		}
	}
	if c.account.Marketplace == "" {
		names = append(names, "the account's marketplace")
	}
	return names
}
