package shopify

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
)

// maxAtOnce is up to how many variants Shopify is asked to set a product while the caller waits; more are left to
// an operation of Shopify's own, which would outlast the call's deadline.
const maxAtOnce = 50

// Publish puts a product up by productSet under the handle that its key makes, and so never twice. It is read
// first: variants, files, tags and collections that the shop has beside it stay, and the quantities of variants that
// are there already are not touched. A new product is ACTIVE; which sales channels show it, is the shop's own setting,
// and one that the online store does not show gets the warning NOT_IN_ONLINE_STORE. Shopify can't preview.
func (c *Connection) Publish(ctx context.Context, p channel.Product, preview bool) (channel.Publication, error) {
	handle := handleOf(p.Key)
	if fault := c.unfit(p, handle, preview); fault != nil {
		return channel.Publication{}, fault
	}
	found, fault := c.look(ctx, p, handle)
	if fault != nil {
		return channel.Publication{}, fault
	}
	if fault := found.forbids(p, c.account.Listings); fault != nil {
		return refuseAll(p, found.answer.requestID, fault), nil
	}
	in, warnings := found.compose(p, handle, c.account.Location)
	var data struct {
		Set *productSet `json:"productSet"`
	}
	v := variables{"handle": handle, "input": in, "synchronous": len(in.Variants) <= maxAtOnce}
	r, fault := c.write(ctx, opProductSet, v, &data)
	if fault != nil {
		return channel.Publication{}, fault
	}
	switch set := data.Set; {
	case set == nil:
		return channel.Publication{}, r.answer.Unreadable(opProductSet.name)
	case len(set.Errors) > 0:
		return publication{skus: skusOf(p), reply: r, operation: opProductSet}.refused(set.Errors), nil
	case set.Operation != nil:
		pending := ticket{Operation: set.Operation.ID, SKUs: skusOf(p), Warnings: warnings}
		return channel.Publication{Pending: pending.String(), RequestID: r.requestID}, nil
	case set.Product == nil:
		return channel.Publication{}, r.answer.Unreadable(opProductSet.name)
	default:
		return c.done(ctx, publication{skus: skusOf(p), warnings: warnings, reply: r, operation: opProductSet}, set.Product)
	}
}

// productSet is the payload of the mutation of that name.
type productSet struct {
	Product   *publishedProduct `json:"product"`
	Operation *struct {
		ID string `json:"id"`
	} `json:"productSetOperation"`
	Errors []userError `json:"userErrors"`
}

type publishedProduct struct {
	ID          string            `json:"id"`
	Status      string            `json:"status"`
	PublishedAt *string           `json:"publishedAt"`
	Variants    variantConnection `json:"variants"`
}

// unfit finds what forbids a publication whatever the shop has.
func (c *Connection) unfit(p channel.Product, handle string, preview bool) *channel.Fault {
	refuse := func(class channel.Class, code, why string) *channel.Fault {
		f := channel.NewFault(class, opProductSet.name, why)
		f.Code = code
		return f
	}
	switch {
	case preview:
		return refuse(channel.Config, CodeNoPreview, "Shopify has no way to check a product without writing it")
	case c.account.Location == "":
		return c.noLocation(opProductSet.name)
	case handle == "":
		return refuse(channel.Invalid, CodeNoHandle, "the product's key has neither a letter from a to z nor a digit")
	case len(p.Variants) == 0:
		return refuse(channel.Invalid, CodeNoVariants, "the product has no variants")
	}
	return nil
}

// forbids finds what forbids a publication, given what the shop has.
func (b *before) forbids(p channel.Product, may channel.Permissions) *channel.Fault {
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
	if b.product == nil {
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

func skusOf(p channel.Product) []string {
	skus := make([]string, len(p.Variants))
	for i, v := range p.Variants {
		skus[i] = v.SKU
	}
	return skus
}

// refuseAll gives every variant a fault of its own.
func refuseAll(p channel.Product, requestID string, f *channel.Fault) channel.Publication {
	out := channel.Publication{RequestID: requestID}
	for _, sku := range skusOf(p) {
		out.Results = append(out.Results, channel.VariantResult{SKU: sku, RequestID: requestID, Fault: own(f)})
	}
	return out
}
