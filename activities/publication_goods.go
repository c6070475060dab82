package activities

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/publications"
)

// good is a product of a run: its stored form, and its listing composed for the account.
type good struct {
	publications.Goods
	listing.Composed
	failed bool // not sent: an issue was found before the channel was asked
}

// compose composes the account's listings from products. It leaves out products that are no longer in the catalogue and returns a
// verdict for each of them in gone.
func compose(goods []publications.Goods, seller listing.Seller) (composed []good, gone []publications.ItemVerdict) {
	for _, g := range goods {
		for _, sku := range g.Missing {
			gone = append(gone, publications.ItemVerdict{Product: g.Product.Key, SKU: sku, Step: listing.Selected, Issues: []listing.Issue{notInCatalogue(sku)}})
		}
		if len(g.Wanted) == 0 {
			continue
		}
		c := listing.Compose(g.Goods, seller)
		composed = append(composed, good{Goods: g, Composed: c, failed: listing.Failed(c.Issues[c.Product.Key])})
	}
	return composed, gone
}

func notInCatalogue(sku string) listing.Issue {
	return listing.Issue{
		Stage: listing.Validation, Severity: listing.Error, Code: publication.CodeNotInCatalogue,
		Message: fmt.Sprintf("%s was removed from the catalogue since the run began", sku),
		Want:    "nothing, when that was meant; else enter it again with `towpath catalog import`",
	}
}

// wanted returns the channel's SKUs of the run's items of this product.
func (g good) wanted() map[string]bool {
	own := make(map[string]bool, len(g.Wanted))
	for _, sku := range g.Wanted {
		own[sku] = true
	}
	out := make(map[string]bool, len(own))
	for channelSKU, sku := range g.SKUs {
		if own[sku] {
			out[channelSKU] = true
		}
	}
	return out
}

// definitions maps product types to their definitions. A nil definition could not be fetched.
type definitions map[string]*listing.Definition

// Definition returns the definition of a product type, or nil when there is none.
func (d definitions) Definition(productType string) *listing.Definition { return d[productType] }

// wants returns the types whose definitions the products need, each once.
func wants(lister channel.Lister, goods []good) []string {
	seen, types := map[string]bool{}, []string{}
	for _, g := range goods {
		for _, t := range lister.Wants(g.Composed.Product) {
			if !seen[t] {
				seen[t] = true
				types = append(types, t)
			}
		}
	}
	return types
}

// kept returns the stored definitions of the types.
func (p *Publication) kept(ctx context.Context, scope string, types []string) (definitions, error) {
	list, err := p.Store.Products.Definitions(ctx, scope, types)
	if err != nil {
		return nil, fmt.Errorf("read definitions: %w", err)
	}
	out := make(definitions, len(list))
	for i := range list {
		out[list[i].Type] = &list[i]
	}
	return out, nil
}

// scope returns the key under which definitions are stored: the account and its marketplace. After a change of marketplace an
// account needs other definitions.
func scope(acc accounts.Account) string {
	return fmt.Sprintf("%s/%s/%s/%s", acc.ID, acc.Endpoint, acc.Host, acc.Marketplace)
}
