package shopify

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/money"
)

// maxAtOnce is the greatest number of variants for which the call waits for Shopify to set a product; larger products
// use an asynchronous operation, since the call would exceed its deadline.
const maxAtOnce = 50

// sent is the outcome of one draft.
type sent struct {
	product   channel.Product
	results   []channel.VariantResult
	listingID string
	requestID string
	pending   string         // Shopify's running operation; then there are no results
	fault     *channel.Fault // unknown outcome or not sent; then there are no results
}

// productSet is the payload of the productSet mutation.
type productSet struct {
	Product   *publishedProduct `json:"product"`
	Operation *struct {
		ID string `json:"id"`
	} `json:"productSetOperation"`
	Errors []userError `json:"userErrors"`
}

type publishedProduct struct {
	ID          string             `json:"id"`
	Status      string             `json:"status"`
	PublishedAt *string            `json:"publishedAt"`
	Variants    paged[wireVariant] `json:"variants"`
}

// send publishes or revises a product with productSet. It reads the product first: other variants, files, tags and
// collections in the shop stay, and quantities of existing variants are not changed. A new product is ACTIVE; the
// shop's own settings decide which sales channels show it, and one that the online store does not show gets the
// warning NOT_IN_ONLINE_STORE.
func (c *Connection) send(ctx context.Context, d listing.Draft) sent {
	p, planned := d.Product, planOf(d)
	s := sent{product: p}
	of := identifier{Handle: handleOf(p.Key)}
	if planned.ID != "" {
		of = identifier{ID: planned.ID}
	}
	if fault := unfit(p, of); fault != nil {
		if s.fault = fault; len(p.Variants) > 0 {
			s.fault = nil
			return s.withResults(publication{product: p}.refuseAll(fault))
		}
		return s
	}
	found, fault := c.look(ctx, p, of)
	if fault != nil {
		s.fault = fault
		return s
	}
	a := publication{product: p, reply: found.answer, operation: opProduct}
	switch fault := found.forbids(p, planned, c.account.Listings); {
	case fault != nil:
		return s.withResults(a.refuseAll(fault))
	case planned.New && found.product != nil && !c.account.Listings.Revise && found.hasAll(p):
		// An earlier attempt created it and its answer was lost; revising is neither allowed nor needed.
		shown := publishedProduct{ID: found.product.ID, Status: found.product.Status, PublishedAt: new(string), Variants: found.product.Variants}
		return s.withResults(a.done(&shown))
	}
	return c.setProduct(ctx, s, of, found)
}

// setProduct makes the mutation.
func (c *Connection) setProduct(ctx context.Context, s sent, of identifier, found before) sent {
	in, warnings := found.compose(s.product, of.Handle, c.stockedAt())
	if found.product != nil {
		of = identifier{ID: found.product.ID}
	}
	var data struct {
		Set *productSet `json:"productSet"`
	}
	v := variables{"identifier": of, "input": in, "synchronous": len(in.Variants) <= maxAtOnce}
	r, fault := c.write(ctx, opProductSet, v, &data)
	if fault != nil {
		s.fault = fault
		return s
	}
	a := publication{product: s.product, warnings: warnings, reply: r, operation: opProductSet}
	switch set := data.Set; {
	case set == nil:
		s.fault = r.answer.Unreadable(opProductSet.name)
	case len(set.Errors) > 0:
		return s.withResults(a.refused(set.Errors))
	case set.Operation != nil:
		s.pending, s.requestID = set.Operation.ID, r.requestID
	case set.Product == nil:
		s.fault = r.answer.Unreadable(opProductSet.name)
	default:
		if s.fault = c.allVariants(ctx, set.Product.ID, &set.Product.Variants); s.fault == nil {
			return s.withResults(a.done(set.Product))
		}
	}
	return s
}

func (s sent) withResults(p channel.Publication) sent {
	s.results, s.listingID, s.requestID = p.Results, p.ListingID, p.RequestID
	return s
}

// unfit returns the fault of a product that can't be published, whatever the shop has.
func unfit(p channel.Product, of identifier) *channel.Fault {
	switch {
	case of == identifier{}:
		return channel.Refusal(channel.Invalid, opProductSet.name, CodeNoHandle, "the product's key has neither a letter from a to z nor a digit")
	case len(p.Variants) == 0:
		return channel.Refusal(channel.Invalid, opProductSet.name, CodeNoVariants, "the product has no variants")
	}
	return nil
}

// forbids returns the fault of a publication that the shop's present state or the permissions forbid.
func (b *before) forbids(p channel.Product, planned plan, may channel.Permissions) *channel.Fault {
	refuse := func(class channel.Class, code, why string) *channel.Fault {
		f := b.answer.answer.Fault(class, opProductSet.name, code)
		f.Raw = why
		return f
	}
	if len(b.wanted) < len(p.Collections) {
		return refuse(channel.Missing, CodeCollectionGone, "the shop does not have all of the product's collections")
	}
	if _, known := money.Digits(b.currency); !known {
		return refuse(channel.Config, CodeCurrency, "the shop's prices are in "+b.currency+", which is not a currency of ISO 4217")
	}
	if p.Currency != "" && b.currency != p.Currency {
		return refuse(channel.Config, CodeCurrency, "the shop's prices are in "+b.currency+", the product's in "+p.Currency)
	}
	switch {
	case b.product == nil && planned.ID != "":
		return refuse(channel.Missing, CodeProductDeleted, "the product was deleted in the shop after it was checked")
	case b.product == nil, planned.New && b.hasAll(p):
		return nil
	}
	if ended := b.product.Status == statusArchived; ended && !may.Relist || !ended && !may.Revise {
		return refuse(channel.Config, CodeNotPermitted, "the account's settings do not allow it for a product of status "+b.product.Status)
	}
	names := optionNames(p)
	_, others := b.variants(p, names)
	for _, w := range others {
		for _, o := range w.Options {
			if !slices.Contains(names, o.Name) || len(w.Options) != len(names) {
				return refuse(channel.Config, CodeOtherOptions, "the shop's product has other variants, with other options")
			}
		}
	}
	return nil
}

// hasAll reports whether the shop's product has all SKUs of the publication.
func (b *before) hasAll(p channel.Product) bool {
	return b.product != nil && !slices.ContainsFunc(p.Variants, func(v channel.Variant) bool {
		return !slices.ContainsFunc(b.product.Variants.Nodes, func(w wireVariant) bool { return w.SKU == v.SKU })
	})
}
