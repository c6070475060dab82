package amazon

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/simulator/market"
)

// known has the marketplace's items that some submissions concern, changed by those already checked: a feed's
// children find the parent before them.
type known struct {
	listings map[string]market.Listing // by SKU
	parents  map[string]parent         // by SKU
	children map[string][]market.Listing

	listingsToSave map[string]market.Listing // to be saved
	parentsToSave  map[string]parent
	quantities     []market.QuantityChange
}

// knownOf reads the items that the submissions concern.
func (s *server) knownOf(ctx context.Context, all []submission) (*known, error) {
	sh := &known{
		listings: map[string]market.Listing{}, parents: map[string]parent{}, children: map[string][]market.Listing{},
		listingsToSave: map[string]market.Listing{}, parentsToSave: map[string]parent{},
	}
	skus, families := map[string]bool{}, map[string]bool{}
	for _, one := range all {
		skus[one.SKU] = true
		if family := one.Attributes.field(parentOf, "parent_sku"); family != "" {
			families[family] = true
		}
	}
	listings, _, err := s.market.Listings(ctx, market.ListingFilter{SKUs: slices.Collect(maps.Keys(skus)), Status: shown})
	if err != nil {
		return nil, err
	}
	for _, l := range listings {
		sh.listings[l.SKU] = l
		if l.Product != "" {
			families[l.Product] = true
		}
	}
	maps.Copy(skus, families)
	for sku := range skus {
		p, known, err := s.parent(ctx, sku)
		if err != nil {
			return nil, err
		}
		if known {
			sh.parents[sku] = p
		}
	}
	if len(families) == 0 {
		return sh, nil
	}
	listings, _, err = s.market.Listings(ctx, market.ListingFilter{Products: slices.Collect(maps.Keys(families)), Status: shown})
	for _, l := range listings {
		sh.children[l.Product] = append(sh.children[l.Product], l)
	}
	return sh, err
}

// put stores a listing in known.
func (sh *known) put(l market.Listing) {
	sh.listings[l.SKU], sh.listingsToSave[l.SKU] = l, l
	if l.Product == "" {
		return
	}
	others := slices.DeleteFunc(slices.Clone(sh.children[l.Product]), func(other market.Listing) bool { return other.SKU == l.SKU })
	sh.children[l.Product] = append(others, l)
}

// putParent stores a parent in known.
func (sh *known) putParent(p parent) { sh.parents[p.SKU], sh.parentsToSave[p.SKU] = p, p }

// save writes the changed items; they become visible after a delay.
func (s *server) save(ctx context.Context, sh *known) error {
	var documents []market.Document
	for _, sku := range slices.Sorted(maps.Keys(sh.parentsToSave)) {
		body, err := json.Marshal(sh.parentsToSave[sku])
		if err != nil {
			return err
		}
		documents = append(documents, market.Document{Kind: parentKind, Key: sku, Body: body})
	}
	if len(documents) > 0 {
		if err := s.market.PutDocuments(ctx, documents); err != nil {
			return err
		}
	}
	var listings []market.Listing
	for _, sku := range slices.Sorted(maps.Keys(sh.listingsToSave)) {
		listings = append(listings, sh.listingsToSave[sku])
	}
	if len(listings) > 0 {
		if err := s.market.SaveListingsAt(ctx, s.live(), listings); err != nil {
			return err
		}
	}
	if len(sh.quantities) == 0 {
		return nil
	}
	_, err := s.market.SetQuantitiesAt(ctx, s.live(), sh.quantities) // each was checked before: SKUs that have gone since are dropped
	return err
}
