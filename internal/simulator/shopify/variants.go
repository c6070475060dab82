package shopify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// variantObject returns a listing as a variant of its product.
func (s *shop) variantObject(p product, l market.Listing) object {
	d := detailsOf(l)
	var chosen list
	var values []string
	for _, o := range p.Options {
		value := l.Options[o.Name]
		if l.Product == "" {
			value = noOptionValue
		}
		values = append(values, value)
		chosen = append(chosen, object{kind: "SelectedOption", fields: map[string]any{"name": o.Name, "value": value}})
	}
	title := strings.Join(values, " / ")
	var sku any
	if !strings.HasPrefix(l.SKU, nameless) {
		sku = l.SKU
	}
	return object{kind: "ProductVariant", fields: map[string]any{
		"id": variantID(l), "sku": sku, "title": title, "displayName": p.Title + " - " + title, "price": money.Format(l.Price, shopCurrency),
		"barcode": orNil(d.Barcode), "updatedAt": second(l.UpdatedAt), "selectedOptions": chosen,
		"inventoryItem": object{kind: "InventoryItem", fields: map[string]any{
			"id": l.Ref, "sku": sku, "tracked": !d.Untracked, "inventoryLevel": call{[]string{"locationId"}, s.level(l)},
		}},
		"product": call{nil, func(context.Context, arguments) (any, error) { return s.productObject(p), nil }},
	}}
}

// level returns the quantities at a location; nil where the item is not stocked.
func (s *shop) level(l market.Listing) func(context.Context, arguments) (any, error) {
	return func(ctx context.Context, a arguments) (any, error) {
		available := l.Quantity
		if at := s.further(a.text("locationId")); at != "" {
			n, stocked, err := s.market.Shelf(ctx, l.SKU, at)
			if err != nil || !stocked {
				return nil, err
			}
			available = n
		}
		quantities := func(_ context.Context, a arguments) (any, error) {
			names, _ := a["names"].([]any)
			if len(names) != 1 || names[0] != "available" {
				return nil, fail("BAD_REQUEST", "this simulated shop keeps available quantities only")
			}
			return list{object{kind: "InventoryQuantity", fields: map[string]any{"name": "available", "quantity": available}}}, nil
		}
		return object{kind: "InventoryLevel", fields: map[string]any{"quantities": call{[]string{"names"}, quantities}}}, nil
	}
}

// place is a position in a list by number.
type place struct {
	Number int64 `json:"n"`
	Again  bool  `json:"again,omitempty"` // the page was given before
}

func (p place) String() string {
	text, _ := json.Marshal(p) // a number and a flag always marshal
	return base64.StdEncoding.EncodeToString(text)
}

func readPlace(text string) (place, error) {
	var p place
	if text == "" {
		return p, nil
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &p) != nil {
		return p, fail("BAD_REQUEST", "Invalid cursor for current pagination sort.")
	}
	return p, nil
}

// productVariants returns all variants, oldest first, or those with the SKUs in the query.
func (s *shop) productVariants(ctx context.Context, a arguments) (any, error) {
	first, err := a.first()
	if err != nil {
		return nil, err
	}
	f, err := variantFilter(a)
	if err != nil {
		return nil, err
	}
	at, err := readPlace(a.text("after"))
	if err != nil {
		return nil, err
	}
	found, more, err := s.existing(ctx, f, at.Number, first)
	if err != nil {
		return nil, err
	}
	c := connection{of: "ProductVariant", more: more}
	products := map[string]product{}
	for _, l := range found {
		p, known := products[l.Product]
		if !known || l.Product == "" {
			if p, err = s.of(ctx, l); err != nil {
				return nil, err
			}
			products[l.Product] = p
		}
		c.nodes = append(c.nodes, s.variantObject(p, l))
		c.cursors = append(c.cursors, place{Number: l.ID}.String())
	}
	return s.spoilPage(c, "productVariants", a.text("after"), at.Again, place{Number: at.Number, Again: true}.String()), nil
}

// existing returns a page of listings that were not deleted.
func (s *shop) existing(ctx context.Context, f market.ListingFilter, after int64, n int) (page []market.Listing, more bool, err error) {
	f.AfterID, f.Limit = after, n+1
	for {
		listings, _, err := s.market.Listings(ctx, f)
		if err != nil {
			return nil, false, fmt.Errorf("listings: %w", err)
		}
		for _, l := range listings {
			f.AfterID = l.ID
			if detailsOf(l).Deleted {
				continue
			}
			if len(page) == n {
				return page, true, nil
			}
			page = append(page, l)
		}
		if len(listings) < f.Limit {
			return page, false, nil
		}
	}
}

func (s *shop) productVariantsCount(ctx context.Context, a arguments) (any, error) {
	f, err := variantFilter(a)
	if err != nil {
		return nil, err
	}
	const all = 1 << 30
	found, _, err := s.existing(ctx, f, 0, all)
	if err != nil {
		return nil, err
	}
	return object{kind: "Count", fields: map[string]any{"count": len(found), "precision": "EXACT"}}, nil
}

// skuTerm matches a SKU in Shopify's search syntax: a quoted value with escapes.
var (
	skuTerm  = regexp.MustCompile(`sku:"((?:[^"\\]|\\.)*)"`)
	skuTerms = regexp.MustCompile(`^sku:"(?:[^"\\]|\\.)*"(?: OR sku:"(?:[^"\\]|\\.)*")*$`)
	escaped  = regexp.MustCompile(`\\(.)`)
)

// variantFilter reads the query. Shopify ignores unknown terms; this shop refuses them, so that a misspelt filter is
// found. Case does not matter in SKUs.
func variantFilter(a arguments) (market.ListingFilter, error) {
	var f market.ListingFilter
	if key := a.text("sortKey"); key != "" && key != "ID" {
		return f, fail("BAD_REQUEST", "this simulated shop sorts variants by ID, not by %q", key)
	}
	text := a.text("query")
	if text == "" {
		return f, nil
	}
	if !skuTerms.MatchString(text) {
		return f, fail("BAD_REQUEST", "this simulated shop does not know the filter %.200q", text)
	}
	for _, m := range skuTerm.FindAllStringSubmatch(text, -1) {
		f.SKUs = append(f.SKUs, escaped.ReplaceAllString(m[1], "$1"))
	}
	return f, nil
}

// productByIdentifier returns a product by handle or id.
func (s *shop) productByIdentifier(ctx context.Context, a arguments) (any, error) {
	by, _ := a["identifier"].(map[string]any)
	if handle, ok := by["handle"].(string); ok {
		return s.shown(s.byHandle(ctx, handle))
	}
	id, _ := by["id"].(string)
	if s.options.Injector.Strikes(faults.ProductGone, "productByIdentifier") {
		return nil, nil
	}
	return s.productByID(ctx, arguments{"id": id})
}

func (s *shop) productByID(ctx context.Context, a arguments) (any, error) {
	n, ok := number(a.text("id"), "Product")
	if !ok {
		return nil, invalidID(a.text("id"))
	}
	return s.shown(s.byNumber(ctx, n-productBase))
}

// shown returns a product, or nil if it does not exist, as Shopify does.
func (s *shop) shown(p product, found bool, err error) (any, error) {
	if err != nil || !found {
		return nil, err
	}
	return s.productObject(p), nil
}

// chosen returns a variant's values of options.
func chosen(p product, l market.Listing) []string {
	values := make([]string, len(p.Options))
	for i, o := range p.Options {
		if values[i] = l.Options[o.Name]; l.Product == "" {
			values[i] = noOptionValue
		}
	}
	return values
}

// sameOptions reports whether two variants have the same values of all options, ignoring case.
func sameOptions(all [][]string, values []string) bool {
	return slices.ContainsFunc(all, func(other []string) bool { return slices.EqualFunc(other, values, strings.EqualFold) })
}
