package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// identifier identifies a product by one of its fields.
type identifier struct {
	ID     string `json:"id,omitempty"`
	Handle string `json:"handle,omitempty"`
}

// knownProduct is a product of the shop with the fields that the check needs.
type knownProduct struct {
	ID       string             `json:"id"`
	Handle   string             `json:"handle"`
	Title    string             `json:"title"`
	Status   string             `json:"status"`
	Tags     []string           `json:"tags"`
	Variants paged[wireVariant] `json:"variants"`
}

// productsPerCall is the number of products per call: it costs 210 of the 1,000 points that a call may use.
const productsPerCall = 10

// opKnown is the name of the call that reads products; its document depends on their number.
const opKnown = "productsToCheck"

// known reads up to productsPerCall products and returns one entry each; nil for those that the shop does not have.
func (c *Connection) known(ctx context.Context, wanted []identifier) ([]*knownProduct, *channel.Fault) {
	v := variables{}
	for i, id := range wanted {
		v[fmt.Sprintf("p%d", i)] = id
	}
	var data map[string]*knownProduct
	if _, fault := c.read(ctx, opKnownOf(len(wanted)), v, &data); fault != nil {
		return nil, fault
	}
	found := make([]*knownProduct, len(wanted))
	for i := range found {
		if found[i] = data[fmt.Sprintf("p%d", i)]; found[i] != nil {
			if fault := c.allVariants(ctx, found[i].ID, &found[i].Variants); fault != nil {
				return nil, fault
			}
		}
	}
	return found, nil
}

// opKnownOf returns the document that reads n products, each under an alias.
func opKnownOf(n int) operation {
	var given, fields strings.Builder
	for i := range n {
		_, _ = fmt.Fprintf(&given, "$p%d: ProductIdentifierInput!, ", i)
		_, _ = fmt.Fprintf(&fields, "  p%d: productByIdentifier(identifier: $p%d) { ...known }\n", i, i)
	}
	text := fmt.Sprintf("query %s(%s) {\n%s}\n", opKnown, strings.TrimSuffix(given.String(), ", "), fields.String())
	return operation{name: opKnown, text: text + fragments.text}
}

// fragments are the fragments used by opKnownOf.
var fragments = load("known", "known")

// holder is a product of the shop that has one of the searched SKUs.
type holder struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
	Title  string `json:"title"`
}

// held is a variant with its SKU and product.
type held struct {
	SKU     string `json:"sku"`
	Product holder `json:"product"`
}

// skusPerSearch is the number of SKUs per search.
const skusPerSearch = 50

// holders returns the products that have these SKUs. Shopify's search is some seconds behind, so a new product may be
// missing.
func (c *Connection) holders(ctx context.Context, skus []string) (map[string]holder, *channel.Fault) {
	found := map[string]holder{}
	for part := range slices.Chunk(skus, skusPerSearch) {
		all := unread[held]()
		fault := all.finish(opHolders, func(after string) (paged[held], reply, *channel.Fault) {
			var data struct {
				Variants paged[held] `json:"productVariants"`
			}
			r, fault := c.read(ctx, opHolders, variables{"filter": skuFilter(part), "after": orNull(after)}, &data)
			return data.Variants, r, fault
		})
		if fault != nil {
			return nil, fault
		}
		for _, n := range all.Nodes {
			if slices.Contains(part, n.SKU) {
				found[n.SKU] = n.Product
			}
		}
	}
	return found, nil
}

// groups returns which of the collections exist, and whether rules select their products.
func (c *Connection) groups(ctx context.Context, ids []string) (map[string]bool, *channel.Fault) {
	const most = 250 // of an input list
	found := map[string]bool{}
	for part := range slices.Chunk(ids, most) {
		var data struct {
			Nodes []*wireCollection `json:"nodes"`
		}
		if _, fault := c.read(ctx, opCollectionsByID, variables{"ids": part}, &data); fault != nil {
			return nil, fault
		}
		for _, one := range data.Nodes {
			if one != nil && one.Type == "Collection" {
				found[one.ID] = one.byRule()
			}
		}
	}
	return found, nil
}
