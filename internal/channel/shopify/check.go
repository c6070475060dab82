package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/shop"
)

// noDefinition is the code of the issue of a product that could not be checked.
const noDefinition = "definition-missing"

// Check compares products with the rules of package shop and with the shop's products. A product is found by its
// handle, or else as the only product that has its SKUs: so products listed before Towpath are found. The plan has
// the id of the product found.
func (c *Connection) Check(ctx context.Context, products []channel.Product, definitions channel.Definitions) ([]listing.Checked, error) {
	rules := shop.Rules{MayRevise: c.account.Listings.Revise, MayRelist: c.account.Listings.Relist}
	d := definitions.Definition("")
	if d == nil {
		return undefined(products, "the shop's settings could not be read"), nil
	}
	var err error
	if rules.Settings, err = shop.ParseSettings(d.Body); err != nil {
		return undefined(products, err.Error()), nil
	}
	if at := rules.Location; at != nil && at.ID != c.account.Location { // the account's location has changed
		rules.Location = nil
	}
	// All points are reserved before it begins: a check that runs out of points must start again.
	calls := float64((len(products) + productsPerCall - 1) / productsPerCall)
	held, wait := c.points.hold(time.Now(), c.points.asks(opKnown)+calls*(c.points.costs(opKnown)+c.points.costs(opHolders.name)))
	if wait > 0 {
		return nil, c.unpaid(opKnown, wait)
	}
	defer c.points.release(held)
	checked := make([]listing.Checked, 0, len(products))
	for part := range slices.Chunk(products, productsPerCall) {
		found, fault := c.find(ctx, part)
		if fault != nil {
			return nil, fault
		}
		for i, p := range part {
			checked = append(checked, listing.Checked{
				Issues: shop.Check(p, rules, found[i].known), Plans: map[string]string{p.Key: found[i].plan.String()},
			})
		}
	}
	twice(products, checked)
	return checked, nil
}

func undefined(products []channel.Product, why string) []listing.Checked {
	checked := make([]listing.Checked, len(products))
	for i, p := range products {
		checked[i].Issues = map[string][]listing.Issue{p.Key: {{
			Stage: listing.Validation, Severity: listing.Error, Code: noDefinition,
			Message: "it could not be checked: " + why, Want: "a working connection to the shop",
		}}}
	}
	return checked
}

// twice refuses products that would be one in the shop, because their keys give the same handle or one product of the
// shop has the SKUs of both: the second would overwrite the first.
func twice(products []channel.Product, checked []listing.Checked) {
	keys := map[string]string{}
	for i, p := range products {
		handle := handleOf(p.Key)
		same := planOf(listing.Draft{Product: p, Plans: checked[i].Plans}).ID
		if same == "" {
			same = handle
		}
		other, taken := keys[same]
		keys[same] = p.Key
		if !taken || same == "" {
			continue
		}
		checked[i].Issues[p.Key] = append(checked[i].Issues[p.Key], listing.Issue{
			Stage: listing.Validation, Severity: listing.Error, Code: listing.CodeHandleInUse, Pointer: "/handle", Attributes: []string{"handle"},
			Message: fmt.Sprintf("%q and %q would be one product in the shop: their keys make one handle (%s), or it has their SKUs in one product", p.Key, other, handle),
			Want:    "keys that differ in more than punctuation and case, and one product in the catalogue where the shop has one",
		})
	}
}

// finding is the shop's state of a product.
type finding struct {
	known shop.Found
	plan  plan
}

// find reads the shop's state of up to productsPerCall products.
func (c *Connection) find(ctx context.Context, products []channel.Product) ([]finding, *channel.Fault) {
	var wanted []identifier
	var groups []string
	found, places := make([]finding, len(products)), []int{}
	for i, p := range products {
		if found[i].known.Handle = handleOf(p.Key); found[i].known.Handle != "" {
			wanted, places = append(wanted, identifier{Handle: found[i].known.Handle}), append(places, i)
		}
		groups = append(groups, p.Collections...)
	}
	there, fault := c.knownAt(ctx, len(products), wanted, places)
	if fault != nil {
		return nil, fault
	}
	holders, fault := c.holders(ctx, loose(products, there))
	if fault != nil {
		return nil, fault
	}
	if fault := c.adopt(ctx, products, there, holders); fault != nil {
		return nil, fault
	}
	slices.Sort(groups)
	collections, fault := c.groups(ctx, slices.Compact(groups))
	if fault != nil {
		return nil, fault
	}
	for i, p := range products {
		found[i].fill(p, there[i], holders)
		found[i].known.Collections = collections
	}
	return found, nil
}

// knownAt reads products and puts each at its index in places, in a list of n.
func (c *Connection) knownAt(ctx context.Context, n int, wanted []identifier, places []int) ([]*knownProduct, *channel.Fault) {
	there := make([]*knownProduct, n)
	if len(wanted) == 0 {
		return there, nil
	}
	read, fault := c.known(ctx, wanted)
	for i, p := range read {
		there[places[i]] = p
	}
	return there, fault
}

// loose returns the SKUs that the products found so far do not have: other products may.
func loose(products []channel.Product, there []*knownProduct) []string {
	var skus []string
	for i, p := range products {
		for _, v := range p.Variants {
			if v.SKU != "" && (there[i] == nil || !there[i].has(v.SKU)) && !slices.Contains(skus, v.SKU) {
				skus = append(skus, v.SKU)
			}
		}
	}
	return skus
}

func (k *knownProduct) has(sku string) bool {
	return slices.ContainsFunc(k.Variants.Nodes, func(w wireVariant) bool { return w.SKU == sku })
}

// adopt finds products listed under another handle: all their SKUs in the shop belong to one product.
func (c *Connection) adopt(ctx context.Context, products []channel.Product, there []*knownProduct, holders map[string]holder) *channel.Fault {
	var wanted []identifier
	var places []int
	for i, p := range products {
		var ids []string
		for _, v := range p.Variants {
			if h, held := holders[v.SKU]; held && !slices.Contains(ids, h.ID) {
				ids = append(ids, h.ID)
			}
		}
		if there[i] == nil && len(ids) == 1 {
			wanted, places = append(wanted, identifier{ID: ids[0]}), append(places, i)
		}
	}
	adopted, fault := c.knownAt(ctx, len(products), wanted, places)
	for _, i := range places {
		there[i] = adopted[i]
	}
	return fault
}

// fill sets what was found of a product.
func (f *finding) fill(p channel.Product, there *knownProduct, holders map[string]holder) {
	f.plan.New = there == nil
	if there != nil {
		f.plan.ID = there.ID
		f.known.Exists, f.known.Archived, f.known.Tags = true, there.Status == statusArchived, there.Tags
		f.known.Handle = there.Handle
		for _, w := range there.Variants.Nodes {
			f.known.Variants = append(f.known.Variants, shop.Variant{SKU: w.SKU, Options: w.values()})
		}
	}
	for _, v := range p.Variants {
		if h, held := holders[v.SKU]; held && h.ID != f.plan.ID {
			if f.known.Elsewhere == nil {
				f.known.Elsewhere = map[string]shop.Holding{}
			}
			f.known.Elsewhere[v.SKU] = shop.Holding{Handle: h.Handle, Title: strings.TrimSpace(h.Title)}
		}
	}
}
