package listing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// Composed is a product as a channel should have it, with the issues found before the channel's own rules are
// applied.
type Composed struct {
	Product Product
	Issues  map[string][]Issue // by the channel's SKU; issues of the whole product under its key
	SKUs    map[string]string  // the merchant's SKU by the channel's
	Hashes  map[string]string  // by the channel's SKU: a hash of the variant without its quantity
	Marks   map[string]Marks   // by the channel's SKU: the marks of its fields
}

// Values with these names are not attributes of the channel but fields of a Product.
const (
	valueCondition   = "condition"
	valueCollections = "collections"
)

// Compose returns what an account should list for a merchant's goods: with the account's own SKUs, price and level,
// its type for the category, and its settings for what the catalogue does not contain.
func Compose(g Goods, seller Seller) Composed {
	c := Composed{Issues: map[string][]Issue{}, SKUs: map[string]string{}, Hashes: map[string]string{}, Marks: map[string]Marks{}}
	settings, _ := Nearest(g.Types, g.Product.Category)
	p := Product{
		Key: g.Product.Key, Type: cmp.Or(settings.Type, ownType(g.Product.Type, seller)), Title: g.Product.Title,
		Description: g.Product.Description, Brand: g.Product.Brand, Images: g.Product.Images, Options: g.Product.Options,
	}
	p.Aspects = aspects(g.Product.Attributes, settings.Values)
	p.Condition, p.Collections = first(pop(p.Aspects, valueCondition)...), pop(p.Aspects, valueCollections)
	for _, v := range g.Product.Variants {
		c.variant(&p, g, v, seller)
	}
	if p.Key == "" && len(p.Variants) > 0 {
		p.Key = p.Variants[0].SKU
	}
	if p.Type == "" && seller.Channel != "shopify" { // Shopify accepts goods without one
		c.against(p.Key, CodeTypeMissing, typeMissing(g, seller), typeCommand(g, seller))
	}
	c.Product = p
	c.hash()
	return c
}

// ownType returns the catalogue's type of a product if it is one of the channel's.
func ownType(text string, seller Seller) string {
	if FitsType(seller.Channel, text) {
		return text
	}
	return ""
}

// aspects returns the catalogue's attributes and, for those it does not have, the account's values.
func aspects(catalogue, account map[string][]string) map[string][]string {
	all := make(map[string][]string, len(catalogue)+len(account))
	known := make(map[string]bool, len(catalogue))
	for name, values := range catalogue {
		all[name] = values
		known[strings.ToLower(name)] = true
	}
	for name, values := range account {
		if !known[strings.ToLower(name)] {
			all[name] = values
		}
	}
	return all
}

// pop removes the values of a name, in any case.
func pop(all map[string][]string, name string) []string {
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if strings.EqualFold(key, name) {
			values := all[key]
			delete(all, key)
			return values
		}
	}
	return nil
}

// variant adds a variant with its price. The currency of the first price is the product's.
func (c *Composed) variant(p *Product, g Goods, v catalogue.Variant, seller Seller) {
	link := g.Links[v.SKU]
	out := Variant{
		SKU: cmp.Or(link.ChannelSKU, v.SKU), Barcode: v.Barcode, Options: v.Options, Quantity: max(g.Levels[v.SKU], 0),
		WeightGrams: v.WeightGrams, Images: v.Images, ChannelFulfils: link.ChannelFulfils, KeepsPrice: link.KeepsPrice,
	}
	price, ok := priceOf(v, seller.Account)
	switch {
	case !ok:
		c.against(out.SKU, "price-missing", fmt.Sprintf("%s has no price for %s", v.SKU, seller.Account),
			"a price of the account, or one for all accounts, in the catalogue")
	case price.Amount <= 0:
		c.against(out.SKU, "price-missing", fmt.Sprintf("the price of %s is %d", v.SKU, price.Amount), "a price above 0")
	case p.Currency != "" && p.Currency != price.Currency:
		c.against(out.SKU, "currency-wrong", fmt.Sprintf("%s is priced in %s, other variants of the product in %s", v.SKU, price.Currency, p.Currency),
			"one currency for all variants: "+p.Currency)
	default:
		p.Currency, out.Price = price.Currency, price.Amount
	}
	if other, taken := g.LinkedElsewhere[v.SKU]; taken && link.ChannelSKU == "" {
		c.against(out.SKU, "sku-wrong", fmt.Sprintf("%s has no link on %s, and a listing there has this very SKU: it is linked to %s", v.SKU, seller.Account, other),
			"a link of "+v.SKU+" to a listing of its own: `towpath links match`")
	}
	c.SKUs[out.SKU] = v.SKU
	p.Variants = append(p.Variants, out)
}

// priceOf returns the account's own price, or else the one for all accounts.
func priceOf(v catalogue.Variant, account string) (catalogue.Price, bool) {
	var general catalogue.Price
	found := false
	for _, p := range v.Prices {
		if p.Account == account {
			return p, true
		}
		if p.Account == "" && !found {
			general, found = p, true
		}
	}
	return general, found
}

func (c *Composed) against(reference, code, message, want string) {
	c.Issues[reference] = append(c.Issues[reference], Issue{Stage: Validation, Severity: Error, Code: code, Message: message, Want: want})
}

func typeMissing(g Goods, seller Seller) string {
	of := "goods without a category"
	if g.Product.Category != "" {
		of = fmt.Sprintf("category %q", g.Product.Category)
	}
	return fmt.Sprintf("%s has no %s type for %s", seller.Account, seller.Channel, of)
}

// typeCommand returns the command that sets the type, quoted for a shell.
func typeCommand(g Goods, seller Seller) string {
	command := "towpath publish type --account " + seller.Account
	if g.Product.Category != "" {
		command += " --category " + quoted(g.Product.Category)
	}
	return fmt.Sprintf("%s: `%s --type TYPE`", TypeForm(seller.Channel), command)
}

// quoted returns a text as one shell word.
func quoted(text string) string {
	if !strings.ContainsAny(text, "\"$`\\!'") {
		return `"` + text + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// hash computes each variant's hash, and the marks of its fields. The level changes every hour and is pushed separately, so it is left out.
func (c *Composed) hash() {
	shared := c.Product
	shared.Variants = nil
	for _, v := range c.Product.Variants {
		v.Quantity = 0
		text, err := json.Marshal(struct {
			Product Product
			Variant Variant
		}{shared, v})
		if err != nil {
			panic(err) // texts and numbers only: a mistake in this package
		}
		sum := sha256.Sum256(text)
		c.Hashes[v.SKU] = hex.EncodeToString(sum[:16])
		c.Marks[v.SKU] = marksOf(shared, v)
	}
}

// Only returns the product with the selected variants.
func (p Product) Only(sku func(string) bool) Product {
	p.Variants = slices.DeleteFunc(slices.Clone(p.Variants), func(v Variant) bool { return !sku(v.SKU) })
	return p
}
