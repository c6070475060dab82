package console

import (
	"context"
	"net/url"
	"slices"

	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// lastFates are what became of SKUs when they were last published, those in error first.
type lastFates struct {
	Rows []lastFate
	More int // that are not shown
}

type lastFate struct {
	fateRow
	Page string // where the item unfolds
}

// mostFates bounds what a page shows of the last publications: a product may have hundreds of variants.
const mostFates = 50

func (c *console) lastFates(ctx context.Context, skus ...string) (last lastFates, err error) {
	g, err := c.glance(ctx)
	if err != nil {
		return last, err
	}
	found, err := c.starter.Store.Publications.LastFates(ctx, skus)
	if err != nil {
		return last, err
	}
	slices.SortStableFunc(found, func(a, b publications.PublicationItem) int { return urgency(a) - urgency(b) })
	last.More = max(len(found)-mostFates, 0)
	for _, i := range found[:len(found)-last.More] {
		page := "/listings?" + url.Values{"run": {i.RunID}, "reference": {i.Reference}}.Encode()
		last.Rows = append(last.Rows, lastFate{c.fate(i, g), page})
	}
	return last, nil
}

// urgency puts errors in front.
func urgency(i publications.PublicationItem) int {
	if i.Status == runs.ItemError {
		return 0
	}
	return 1
}
