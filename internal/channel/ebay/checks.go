package ebay

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const opLocations = "getInventoryLocations"

// Checks gets a token and then makes one read of each kind. eBay has no call that tests a write without effect, and
// its token endpoint does not return the grant's scopes.
func (c *connection) Checks(ctx context.Context) []channel.Check {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	checks := []channel.Check{{Capability: "speak for the seller", Operation: opToken, Detail: "eBay gives access tokens for the grant"}}
	if _, f := c.tokens.Token(ctx); f != nil {
		checks[0].Detail, checks[0].RequestID, checks[0].Fault = "", f.RequestID, f
		if f.Class == channel.Auth {
			return checks
		}
	}
	orders, _ := c.check(ctx, "read orders", opGetOrders, fulfilment+"/order?limit=1")
	items, a := c.check(ctx, "read inventory", opItems, inventory+"/inventory_item?limit=1&offset=0")
	checks = append(checks, orders, items, c.checkOffers(ctx, a), c.checkLocation(ctx), c.checkCategories(ctx), c.checkPolicies(ctx))
	return append(checks,
		channel.Check{Capability: "set stock levels", Untried: true, Detail: "every call would change a listing; the scope is the same as for reading inventory"},
		channel.Check{Capability: "confirm shipments", Untried: true, Detail: "every call would ship an order; the scope is the same as for reading orders"},
	)
}

// check makes one read; the answer is nil when it failed.
func (c *connection) check(ctx context.Context, capability, operation, path string) (channel.Check, *transport.Answer) {
	check := channel.Check{Capability: capability, Operation: operation}
	a, f := c.call(ctx, operation, http.MethodGet, path, nil)
	if f != nil {
		check.RequestID, check.Fault = f.RequestID, f
		return check, nil
	}
	check.RequestID = a.RequestID
	var list struct {
		Total whole `json:"total"`
	}
	if check.Fault = a.Decode(operation, &list); check.Fault == nil {
		check.Detail = fmt.Sprintf("%d in all", list.Total)
	}
	return check, a
}

// checkOffers reads the offers of an item found by the check before.
func (c *connection) checkOffers(ctx context.Context, a *transport.Answer) channel.Check {
	check := channel.Check{Capability: "read listings"}
	if a == nil {
		check.Untried, check.Detail = true, "it needs an inventory item, and the inventory can't be read"
		return check
	}
	items, _, f := readItems(a)
	if f != nil || len(items) == 0 {
		check.Untried, check.Detail = true, "eBay returns listings by inventory item, and the seller has none"
		return check
	}
	check.Operation = opOffers
	o, requestID, found, f := c.offer(ctx, items[0].text("sku"))
	check.RequestID, check.Fault = requestID, f
	switch {
	case f != nil:
		check.RequestID = f.RequestID
	case found:
		check.Detail = "the first item is offered: " + o.words()
	default:
		check.Detail = "the first item is not offered on this site"
	}
	return check
}

// checkLocation reads the merchant location that publishing needs. The policies belong to another API, whose scope
// the grant may lack.
func (c *connection) checkLocation(ctx context.Context) channel.Check {
	check, a := c.check(ctx, "publish listings", opLocations, inventory+"/location?limit=100&offset=0")
	if check.Fault != nil {
		return check
	}
	if unset := c.unset(); len(unset) > 0 {
		check.Detail = "the locations can be read; before publishing, set in the account's publishing: " + strings.Join(unset, ", ")
		return check
	}
	var body struct {
		Locations []struct {
			Key    string `json:"merchantLocationKey"`
			Status string `json:"merchantLocationStatus"`
		} `json:"locations"`
		Next string `json:"next"`
	}
	key := c.account.Publishing["merchantLocation"]
	if check.Fault = a.Decode(opLocations, &body); check.Fault != nil {
		return check
	}
	for _, l := range body.Locations {
		if l.Key == key {
			check.Detail = "the merchant location exists, " + strings.ToLower(l.Status)
			if l.Status == "DISABLED" {
				check.Fault = a.Fault(channel.Config, opLocations, codeLocation)
			}
			return check
		}
	}
	if check.Detail = "the merchant location is not among the first hundred"; body.Next == "" {
		check.Detail = "eBay has no such merchant location"
		check.Fault = a.Fault(channel.Config, opLocations, codeLocation)
	}
	return check
}

// checkCategories reads the site's category tree with the application's token.
func (c *connection) checkCategories(ctx context.Context) channel.Check {
	check := channel.Check{Capability: "read what categories require", Operation: opTree}
	if c.account.Marketplace == "" {
		check.Untried, check.Detail = true, "the account has no marketplace"
		return check
	}
	a, f := c.public(ctx, opTree, taxonomy+"/get_default_category_tree_id?"+url.Values{"marketplace_id": {c.account.Marketplace}}.Encode())
	if f != nil {
		check.RequestID, check.Fault = f.RequestID, f
		return check
	}
	check.RequestID, check.Detail = a.RequestID, "the application can read the categories"
	return check
}

// checkPolicies reads the policies that listings need. A grant without this scope still works for everything else.
func (c *connection) checkPolicies(ctx context.Context) channel.Check {
	site := url.Values{"marketplace_id": {c.account.Marketplace}}.Encode()
	check, _ := c.check(ctx, "read business policies", opShipping, accounts+"/fulfillment_policy?"+site)
	if check.Fault != nil && check.Fault.Status == http.StatusForbidden {
		check.Fault, check.Untried = nil, true
		check.Detail = "the grant does not allow it (scope sell.account.readonly): a wrong policy is only found when something is published"
	}
	return check
}

// codeLocation is the fault of a merchant location that does not exist or is disabled.
const codeLocation = "MERCHANT_LOCATION"
