// Package amazon is the adapter for Amazon's Selling Partner API: orders 2026-01-01, listings items 2021-08-01, feeds
// 2021-06-30, shipment confirmation v0 and sellers v1. Shapes and rates are those of the published models
// (github.com/amzn/selling-partner-api-models).
package amazon

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	opParticipations = "getMarketplaceParticipations"

	requestIDHeader   = "x-amzn-RequestId"
	gatewayIDHeader   = "X-Amz-Rid"                 // all that a refusal by the gateway has
	storageIDHeader   = "X-Amz-Request-Id"          // of the store of feeds' documents
	storageHostHeader = "X-Amz-Id-2"                // of the same
	userAgent         = "Towpath/1.0 (Language=Go)" // the API asks callers to identify themselves
	maxReport         = 64 << 20                    // bytes of a feed's report, unpacked: 25,000 items with several issues each
)

// client is the connection of one account. Only tokens, rates and facts about SKUs change, in types that are safe for
// concurrent use.
type client struct {
	account   channel.Account
	base      string
	listings  string // base of the listings API: see listingsURL
	feedAbove int
	api       *transport.Client
	documents *transport.Client // presigned uploads and downloads
	tokens    *transport.Tokens
	limits    sync.Map // operation -> rate in the last x-amzn-RateLimit-Limit, as a channel.ObservedRate
	fba       sync.Map // SKU -> true for those that Amazon ships itself
}

// Open returns a connection for the account. It makes no call. It fails if a credential or the marketplace is missing
// or unknown.
func Open(a channel.Account) (channel.Connection, error) {
	for _, name := range []string{"clientId", "clientSecret", "refreshToken", "sellerId"} {
		if a.Credentials[name] == "" {
			return nil, fmt.Errorf("credential %s is missing: add it to the account's credentials", name)
		}
	}
	base, err := baseURL(a)
	if err != nil {
		return nil, err
	}
	listings, err := listingsURL(a)
	if err != nil {
		return nil, err
	}
	c := &client{
		account:   a,
		base:      base,
		listings:  listings,
		feedAbove: feedAbove(a.FeedAbove),
		api:       transport.New(transport.Options{Local: transport.Local(a), RequestIDHeaders: []string{requestIDHeader, gatewayIDHeader}, Personal: []string{opSearchOrders, opGetOrder}}),
		documents: transport.New(transport.Options{Local: transport.Local(a), MaxBody: maxReport, Personal: []string{opDownloadReport}, RequestIDHeaders: []string{storageIDHeader, storageHostHeader}}),
	}
	c.tokens = transport.NewTokens(c.refresh)
	return c, nil
}

// request is one call of the API.
type request struct {
	operation string // the published operation id
	method    string
	base      string // empty = the account's endpoint
	path      string // escaped
	query     url.Values
	body      any  // nil = none; else sent as JSON
	harmless  bool // a POST that changes nothing a buyer or seller sees
}

// call makes one call and decodes a successful answer into `into` (nil = ignore the body).
func (c *client) call(ctx context.Context, r request, into any) (*transport.Answer, *channel.Fault) {
	answer, fault := c.tokens.Call(ctx, func(token string) (*transport.Answer, *channel.Fault) { return c.once(ctx, r, token) }, deadToken)
	if fault != nil {
		return nil, fault
	}
	if limit := answer.Header.Get("x-amzn-RateLimit-Limit"); limit != "" {
		c.heed(r.operation, limit)
	}
	if !answer.OK() {
		fault := refused(answer, r.operation)
		if fault.Class == channel.Throttled && fault.RetryAfter == 0 {
			fault.RetryAfter = c.restoring(r.operation)
		}
		return nil, fault
	}
	if into != nil {
		if fault := answer.Decode(r.operation, into); fault != nil {
			return nil, fault
		}
	}
	return answer, nil
}

func (c *client) once(ctx context.Context, r request, token string) (*transport.Answer, *channel.Fault) {
	req, err := c.build(ctx, r)
	if err != nil {
		return nil, channel.NewFault(channel.Unknown, r.operation, err.Error())
	}
	req.Header.Set("X-Amz-Access-Token", token)
	if r.harmless {
		return c.api.DoRead(ctx, r.operation, req)
	}
	return c.api.Do(ctx, r.operation, req)
}

func (c *client) build(ctx context.Context, r request) (*http.Request, error) {
	address := cmp.Or(r.base, c.base) + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	var body []byte
	if r.body != nil {
		var err error
		if body, err = json.Marshal(r.body); err != nil {
			return nil, fmt.Errorf("write request of %s: %w", r.operation, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request of %s: %w", r.operation, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// Test reads the marketplaces in which the seller takes part. The error is Config if the account's marketplace is not
// one of them.
func (c *client) Test(ctx context.Context) error {
	if _, fault := c.participates(ctx); fault != nil {
		return fault
	}
	return nil
}

// participations is the answer of getMarketplaceParticipations.
type participations struct {
	Payload []struct {
		Marketplace struct {
			ID string `json:"id"`
		} `json:"marketplace"`
		Participation struct {
			IsParticipating bool `json:"isParticipating"`
		} `json:"participation"`
	} `json:"payload"`
}

func (c *client) participates(ctx context.Context) (*transport.Answer, *channel.Fault) {
	var found participations
	answer, fault := c.call(ctx, request{operation: opParticipations, method: http.MethodGet, path: "/sellers/v1/marketplaceParticipations"}, &found)
	if fault != nil {
		return nil, fault
	}
	if c.sandbox() { // the sandbox returns the same marketplace to every caller
		return answer, nil
	}
	var ids []string
	for _, p := range found.Payload {
		if p.Participation.IsParticipating {
			ids = append(ids, p.Marketplace.ID)
		}
	}
	if !slices.Contains(ids, c.account.Marketplace) {
		f := answer.Fault(channel.Config, opParticipations, "MARKETPLACE_NOT_JOINED")
		f.Raw = fmt.Sprintf("the seller sells in %s, not in %s", strings.Join(ids, ", "), c.account.Marketplace)
		return nil, f
	}
	return answer, nil
}
