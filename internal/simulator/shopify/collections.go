package shopify

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/simulator/market"
)

// group is a collection, filled by hand or by a rule.
type group struct {
	number int64
	title  string
	rule   func(l market.Listing) bool // nil: by hand
}

// groups are the shop's collections.
var groups = []group{
	{number: 1, title: "Home page"},
	{number: 2, title: "New in"},
	{number: 3, title: "Under 10.00", rule: func(l market.Listing) bool { return l.Price < 1000 }},
	{number: 4, title: "Gifts"},
}

// groupBase is the first number of collections.
const groupBase = 390_000_000_000

func (g group) id() string { return gid("Collection", groupBase+g.number) }

func (g group) object() object {
	conditions := list{}
	if g.rule != nil {
		conditions = append(conditions, object{kind: "CollectionSourceInclusionConditionVariantPrice", fields: map[string]any{}})
	}
	source := object{kind: "CollectionConditionsSource", fields: map[string]any{
		"id": gid("CollectionConditionsSource", g.number), "title": g.title,
		"inclusion": object{kind: "CollectionSourceInclusion", fields: map[string]any{"conditions": conditions}},
	}}
	return object{kind: "Collection", fields: map[string]any{"id": g.id(), "title": g.title, "sources": list{source}}}
}

func findGroup(id string) (group, bool) {
	i := slices.IndexFunc(groups, func(g group) bool { return g.id() == id })
	if i < 0 {
		return group{}, false
	}
	return groups[i], true
}

// collections returns all collections, oldest first.
func (s *shop) collections(_ context.Context, a arguments) (any, error) {
	if key := a.text("sortKey"); key != "" && key != "ID" {
		return nil, fail("BAD_REQUEST", "this simulated shop sorts collections by ID, not by %q", key)
	}
	first, err := a.first()
	if err != nil {
		return nil, err
	}
	at, err := readPlace(a.text("after"))
	if err != nil {
		return nil, err
	}
	c := connection{of: "Collection"}
	for _, g := range groups {
		if g.number <= at.Number {
			continue
		}
		if len(c.nodes) == first {
			c.more = true
			break
		}
		c.nodes, c.cursors = append(c.nodes, g.object()), append(c.cursors, place{Number: g.number}.String())
	}
	return s.spoilPage(c, "collections", a.text("after"), at.Again, place{Number: at.Number, Again: true}.String()), nil
}

// nodes returns objects by id: collections and products.
func (s *shop) nodes(ctx context.Context, a arguments) (any, error) {
	ids, _ := a["ids"].([]any)
	found := make(list, len(ids))
	for i, id := range ids {
		text, _ := id.(string)
		if g, ok := findGroup(text); ok {
			found[i] = g.object()
		} else if _, ok := number(text, "Product"); ok {
			p, err := s.productByID(ctx, arguments{"id": text})
			if err != nil {
				return nil, err
			}
			found[i] = p
		}
	}
	return found, nil
}

// collectionsField returns the collections of a product.
func (s *shop) collectionsField(p product) call {
	return call{[]string{"first", "after"}, func(ctx context.Context, a arguments) (any, error) {
		listings, err := s.variants(ctx, p)
		if err != nil {
			return nil, err
		}
		var in []object
		for _, g := range groups {
			if slices.Contains(p.Collections, g.id()) || g.rule != nil && slices.ContainsFunc(listings, g.rule) {
				in = append(in, g.object())
			}
		}
		return paged("Collection", in).do(ctx, a)
	}}
}
