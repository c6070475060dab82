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

// good is a product of a run as it stands in the store, and composed for its account.
type good struct {
	publications.Goods
	listing.Composed
	failed bool // it is not sent: something is wrong with it before the channel is asked
}

// compose makes of goods what the account is to list. Goods that the catalogue has no more are left out; gone has a verdict for each.
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
		Message: fmt.Sprintf("%s was taken out of the catalogue since the run began", sku),
		Want:    "nothing, when that was meant; else enter it again with `towpath catalog import`",
	}
}

// wanted are the channel's SKUs of those that the run is of.
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

// definitions are those that a check or a submission needs, by type; nil: it could not be had.
type definitions map[string]*listing.Definition

// Definition answers the definition of a type; nil when there is none.
func (d definitions) Definition(productType string) *listing.Definition { return d[productType] }

// wants are the types that products need the definitions of, each once.
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

// kept are the definitions of the types that the store has.
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

// scope is what definitions hold for: the account at its place. One that is pointed at another marketplace has other definitions.
func scope(acc accounts.Account) string {
	return fmt.Sprintf("%s/%s/%s/%s", acc.ID, acc.Endpoint, acc.Host, acc.Marketplace)
}
