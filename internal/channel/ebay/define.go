package ebay

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/aspects"
)

const (
	opTree       = "getDefaultCategoryTreeId"
	opAspects    = "getItemAspectsForCategory"
	opConditions = "getItemConditionPolicies"
	opShipping   = "getFulfillmentPolicies"
	opPayment    = "getPaymentPolicies"
	opReturns    = "getReturnPolicies"
)

// Codes of definitions that can't be fetched.
const (
	codeNoCategory = "NO_SUCH_CATEGORY"
	codeTooLarge   = "DEFINITION_TOO_LARGE"
	codeNoTree     = "NO_CATEGORY_TREE"
)

// Define fetches the requirements of a leaf category of the account's site, or for the empty type the seller's
// settings. The error is Missing when there is no such leaf category.
func (c *connection) Define(ctx context.Context, category string) (listing.Definition, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	if c.account.Marketplace == "" {
		return listing.Definition{}, channel.Refusal(channel.Config, opTree, codeNoPublishing, "set the account's marketplace in the accounts file, e.g. EBAY_GB")
	}
	if category == "" {
		return c.defineSeller(ctx)
	}
	return c.defineCategory(ctx, category)
}

func (c *connection) defineCategory(ctx context.Context, category string) (listing.Definition, error) {
	if !isDigits(category) {
		return listing.Definition{}, channel.Refusal(channel.Missing, opAspects, codeNoCategory, "an eBay category is a number; this is "+category)
	}
	var tree struct {
		ID      text `json:"categoryTreeId"`
		Version text `json:"categoryTreeVersion"`
	}
	a, f := c.public(ctx, opTree, taxonomy+"/get_default_category_tree_id?"+url.Values{"marketplace_id": {c.account.Marketplace}}.Encode())
	if f != nil {
		return listing.Definition{}, f
	}
	if len(a.Body) > 0 {
		if f := a.Decode(opTree, &tree); f != nil {
			return listing.Definition{}, f
		}
	}
	if tree.ID == "" {
		return listing.Definition{}, a.Fault(channel.Config, opTree, codeNoTree)
	}
	doc := aspects.Document{Marketplace: c.account.Marketplace, Tree: string(tree.ID), TreeVersion: string(tree.Version), Category: category}
	path := taxonomy + "/category_tree/" + url.PathEscape(doc.Tree) + "/get_item_aspects_for_category?" + url.Values{"category_id": {category}}.Encode()
	if doc.Aspects, f = c.raw(c.public(ctx, opAspects, path)); f != nil {
		return listing.Definition{}, f
	}
	filter := url.Values{"filter": {"categoryIds:{" + category + "}"}}
	path = metadata + "/marketplace/" + url.PathEscape(doc.Marketplace) + "/get_item_condition_policies?" + filter.Encode()
	if doc.Conditions, f = c.raw(c.call(ctx, opConditions, http.MethodGet, path, nil)); f != nil {
		return listing.Definition{}, withoutPause(f)
	}
	d, f := definitionOf(category, doc)
	if f != nil {
		return listing.Definition{}, f
	}
	d.Version = doc.TreeVersion
	if _, err := aspects.Parse(d.Body); err != nil {
		return listing.Definition{}, channel.Refusal(channel.Unavailable, opAspects, transport.CodeUnreadable, err.Error())
	}
	return d, nil
}

// defineSeller reads the seller's policies and locations. The policies belong to another API: they are left out if
// the grant does not allow it, and a missing policy is then only found when publishing.
func (c *connection) defineSeller(ctx context.Context) (listing.Definition, error) {
	doc := aspects.SellerDocument{Marketplace: c.account.Marketplace}
	site := "?" + url.Values{"marketplace_id": {c.account.Marketplace}}.Encode()
	for _, one := range []struct {
		operation, path string
		into            *json.RawMessage
	}{
		{opShipping, accounts + "/fulfillment_policy" + site, &doc.Fulfillment},
		{opPayment, accounts + "/payment_policy" + site, &doc.Payment},
		{opReturns, accounts + "/return_policy" + site, &doc.Return},
		{opLocations, inventory + "/location?limit=100&offset=0", &doc.Location},
	} {
		raw, f := c.raw(c.call(ctx, one.operation, http.MethodGet, one.path, nil))
		switch {
		case f != nil && f.Status == http.StatusForbidden:
		case f != nil:
			return listing.Definition{}, f
		default:
			*one.into = raw
		}
	}
	d, f := definitionOf("", doc)
	if f != nil {
		return listing.Definition{}, f
	}
	d.Version = d.Checksum
	if _, err := aspects.ParseSeller(d.Body); err != nil {
		return listing.Definition{}, channel.Refusal(channel.Unavailable, opShipping, transport.CodeUnreadable, err.Error())
	}
	return d, nil
}

// raw returns the body of an answer unchanged; nil for 204.
func (c *connection) raw(a *transport.Answer, f *channel.Fault) (json.RawMessage, *channel.Fault) {
	switch {
	case f != nil:
		return nil, f
	case len(a.Body) == 0:
		return nil, nil
	case !json.Valid(a.Body):
		return nil, a.Unreadable("read a definition")
	}
	return json.RawMessage(a.Body), nil
}

func definitionOf(category string, doc any) (listing.Definition, *channel.Fault) {
	body, err := json.Marshal(doc)
	if err != nil {
		return listing.Definition{}, channel.Refusal(channel.Unavailable, opAspects, transport.CodeUnreadable, err.Error())
	}
	if len(body) > aspects.MaxBody {
		return listing.Definition{}, channel.Refusal(channel.Invalid, opAspects, codeTooLarge, aspects.ErrTooLarge.Error())
	}
	sum := md5.Sum(body) // a checksum like Amazon's, not a signature
	return listing.Definition{Type: category, Checksum: base64.StdEncoding.EncodeToString(sum[:]), FetchedAt: time.Now().UTC(), Body: body}, nil
}

// withoutPause turns a missing scope of a call that only reads requirements into a Config fault, so that the account
// is not paused for it.
func withoutPause(f *channel.Fault) *channel.Fault {
	if f != nil && f.Class == channel.Auth && f.Status == http.StatusForbidden {
		f.Class = channel.Config
	}
	return f
}

func isDigits(s string) bool {
	const longest = 10
	return s != "" && len(s) <= longest && !slices.ContainsFunc([]byte(s), func(b byte) bool { return b < '0' || b > '9' })
}
