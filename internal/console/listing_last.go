package console

import (
	"context"
	"net/url"
	"slices"

	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// lastOutcomes are the outcomes of the last publications of SKUs, those in error first.
type lastOutcomes struct {
	Rows []lastOutcome
	More int // that are not shown
}

type lastOutcome struct {
	outcomeRow
	Page string // where the item unfolds
}

// mostOutcomes limits what a page shows of the last publications: a product may have hundreds of variants.
const mostOutcomes = 50

func (c *console) lastOutcomes(ctx context.Context, skus ...string) (last lastOutcomes, err error) {
	g, err := c.glance(ctx)
	if err != nil {
		return last, err
	}
	found, err := c.starter.Store.Publications.LastOutcomes(ctx, skus)
	if err != nil {
		return last, err
	}
	slices.SortStableFunc(found, func(a, b publications.PublicationItem) int { return urgency(a) - urgency(b) })
	last.More = max(len(found)-mostOutcomes, 0)
	for _, i := range found[:len(found)-last.More] {
		page := "/listings?" + url.Values{"run": {i.RunID}, "reference": {i.Reference}}.Encode()
		last.Rows = append(last.Rows, lastOutcome{c.outcome(i, g), page})
	}
	return last, nil
}

// urgency orders errors first.
func urgency(i publications.PublicationItem) int {
	if i.Status == runs.ItemError {
		return 0
	}
	return 1
}
