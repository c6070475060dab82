package shopify

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// collectionsPerPage is the number of collections per page: each may have several sources.
const collectionsPerPage = 100

// wireCollection is a group of products with its sources.
type wireCollection struct {
	Type    string   `json:"__typename"`
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Sources []source `json:"sources"`
}

// source adds products to a collection: by conditions, by hand, or from other collections.
type source struct {
	Type      string `json:"__typename"`
	Inclusion struct {
		Conditions []struct {
			Type string `json:"__typename"`
		} `json:"conditions"`
	} `json:"inclusion"`
}

// byRule reports whether rules select the products, so that none can be added. A source without conditions has
// products selected by hand.
func (c *wireCollection) byRule() bool {
	return slices.ContainsFunc(c.Sources, func(s source) bool {
		return s.Type != "CollectionConditionsSource" || len(s.Inclusion.Conditions) > 0
	})
}

// Collections returns one page of the shop's collections, oldest first.
func (c *Connection) Collections(ctx context.Context, cursorText string) (channel.CollectionsPage, error) {
	at, fault := parseCursor(cursorText, opCollections.name)
	if fault != nil {
		return channel.CollectionsPage{}, fault
	}
	var data struct {
		Collections paged[wireCollection] `json:"collections"`
	}
	r, fault := c.read(ctx, opCollections, variables{"first": c.collections.of(collectionsPerPage, 1), "after": orNull(at.After)}, &data)
	if fault != nil {
		c.collections.adapt(fault)
		return channel.CollectionsPage{}, fault
	}
	next := data.Collections.PageInfo
	if next.stuck(at.After, len(data.Collections.Nodes)) {
		return channel.CollectionsPage{}, r.answer.Fault(channel.Unavailable, opCollections.name, CodeRepeatedCursor)
	}
	page := channel.CollectionsPage{RequestID: r.requestID}
	for i := range data.Collections.Nodes {
		one := &data.Collections.Nodes[i]
		page.Collections = append(page.Collections, channel.Collection{ID: one.ID, Title: one.Title, ByRule: one.byRule()})
	}
	if next.HasNextPage {
		page.Next = cursor{After: next.EndCursor}.String()
	}
	return page, nil
}
