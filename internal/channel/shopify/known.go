package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// identifier names a product, by one of its fields.
type identifier struct {
	ID     string `json:"id,omitempty"`
	Handle string `json:"handle,omitempty"`
}

// knownProduct is a product of the shop as the check sees it.
type knownProduct struct {
	ID       string             `json:"id"`
	Handle   string             `json:"handle"`
	Title    string             `json:"title"`
	Status   string             `json:"status"`
	Tags     []string           `json:"tags"`
	Variants paged[wireVariant] `json:"variants"`
}

// productsPerCall is how many products are read at once: 210 points are asked for, of the 1,000 that a call may.
const productsPerCall = 10

// opKnown names the call that reads products; its document depends on how many they are.
const opKnown = "productsToCheck"

// known reads up to productsPerCall products, one answer each: nil for one that the shop does not have.
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

// opKnownOf is the document that reads n products: each has a name of its own in it.
func opKnownOf(n int) operation {
	var given, fields strings.Builder
	for i := range n {
		_, _ = fmt.Fprintf(&given, "$p%d: ProductIdentifierInput!, ", i)
		_, _ = fmt.Fprintf(&fields, "  p%d: productByIdentifier(identifier: $p%d) { ...known }\n", i, i)
	}
	text := fmt.Sprintf("query %s(%s) {\n%s}\n", opKnown, strings.TrimSuffix(given.String(), ", "), fields.String())
	return operation{name: opKnown, text: text + fragments.text}
}

// fragments are those of opKnownOf.
var fragments = load("known", "known")

// holder is a product of the shop that has one of our SKUs.
type holder struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
	Title  string `json:"title"`
}

// held is a variant by its SKU, with the product that it is of.
type held struct {
	SKU     string `json:"sku"`
	Product holder `json:"product"`
}

// skusPerSearch is how many SKUs are looked for at once.
const skusPerSearch = 50

// holders finds the products that have these SKUs. Shopify's search lags by some seconds, so a product that was made just now may be
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

// groups finds which of the collections there are, and whether rules decide what is in them.
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
