package aspects

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/listing"
)

// Rules are what a product is checked against.
type Rules struct {
	Marketplace string            // the account's, e.g. EBAY_GB
	Currency    string            // of the marketplace, ISO 4217; empty = not known
	Settings    map[string]string // the account's, by the names of Settings
	Category    *Category         // of the product's type; nil = not known
	Seller      *Seller           // nil = not known
}

// eBay's limits (sell_inventory_v1): lengths in characters, and counts.
const (
	maxSKU         = 50
	maxTitle       = 80
	maxBrand       = 65
	maxDescription = 500_000 // of an offer or a group, markup included
	maxName        = 40      // of an aspect
	maxValue       = 50      // of an aspect, if the category does not say
	maxImages      = 24
	maxGroupImages = 12 // of each variant
	maxVariants    = 250
	maxOptions     = 5
)

// MaxItemDescription is the greatest length of an inventory item's description; an offer allows more
// (Product.description).
const MaxItemDescription = 4000

// Check checks a product and returns all issues by SKU; those of the whole product under WholeKey. It checks the
// product as Fit returns it, so that a merchant's own spelling is not an error.
func Check(p listing.Product, r Rules) map[string][]listing.Issue {
	p = Fit(p, r.Category)
	f := &findings{whole: WholeKey(p), by: map[string][]listing.Issue{}}
	f.settings(r)
	f.category(p, r)
	f.texts(p)
	f.money(p, r)
	f.condition(p, r.Category)
	f.images(p)
	f.variants(p)
	f.aspects(p, r.Category)
	f.identifiers(p, r.Category)
	return f.by
}

// settings checks what every offer of the account refers to.
func (f *findings) settings(r Rules) {
	for _, name := range Settings() {
		at := map[string]string{
			FulfillmentPolicy: "/listingPolicies/fulfillmentPolicyId", PaymentPolicy: "/listingPolicies/paymentPolicyId",
			ReturnPolicy: "/listingPolicies/returnPolicyId", MerchantLocation: "/merchantLocationKey",
		}[name]
		value := r.Settings[name]
		has, known := r.Seller.Has(name, value)
		switch {
		case value == "":
			f.add(f.whole, issue{code: listing.CodeSettingsMissing, pointer: at, message: "The account does not say which " + name + " its listings have.",
				want: "set publishing." + name + " of the account in the accounts file"})
		case known && !has:
			f.add(f.whole, issue{code: listing.CodeSettingsWrong, pointer: at,
				message: fmt.Sprintf("The seller has no %s %s on %s, or it is disabled.", name, clipped(value), r.Marketplace),
				want:    "one that is set up on eBay, in publishing." + name + " of the accounts file"})
		}
	}
	if r.Marketplace == "" {
		f.add(f.whole, issue{code: listing.CodeSettingsMissing, pointer: "/marketplaceId", message: "The account does not say on which of eBay's sites it sells.",
			want: "set the account's marketplace in the accounts file, e.g. EBAY_GB"})
	}
}

func (f *findings) category(p listing.Product, r Rules) {
	switch {
	case p.Type == "":
		f.add(f.whole, issue{code: listing.CodeTypeMissing, pointer: "/categoryId", message: "The product has no eBay category.", want: "the id of a leaf category"})
	case r.Category == nil:
		f.add(f.whole, issue{code: listing.CodeDefinitionMissing, pointer: "/categoryId",
			message: fmt.Sprintf("What eBay requires in category %s is not known: there is no such leaf category on %s, or it could not be asked.", clipped(p.Type), r.Marketplace),
			want:    "the id of a leaf category of the site"})
	}
}

// active are the beginnings of markup that eBay's listing policy forbids ("active content").
var active = []string{"<script", "<iframe", "<object", "<embed", "<applet", "<form", "javascript:"}

func (f *findings) texts(p listing.Product) {
	title := strings.TrimSpace(p.Title)
	switch n := utf8.RuneCountInString(title); {
	case n == 0:
		f.add(f.whole, issue{code: listing.CodeAttributeMissing, pointer: "/product/title", aspect: "title", message: "The product has no title.", want: "a title of up to 80 characters"})
	case n > maxTitle:
		f.add(f.whole, issue{code: listing.CodeValueTooLong, pointer: "/product/title", aspect: "title",
			message: fmt.Sprintf("The title has %d characters; eBay allows %d.", n, maxTitle), want: "at most 80 characters"})
	}
	if strings.ContainsAny(title, "<>") {
		f.add(f.whole, issue{code: listing.CodeHTMLNotAllowed, pointer: "/product/title", aspect: "title", message: "The title has markup in it.", want: "plain text without < and >"})
	}
	if n := utf8.RuneCountInString(p.Brand); n > maxBrand && !hasBrand(p.Aspects) {
		f.add(f.whole, issue{code: listing.CodeValueTooLong, pointer: "/product/brand", aspect: "brand",
			message: fmt.Sprintf("The brand has %d characters; eBay allows %d.", n, maxBrand), want: "at most 65 characters"})
	}
	f.description(p.Description)
}

func (f *findings) description(text string) {
	const at, name = "/listingDescription", "description"
	switch n := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		f.add(f.whole, issue{code: listing.CodeAttributeMissing, pointer: at, aspect: name, message: "The product has no description.", want: "a description of up to 500,000 characters"})
	case n > maxDescription:
		f.add(f.whole, issue{code: listing.CodeValueTooLong, pointer: at, aspect: name,
			message: fmt.Sprintf("The description has %d characters; eBay takes %d, markup included.", n, maxDescription), want: "at most 500,000 characters"})
		return // it is not searched: there is no bound on it
	}
	lower := strings.ToLower(text)
	if i := slices.IndexFunc(active, func(tag string) bool { return strings.Contains(lower, tag) }); i >= 0 {
		f.add(f.whole, issue{code: listing.CodeHTMLNotAllowed, pointer: at, aspect: name,
			message: fmt.Sprintf("The description has active content (%s), which eBay forbids in listings.", active[i]), want: "text and plain markup such as <b>, <ul> and <table>"})
	}
}

func (f *findings) money(p listing.Product, r Rules) {
	const at = "/pricingSummary/price"
	priced := slices.ContainsFunc(p.Variants, func(v listing.Variant) bool { return v.Price > 0 }) // without a price there is no currency
	if r.Currency != "" && p.Currency != r.Currency && priced {
		f.add(f.whole, issue{code: listing.CodeCurrencyWrong, pointer: at + "/currency", aspect: "price",
			message: fmt.Sprintf("The prices are in %q; %s uses %s.", clipped(p.Currency), r.Marketplace, r.Currency), want: "prices in " + r.Currency})
	}
	for _, v := range p.Variants {
		if v.Price <= 0 {
			f.add(v.SKU, issue{code: listing.CodePriceMissing, pointer: at + "/value", aspect: "price", message: "It has no price above 0.", want: "a price above 0"})
		}
	}
}

// condition checks the condition of all variants.
func (f *findings) condition(p listing.Product, c *Category) {
	if c == nil || len(c.Conditions) == 0 || slices.Contains(c.Conditions, p.Condition) {
		return
	}
	f.add(f.whole, issue{code: listing.CodeConditionWrong, pointer: "/condition", aspect: "condition",
		message: fmt.Sprintf("Category %s accepts no items in condition %s.", c.ID, clipped(p.Condition)), want: "one of " + someOf(c.Conditions)})
}
