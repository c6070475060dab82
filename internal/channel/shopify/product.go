package shopify

import (
	"context"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// wireProduct is a product of the shop, with everything that productSet would delete if it were not named.
type wireProduct struct {
	ID          string                `json:"id"`
	Handle      string                `json:"handle"`
	Status      string                `json:"status"`
	Tags        []string              `json:"tags"`
	Collections paged[wireCollection] `json:"collections"`
	Media       paged[wireMedia]      `json:"media"`
	Variants    paged[wireVariant]    `json:"variants"`
}

type wireVariant struct {
	ID      string `json:"id"`
	SKU     string `json:"sku"`
	Options []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"selectedOptions"`
	Item struct {
		ID      string `json:"id"`
		Tracked bool   `json:"tracked"`
	} `json:"inventoryItem"`
}

// values returns the variant's values by option.
func (v *wireVariant) values() map[string]string {
	values := make(map[string]string, len(v.Options))
	for _, o := range v.Options {
		values[o.Name] = o.Value
	}
	return values
}

// same reports whether the variant has exactly these options.
func (v *wireVariant) same(names []string, values map[string]string) bool {
	for _, o := range v.Options {
		if !slices.Contains(names, o.Name) || values[o.Name] != o.Value {
			return false
		}
	}
	return len(v.Options) == len(names)
}

// before is the shop's state before a publication.
type before struct {
	currency string           // the shop's
	wanted   []wireCollection // the product's collections that exist
	product  *wireProduct     // nil when the shop has no such product
	answer   reply
}

// look reads a product of the shop, except for fields that the publication leaves unchanged.
func (c *Connection) look(ctx context.Context, p channel.Product, of identifier) (before, *channel.Fault) {
	var data struct {
		Shop struct {
			Currency string `json:"currencyCode"`
		} `json:"shop"`
		Wanted  []*wireCollection `json:"nodes"`
		Product *wireProduct      `json:"productByIdentifier"`
	}
	ids := append([]string{}, p.Collections...) // an empty list, not null
	v := variables{"identifier": of, "collections": ids, "grouped": len(ids) > 0, "pictured": len(images(p)) > 0}
	r, fault := c.read(ctx, opProduct, v, &data)
	if fault != nil {
		return before{}, fault
	}
	found := before{currency: data.Shop.Currency, product: data.Product, answer: r}
	for _, one := range data.Wanted {
		if one != nil && one.Type == "Collection" {
			found.wanted = append(found.wanted, *one)
		}
	}
	if found.product != nil {
		fault = c.allVariants(ctx, found.product.ID, &found.product.Variants)
	}
	return found, fault
}

// allVariants reads the remaining variants of a product.
func (c *Connection) allVariants(ctx context.Context, id string, all *paged[wireVariant]) *channel.Fault {
	return all.finish(opProductVariants, func(after string) (page paged[wireVariant], r reply, fault *channel.Fault) {
		var data struct {
			Product *struct {
				Variants paged[wireVariant] `json:"variants"`
			} `json:"product"`
		}
		if r, fault = c.read(ctx, opProductVariants, variables{"id": id, "after": after}, &data); fault != nil {
			return page, r, fault
		}
		if data.Product == nil {
			return page, r, r.answer.Fault(channel.Conflict, opProductVariants.name, CodeProductGone)
		}
		return data.Product.Variants, r, nil
	})
}

// handleOf returns the handle for a seller's key, formed as Shopify does from a title: lower-case letters and digits,
// with a hyphen for anything between them.
func handleOf(key string) string {
	words := strings.FieldsFunc(strings.ToLower(key), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// variants returns the shop's variant for every variant of the publication, or nil, and the shop's other variants. A
// variant is found by its SKU, or by its options when it has no SKU yet.
func (b *before) variants(p channel.Product, names []string) (own []*wireVariant, others []*wireVariant) {
	own = make([]*wireVariant, len(p.Variants))
	if b.product == nil {
		return own, nil
	}
	taken := map[string]bool{}
	pair := func(suits func(channel.Variant, *wireVariant) bool) {
		for i, v := range p.Variants {
			for n := range b.product.Variants.Nodes {
				w := &b.product.Variants.Nodes[n]
				if own[i] == nil && !taken[w.ID] && suits(v, w) {
					own[i], taken[w.ID] = w, true
				}
			}
		}
	}
	pair(func(v channel.Variant, w *wireVariant) bool { return w.SKU == v.SKU })
	pair(func(v channel.Variant, w *wireVariant) bool { return w.SKU == "" && w.same(names, chosen(v, names)) })
	for n := range b.product.Variants.Nodes {
		if w := &b.product.Variants.Nodes[n]; !taken[w.ID] {
			others = append(others, w)
		}
	}
	return own, others
}

// The option of a product with one variant, in Shopify's own names.
const (
	noOption      = "Title"
	noOptionValue = "Default Title"
)

// optionNames returns the product's options for Shopify: at least one.
func optionNames(p channel.Product) []string {
	if len(p.Options) == 0 {
		return []string{noOption}
	}
	return p.Options
}

// chosen returns a variant's values of the options.
func chosen(v channel.Variant, names []string) map[string]string {
	if len(names) == 1 && names[0] == noOption && v.Options[noOption] == "" {
		return map[string]string{noOption: noOptionValue}
	}
	return v.Options
}
