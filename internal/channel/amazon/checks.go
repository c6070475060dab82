package amazon

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

const opGetFeeds = "getFeeds"

var (
	_ channel.ListingReader = (*client)(nil)
	_ channel.Publisher     = (*client)(nil)
	_ channel.Checker       = (*client)(nil)
)

// Checks tests the grant and then makes one call for each capability. Shipments can't be tested: every confirmation
// notifies a buyer.
func (c *client) Checks(ctx context.Context) []channel.Check {
	ctx, cancel := context.WithTimeout(ctx, 2*channel.TurnDeadline)
	defer cancel()
	grant := channel.Check{Capability: "use the grant", Operation: opToken, Detail: c.where()}
	if _, fault := c.tokens.Token(ctx); fault != nil {
		grant.Fault, grant.RequestID = fault, fault.RequestID
		return []channel.Check{grant}
	}
	checks := []channel.Check{grant}
	var found []channel.Listed
	for _, try := range []func(context.Context) channel.Check{
		c.checkSeller, c.checkOrders,
		func(ctx context.Context) (check channel.Check) { check, found = c.checkListings(ctx); return check },
		func(ctx context.Context) channel.Check { return c.checkLevels(ctx, found) },
		c.checkFeeds,
	} {
		check := try(ctx)
		if checks = append(checks, check); check.Fault != nil && check.Fault.Class == channel.Auth {
			return checks
		}
	}
	return append(checks, channel.Check{
		Capability: "confirm shipments", Untried: true, Detail: "every confirmation is real and notifies the buyer: no call only tests it",
	})
}

// where returns the hosts that the account uses.
func (c *client) where() string {
	host := func(base string) string { return strings.TrimPrefix(strings.TrimPrefix(base, "https://"), "http://") }
	if !c.previews() {
		return host(c.base)
	}
	return fmt.Sprintf("test: %s; listings at %s, where every write is only validated", host(c.base), host(c.listings))
}

func (c *client) checkSeller(ctx context.Context) channel.Check {
	check := channel.Check{Capability: "sell in the marketplace", Operation: opParticipations}
	answer, fault := c.participates(ctx)
	if fault != nil {
		check.Fault, check.RequestID = fault, fault.RequestID
		return check
	}
	check.RequestID, check.Detail = answer.RequestID, "marketplace "+c.account.Marketplace
	return check
}

func (c *client) checkOrders(ctx context.Context) channel.Check {
	check := channel.Check{Capability: "read orders", Operation: opSearchOrders}
	page, err := c.Orders(ctx, channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	check.RequestID, check.Detail = page.RequestID, fmt.Sprintf("%d orders changed in the last hour, on the first page", len(page.Orders))
	return c.withFault(check, channel.AsFault(err, opSearchOrders))
}

func (c *client) checkListings(ctx context.Context) (channel.Check, []channel.Listed) {
	check := channel.Check{Capability: "read listings", Operation: opSearchListings}
	page, err := c.Listings(ctx, channel.ListingsQuery{})
	check.RequestID, check.Detail = page.RequestID, fmt.Sprintf("%d listings", page.Total)
	return c.withFault(check, channel.AsFault(err, opSearchListings)), page.Listings
}

// checkLevels lets Amazon validate the quantity that a listing has already. That tests publishing too: role and
// resource are the same.
func (c *client) checkLevels(ctx context.Context, found []channel.Listed) channel.Check {
	check := channel.Check{Capability: "set stock levels and publish", Operation: opPatch}
	for _, l := range found {
		if l.ChannelFulfils || l.Ref == "" {
			continue
		}
		_, answer, fault := c.submit(ctx, opPatch, http.MethodPatch, l.SKU, patch{l.Ref, quantityPatch(max(l.Quantity, 0))}, true)
		if answer != nil {
			check.RequestID, check.Detail = answer.RequestID, "validated for "+l.SKU+", not written"
		}
		return c.withFault(check, fault)
	}
	check.Operation, check.Untried, check.Detail = "", true, "there is no listing of the seller's own stock to test it with"
	return check
}

func (c *client) checkFeeds(ctx context.Context) channel.Check {
	check := channel.Check{Capability: "set many stock levels at once", Operation: opGetFeeds}
	var ignored struct{}
	answer, fault := c.call(ctx, request{
		operation: opGetFeeds, method: http.MethodGet, path: feedsPath, query: url.Values{"feedTypes": {listingsFeed.name}, "pageSize": {"1"}},
	}, &ignored)
	if fault == nil {
		check.RequestID, check.Detail = answer.RequestID, "feeds can be read"
	}
	return c.withFault(check, fault)
}

// withFault adds a fault to a check; nil leaves it unchanged. Amazon's sandbox answers fixed requests and refuses all
// others, so there a refusal of the request still shows that the call arrived.
func (c *client) withFault(check channel.Check, fault *channel.Fault) channel.Check {
	switch {
	case fault == nil:
	case c.sandbox() && fault.Class == channel.Invalid:
		check.RequestID, check.Detail = fault.RequestID, "the sandbox received the call; it answers fixed requests only"
	default:
		check.Fault, check.RequestID, check.Detail = fault, fault.RequestID, ""
	}
	return check
}
