package shopify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/shop"
)

// publication has what is needed to build the results of one product.
type publication struct {
	product   channel.Product
	warnings  []string // codes
	reply     reply
	operation operation
}

// productFailed is the code of the issue of a variant that fails because of another one of its product.
const productFailed = "product-failed"

// done returns the results for the product in its present state; all its variants must have been read.
func (p publication) done(set *publishedProduct) channel.Publication {
	if set.PublishedAt == nil {
		p.warnings = append(slices.Clone(p.warnings), CodeNotPublished)
	}
	out := channel.Publication{ListingID: set.ID, RequestID: p.reply.requestID}
	for _, v := range p.product.Variants {
		one := channel.VariantResult{SKU: v.SKU, Step: strings.ToLower(set.Status), RequestID: p.reply.requestID, Warnings: p.warnings}
		for _, code := range p.warnings {
			one.Issues = append(one.Issues, p.issue(listing.Warning, code, warnings[code], nil))
		}
		i := slices.IndexFunc(set.Variants.Nodes, func(w wireVariant) bool { return w.SKU == v.SKU })
		if i < 0 {
			one.Fault = p.reply.answer.Fault(channel.Conflict, p.operation.name, CodeProductGone)
			one.Issues = append(one.Issues, p.issue(listing.Error, CodeProductGone, "the product was set, and has no variant of this SKU now", nil))
		} else {
			one.Ref, one.ListingID = set.Variants.Nodes[i].Item.ID, set.Variants.Nodes[i].ID
		}
		out.Results = append(out.Results, one)
	}
	return out
}

// warnings are the texts of the warning codes.
var warnings = map[string]string{
	CodeCollectionByRule: "the rules of one of its collections decide what is in it; the product was not put there",
	CodeCollectionsLater: "the product is in more collections than can be read at once; they stay as they are",
	CodeImagesLater:      "Shopify is still fetching pictures of the product; they stay as they are until it is published again",
	CodeNotTracked:       "the shop does not count the stock of a variant, so that its level has no effect",
	CodeNotPublished:     "the product is active, and the online store does not show it",
}

func (p publication) issue(severity listing.Severity, code, message string, field []string) listing.Issue {
	i := listing.Issue{Stage: listing.Response, Severity: severity, Code: code, Message: message, RequestID: p.reply.requestID}
	if len(field) > 0 {
		i.Pointer, i.Attributes = "/"+strings.Join(field, "/"), []string{field[len(field)-1]}
		if n := len(field) - 2; n >= 0 && isPlace(i.Attributes[0]) { // input, variants, 3
			i.Attributes[0] = field[n]
		}
	}
	return i
}

func isPlace(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

// refused assigns errors to the variants that they name, and errors of the whole product to every variant. productSet
// is all or nothing, so variants without an error fail with the others.
func (p publication) refused(errs []userError) channel.Publication {
	out := channel.Publication{RequestID: p.reply.requestID}
	for i, v := range p.product.Variants {
		one := channel.VariantResult{SKU: v.SKU, RequestID: p.reply.requestID}
		first := -1
		for n, e := range errs {
			if at, ok := entryOf(e.Field, "variants"); ok && at != i {
				continue
			}
			if first < 0 {
				first = n
			}
			one.Issues = append(one.Issues, p.issue(listing.Error, codeOr(e.Code, CodeUserError), clip(e.Message), withoutInput(e.Field)))
		}
		if first < 0 {
			first = 0
			one.Issues = []listing.Issue{p.issue(listing.Error, productFailed, p.because(errs[0]), nil)}
		}
		e := errs[first]
		one.Fault = e.fault(p.reply, p.operation.name, classOfProduct(e.Code), codeOr(e.Code, CodeUserError))
		out.Results = append(out.Results, one)
	}
	return out
}

// because returns the text that explains why a variant without an error fails.
func (p publication) because(e userError) string {
	if at, ok := entryOf(e.Field, "variants"); ok && at < len(p.product.Variants) {
		return fmt.Sprintf("Shopify refuses the whole product because of its variant %s (%s)", clip(p.product.Variants[at].SKU), codeOr(e.Code, CodeUserError))
	}
	return fmt.Sprintf("Shopify refuses the whole product because of another of its variants (%s)", codeOr(e.Code, CodeUserError))
}

// refuseAll gives every variant a copy of a fault that this adapter found.
func (p publication) refuseAll(f *channel.Fault) channel.Publication {
	out := channel.Publication{RequestID: p.reply.requestID}
	for _, v := range p.product.Variants {
		one := channel.VariantResult{SKU: v.SKU, RequestID: p.reply.requestID, Fault: f.Again()}
		one.Issues = []listing.Issue{p.issue(listing.Error, f.Code, clip(f.Raw), nil)}
		out.Results = append(out.Results, one)
	}
	return out
}

// withoutInput returns the path of a user error relative to the input.
func withoutInput(field []string) []string {
	if len(field) > 0 && field[0] == "input" {
		return field[1:]
	}
	return field
}

func codeOr(code, otherwise string) string {
	if code = word(code); code == "" {
		return otherwise
	}
	return code
}

// clip cuts the channel's words in an issue; the fault keeps more of them.
func clip(text string) string { return shop.Clip(text, maxMessage) }

const maxMessage = 500 // characters

// entryOf returns the index in a list from a path such as input.quantities.3.inventoryItemId.
func entryOf(field []string, list string) (int, bool) {
	at := slices.Index(field, list)
	if at < 0 || at+1 >= len(field) {
		return 0, false
	}
	i, err := strconv.Atoi(field[at+1])
	return i, err == nil && i >= 0
}
