// Package shopify is the adapter for Shopify's Admin GraphQL API, version 2026-10: orders, available quantities at
// one location, fulfilments, and products with their variants. Sources are Shopify's developer documentation and its
// published GraphQL schema of that version; where they leave something open, the comment says what the adapter
// assumes.
package shopify

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// apiPath is the versioned endpoint; a version is supported for a year.
const apiPath = "/admin/api/2026-10/graphql.json"

// requestIDHeader has the id by which Shopify's support finds a call.
const requestIDHeader = "X-Request-Id"

// Connection makes the calls for one shop. It implements channel.Connection.
type Connection struct {
	account       channel.Account
	endpoint      string
	tokens        *tokens
	http          *transport.Client
	points        points
	share         share
	orders        pageSize
	listings      pageSize
	collections   pageSize
	returnsDenied atomic.Bool // the app may not read returns
	told          channel.Further[told]
	activated     sync.Map // item and location, as one text: stocked there since the connection was opened
}

var (
	_ channel.Connection    = (*Connection)(nil)
	_ channel.ListingReader = (*Connection)(nil)
	_ channel.Publisher     = (*Connection)(nil)
	_ channel.Lister        = (*Connection)(nil)
	_ channel.Checker       = (*Connection)(nil)
	_ channel.Mover         = (*Connection)(nil)
	_ channel.RateObserver  = (*Connection)(nil)
)

// Open returns a connection for a Shopify account. It needs the shop's domain in Marketplace, or a BaseURL.
// Credentials must have an accessToken that does not expire, or clientId, clientSecret and refreshToken together with
// a Vault that stores the rotating grant; an accessToken besides those is used until Shopify refuses it. Open makes
// no call.
func Open(a channel.Account) (channel.Connection, error) {
	base := a.BaseURL
	if base == "" {
		if a.Marketplace == "" {
			return nil, fmt.Errorf("shopify: the shop's domain is missing: set marketplace to e.g. my-shop.myshopify.com")
		}
		base = "https://" + a.Marketplace
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, fmt.Errorf("shopify: %q is not the address of a shop: want e.g. https://my-shop.myshopify.com", base)
	}
	base = strings.TrimRight(base, "/")
	client := transport.New(transport.Options{Local: transport.Local(a), RequestIDHeaders: []string{requestIDHeader}, Personal: personal})
	tokens, err := newTokens(a, base, client)
	if err != nil {
		return nil, err
	}
	return &Connection{account: a, endpoint: base + apiPath, tokens: tokens, http: client}, nil
}

// Test reads the shop and the location where stock is listed.
func (c *Connection) Test(ctx context.Context) error {
	if c.account.Location == "" {
		return c.noLocation(opShop.name)
	}
	var data struct {
		Location *struct {
			ID       string `json:"id"`
			IsActive bool   `json:"isActive"`
		} `json:"location"`
	}
	r, fault := c.read(ctx, opShop, variables{"location": c.account.Location}, &data)
	if fault != nil {
		return fault
	}
	if data.Location == nil {
		return r.answer.Fault(channel.Config, opShop.name, CodeLocationMissing)
	}
	if !data.Location.IsActive {
		return r.answer.Fault(channel.Config, opShop.name, CodeLocationInactive)
	}
	return nil
}

// noLocation returns the fault of an account without a location.
func (c *Connection) noLocation(operation string) *channel.Fault {
	return channel.Refusal(channel.Config, operation, CodeNoLocation, "the account has no location: set it to the location's gid, e.g. gid://shopify/Location/1")
}
