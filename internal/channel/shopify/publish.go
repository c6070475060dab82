package shopify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
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

// ticket is a pending publication: Shopify's operation, and the variants whose results are owed.
type ticket struct {
	Operation string   `json:"o"`
	SKUs      []string `json:"s"`
	Warnings  []string `json:"w,omitempty"`
}

func (t ticket) String() string {
	text, err := json.Marshal(t)
	if err != nil { // strings always marshal
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// maxTicket bounds what is read back, in bytes: 2,048 variants with long SKUs.
const maxTicket = 1 << 20

func parseTicket(s string) (ticket, *channel.Fault) {
	var t ticket
	if len(s) <= maxTicket {
		if text, err := base64.RawURLEncoding.DecodeString(s); err == nil && json.Unmarshal(text, &t) == nil && t.Operation != "" {
			return t, nil
		}
	}
	f := channel.NewFault(channel.Invalid, opProductOperation.name, "the handle is not one that this adapter made: publish again")
	f.Code = CodeBadCursor
	return ticket{}, f
}

// PublishOutcome asks what became of the operation that sets a large product.
func (c *Connection) PublishOutcome(ctx context.Context, pending string) (channel.Publication, error) {
	t, fault := parseTicket(pending)
	if fault != nil {
		return channel.Publication{}, fault
	}
	var data struct {
		Operation *struct {
			Type    string            `json:"__typename"`
			Status  string            `json:"status"`
			Product *publishedProduct `json:"product"`
			Errors  []userError       `json:"userErrors"`
		} `json:"productOperation"`
	}
	r, fault := c.read(ctx, opProductOperation, variables{"id": t.Operation}, &data)
	if fault != nil {
		return channel.Publication{}, fault
	}
	outcome := publication{skus: t.SKUs, warnings: t.Warnings, reply: r, operation: opProductOperation}
	switch o := data.Operation; {
	case o == nil:
		return channel.Publication{}, r.answer.Fault(channel.Missing, opProductOperation.name, CodeOperationGone)
	case len(o.Errors) > 0:
		return outcome.refused(o.Errors), nil
	case o.Status != "COMPLETE":
		return channel.Publication{Pending: pending, RequestID: r.requestID}, nil
	case o.Product == nil:
		return channel.Publication{}, r.answer.Fault(channel.Conflict, opProductOperation.name, CodeProductGone)
	default:
		return c.done(ctx, outcome, o.Product)
	}
}

// publication is what an answer is made of.
type publication struct {
	skus      []string
	warnings  []string
	reply     reply
	operation operation
}

// done reads the results off the product as it is now.
func (c *Connection) done(ctx context.Context, p publication, set *publishedProduct) (channel.Publication, error) {
	if fault := c.allVariants(ctx, set.ID, &set.Variants); fault != nil {
		return channel.Publication{}, fault
	}
	if set.PublishedAt == nil {
		p.warnings = append(slices.Clone(p.warnings), CodeNotPublished)
	}
	out := channel.Publication{ListingID: set.ID, RequestID: p.reply.requestID}
	for _, sku := range p.skus {
		one := channel.VariantResult{SKU: sku, Step: strings.ToLower(set.Status), RequestID: p.reply.requestID, Warnings: p.warnings}
		i := slices.IndexFunc(set.Variants.Nodes, func(w wireVariant) bool { return w.SKU == sku })
		if i < 0 {
			one.Fault = p.reply.answer.Fault(channel.Conflict, p.operation.name, CodeProductGone)
		} else {
			one.Ref = set.Variants.Nodes[i].Item.ID
		}
		out.Results = append(out.Results, one)
	}
	return out, nil
}

// refused gives each variant the error that names it. productSet is all or nothing, so the others get the first.
func (p publication) refused(errs []userError) channel.Publication {
	out := channel.Publication{RequestID: p.reply.requestID}
	for i, sku := range p.skus {
		at := slices.IndexFunc(errs, func(e userError) bool { n, ok := entryOf(e.Field, "variants"); return ok && n == i })
		e := errs[max(0, at)]
		out.Results = append(out.Results, channel.VariantResult{
			SKU: sku, RequestID: p.reply.requestID, Fault: e.fault(p.reply, p.operation.name, classOfProduct(e.Code), word(e.Code)),
		})
	}
	return out
}

// entryOf finds the entry of a list in a path such as input.quantities.3.inventoryItemId.
func entryOf(field []string, list string) (int, bool) {
	at := slices.Index(field, list)
	if at < 0 || at+1 >= len(field) {
		return 0, false
	}
	i, err := strconv.Atoi(field[at+1])
	return i, err == nil && i >= 0
}

// classOfProduct classifies the codes of ProductSetUserErrorCode.
func classOfProduct(code string) channel.Class {
	switch code {
	case "VARIANTS_OVER_LIMIT", "OPTIONS_OVER_LIMIT", "OPTION_VALUES_OVER_LIMIT", "INVENTORY_QUANTITIES_LIMIT_EXCEEDED":
		return channel.Limit
	case "GENERIC_ERROR", "JOB_ERROR": // "please try again"
		return channel.Unavailable
	case "HANDLE_NOT_UNIQUE", "NOT_FOUND", "PRODUCT_DOES_NOT_EXIST", "PRODUCT_VARIANT_DOES_NOT_EXIST", "OPTION_DOES_NOT_EXIST",
		"OPTION_VALUE_DOES_NOT_EXIST": // somebody changed it since it was read
		return channel.Conflict
	case "PRODUCT_SUSPENDED", "GIFT_CARDS_NOT_ACTIVATED", "LINKED_OPTIONS_NOT_SUPPORTED_FOR_SHOP":
		return channel.Config
	case "CANNOT_COMBINE_LINKED_AND_NONLINKED_OPTION_VALUES", "CAPABILITY_VIOLATION", "DUPLICATED_METAFIELD_VALUE", "DUPLICATED_OPTION_NAME",
		"DUPLICATED_OPTION_VALUE", "DUPLICATED_VALUE", "DUPLICATE_LINKED_OPTION", "GIFT_CARD_ATTRIBUTE_CANNOT_BE_CHANGED", "ID_NOT_ALLOWED",
		"INPUT_MISMATCH", "INVALID_INPUT", "INVALID_METAFIELD", "INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION", "INVALID_PRODUCT", "INVALID_VARIANT",
		"LINKED_METAFIELD_DEFINITION_NOT_FOUND", "METAFIELD_MISMATCH", "MISSING_FIELD_REQUIRED", "OPTION_VALUES_MISSING",
		"PRODUCT_OPTIONS_INPUT_MISSING", "VARIANTS_INPUT_MISSING":
		return channel.Invalid
	}
	return channel.Unknown
}
