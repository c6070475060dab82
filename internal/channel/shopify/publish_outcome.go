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
