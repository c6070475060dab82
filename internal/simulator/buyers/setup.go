package buyers

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
)

// listedAtOnce is on how many marketplaces the products are listed at once: each has a file of its own.
const listedAtOnce = 4

// Setup lists every product on every marketplace, one listing per spelling of its code, each with all units free at
// the start of the book, and puts the opening stock into the merchant's box. A second Setup changes nothing. It
// refuses data of another book. If the marketplaces already list the goods (Options.Listed), it lists and stocks
// nothing.
func (p *Player) Setup(ctx context.Context) error {
	if err := p.checkBook(ctx); err != nil {
		return fmt.Errorf("set up order book: %w", err)
	}
	if p.options.Listed {
		return nil
	}
	units := map[string]int{}
	entries := make([]warehouse.Entry, 0, len(p.options.Plan.Opening))
	for _, o := range p.options.Plan.Opening {
		units[o.SKU] = o.Units
		entries = append(entries, warehouse.Entry{
			Key: "opening/" + o.SKU, Kind: warehouse.Opening, SKU: o.SKU, Location: p.options.Location, Quantity: o.Units,
		})
	}
	if err := p.options.Warehouse.Append(ctx, entries); err != nil {
		return fmt.Errorf("set up order book: %w", err)
	}
	var listings []market.Listing
	for _, product := range p.options.Plan.Products {
		for _, code := range product.Codes {
			listings = append(listings, market.Listing{SKU: code, Title: product.Title, Price: product.UnitPrice, Quantity: units[product.SKU]})
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(listedAtOnce)
	for account, m := range p.options.Markets {
		g.Go(func() error {
			if err := m.List(gctx, listings); err != nil {
				return fmt.Errorf("set up order book on %s: %w", account, err)
			}
			return nil
		})
	}
	return g.Wait()
}
