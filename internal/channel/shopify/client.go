// Package shopify speaks Shopify's Admin GraphQL API, version 2026-10, for one shop: orders, available
// quantities at one location, and fulfilments. Facts and their sources are in the project's notes on the
// channels; where Shopify does not say, the safer reading is taken and the comment says so.
package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// apiPath is the versioned endpoint; a version is supported for a year.
const apiPath = "/admin/api/2026-10/graphql.json"

// requestIDHeader carries the id under which Shopify's support knows a call.
const requestIDHeader = "X-Request-Id"

// Connection speaks for one shop. It implements channel.Connection.
type Connection struct {
	account  channel.Account
	endpoint string
	token    string
	http     *transport.Client
	shrink   atomic.Int32 // how often a page of orders was found too dear and halved
}

var _ channel.Connection = (*Connection)(nil)

// Open makes the connection for a Shopify account. It needs Credentials["accessToken"] and the shop's domain
// in Marketplace, or a BaseURL. It makes no call.
func Open(a channel.Account) (channel.Connection, error) {
	token := a.Credentials["accessToken"]
	if token == "" {
		return nil, fmt.Errorf("shopify: credential accessToken is missing: put the shop's Admin API access token there")
	}
	base := a.BaseURL
	if base == "" {
		if a.Marketplace == "" {
			return nil, fmt.Errorf("shopify: the shop's domain is missing: set marketplace to e.g. my-shop.myshopify.com")
		}
		base = "https://" + a.Marketplace
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, fmt.Errorf("shopify: %q is no address of a shop: want e.g. https://my-shop.myshopify.com", base)
	}
	return &Connection{
		account:  a,
		endpoint: strings.TrimRight(base, "/") + apiPath,
		token:    token,
		http:     transport.New(transport.Options{Local: transport.Local(a), RequestIDHeader: requestIDHeader}),
	}, nil
}

// variables of one call.
type variables map[string]any

// reply is what a call that succeeded tells beside its data.
type reply struct {
	requestID string
	date      string // the server's Date header
	answer    *transport.Answer
}

// read makes a query; its data goes into out.
func (c *Connection) read(ctx context.Context, op operation, v variables, out any) (reply, *channel.Fault) {
	return c.call(ctx, op, v, out, c.http.DoRead)
}

// write makes a mutation; a failure without an answer is Ambiguous.
func (c *Connection) write(ctx context.Context, op operation, v variables, out any) (reply, *channel.Fault) {
	return c.call(ctx, op, v, out, c.http.Do)
}

type send func(ctx context.Context, operation string, req *http.Request) (*transport.Answer, *channel.Fault)

func (c *Connection) call(ctx context.Context, op operation, v variables, out any, do send) (reply, *channel.Fault) {
	body, err := json.Marshal(map[string]any{"query": op.text, "operationName": op.name, "variables": v})
	if err != nil {
		return reply{}, channel.NewFault(channel.Invalid, op.name, "encode variables: "+err.Error())
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return reply{}, channel.NewFault(channel.Config, op.name, "make request: "+err.Error())
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Shopify-Access-Token", c.token)
	answer, fault := do(ctx, op.name, req)
	if fault != nil {
		return reply{}, fault
	}
	r := reply{requestID: answer.RequestID, date: answer.Header.Get("Date"), answer: answer}
	return r, decode(answer, op.name, out)
}

// decode reads an answer's data, or classifies why there is none.
func decode(a *transport.Answer, operation string, out any) *channel.Fault {
	var e envelope
	err := json.Unmarshal(a.Body, &e)
	if !a.OK() {
		return statusFault(a, operation, e)
	}
	if err != nil {
		return a.Unreadable(operation)
	}
	if failures := e.failures(); len(failures) > 0 {
		return errorsFault(a, operation, e, failures)
	}
	if len(e.Data) == 0 || string(e.Data) == "null" || json.Unmarshal(e.Data, out) != nil {
		return a.Unreadable(operation)
	}
	return nil
}

// Test asks for the shop and the location where stock is listed.
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

// noLocation is the fault of an account that does not say where its stock is listed.
func (c *Connection) noLocation(operation string) *channel.Fault {
	f := channel.NewFault(channel.Config, operation, "the account has no location: set it to the location's gid, e.g. gid://shopify/Location/1")
	f.Code = CodeNoLocation
	return f
}
