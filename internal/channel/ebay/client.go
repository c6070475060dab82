// Package ebay is the adapter for eBay's Sell APIs: Fulfillment (orders and shipments), Inventory (levels and
// listings), and for the requirements of listings Taxonomy, Metadata and Account; and for cancellations of the Post-Order
// API. It is hand-written and has only the operations that Towpath uses.
//
// Sources are eBay's published OpenAPI documents (sell_fulfillment_v1 1.20, sell_inventory_v1 1.18,
// commerce_taxonomy_v1 1.0, sell_metadata_v1 1.7, sell_account_v1 1.9), its guides and its knowledge base. None says
// which fields are always present, so reading is lenient everywhere.
package ebay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// eBay's published hosts.
const (
	productionHost = "https://api.ebay.com"
	testHost       = "https://api.sandbox.ebay.com"
)

// Paths of the APIs and the token endpoint.
const (
	fulfilment = "/sell/fulfillment/v1"
	inventory  = "/sell/inventory/v1"
	taxonomy   = "/commerce/taxonomy/v1"
	metadata   = "/sell/metadata/v1"
	accounts   = "/sell/account/v1"
	postOrder  = "/post-order/v2"
	tokenPath  = "/identity/v1/oauth2/token"
)

// maxBody limits an answer, in bytes: a full page of 200 orders with many lines is several megabytes.
const maxBody = 32 << 20

// requestIDHeader has the request id of eBay's gateway ("ri=...,rci=..."); otherIDHeader and rlogHeader, the older log
// id, are what some services return instead. eBay's developer support asks for any of them.
const (
	requestIDHeader = "X-Ebay-C-Request-Id"
	otherIDHeader   = "X-Ebay-Request-Id"
	rlogHeader      = "Rlogid"
)

type connection struct {
	account  channel.Account
	base     string
	auth     string
	pageSize int // orders per page
	http     *transport.Client
	tokens   *transport.Tokens // for the seller's data

	signer     *signer           // nil: calls are not signed
	everybodys *transport.Tokens // for data that any application may read
	rules      rulebook
	sent       channel.Further[map[string]int] // units per line of orders' fulfillments
}

var (
	_ channel.Connection    = (*connection)(nil)
	_ channel.ListingReader = (*connection)(nil)
	_ channel.Publisher     = (*connection)(nil)
	_ channel.Checker       = (*connection)(nil)
	_ channel.Lister        = (*connection)(nil)
	_ channel.Canceller     = (*connection)(nil)
)

// Open returns a connection for an eBay account. It needs the credentials clientId, clientSecret and refreshToken, and
// signingKey with signingJWE where calls must be signed; it makes no call. BaseURL and AuthURL default to eBay's production or sandbox hosts.
func Open(a channel.Account) (channel.Connection, error) {
	host, err := hostOf(a.Endpoint)
	if err != nil {
		return nil, err
	}
	base := strings.TrimRight(a.BaseURL, "/")
	if base == "" {
		base = host
	}
	auth := a.AuthURL
	if auth == "" {
		auth = base + tokenPath
	}
	for _, address := range []string{base, auth} {
		if u, err := url.Parse(address); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return nil, fmt.Errorf("ebay address %q is not a URL like %s", address, host)
		}
	}
	var missing []error
	for _, name := range []string{"clientId", "clientSecret", "refreshToken"} {
		if a.Credentials[name] == "" {
			missing = append(missing, fmt.Errorf("ebay credential %q is missing: set it in the accounts file", name))
		}
	}
	if len(missing) > 0 {
		return nil, errors.Join(missing...)
	}
	signer, err := newSigner(a.Credentials["signingKey"], a.Credentials["signingJWE"])
	if err != nil {
		return nil, err
	}
	c := &connection{account: a, base: base, auth: auth, pageSize: maxPage, signer: signer}
	c.http = transport.New(transport.Options{Local: transport.Local(a), MaxBody: maxBody, RequestIDHeaders: []string{requestIDHeader, otherIDHeader, rlogHeader},
		Personal: []string{opGetOrders, opGetOrder, opCancels}})
	c.tokens = transport.NewTokens(c.refresh)
	c.everybodys = transport.NewTokens(c.introduce)
	return c, nil
}

func hostOf(e channel.Endpoint) (string, error) {
	switch e {
	case channel.Production:
		return productionHost, nil
	case channel.Test:
		return testHost, nil
	}
	return "", fmt.Errorf("ebay endpoint %q is neither %q nor %q", e, channel.Test, channel.Production)
}

// Test reads at most one order, which tests host, grant and scope.
func (c *connection) Test(ctx context.Context) error {
	if _, f := c.call(ctx, opGetOrders, http.MethodGet, fulfilment+"/order?limit=1", nil); f != nil {
		return f
	}
	return nil
}

// request is one call.
type request struct {
	operation, method, path string
	body                    any  // sent as JSON unless nil
	worded                  bool // the body has text for buyers, so it needs a Content-Language
	harmless                bool // a POST that changes nothing
	public                  bool // needs the application's token, not the seller's
	postOrder               bool // of the Post-Order API
	signed                  bool // signed if the account has a key: it moves money of sellers in the EU and the UK
}

// call makes one call that neither has text for buyers nor reads with a POST.
func (c *connection) call(ctx context.Context, operation, method, path string, body any) (*transport.Answer, *channel.Fault) {
	return c.do(ctx, request{operation: operation, method: method, path: path, body: body})
}

// public makes one call of the Taxonomy API, which accepts application tokens only.
func (c *connection) public(ctx context.Context, operation, path string) (*transport.Answer, *channel.Fault) {
	a, f := c.do(ctx, request{operation: operation, method: http.MethodGet, path: path, public: true})
	return a, withoutPause(f)
}

// do makes one call with the account's token. A token that eBay refuses (401, errorId 1001) is replaced once. An
// answer that is not 2xx is returned together with its fault.
func (c *connection) do(ctx context.Context, r request) (*transport.Answer, *channel.Fault) {
	var payload []byte
	if r.body != nil {
		var err error
		if payload, err = json.Marshal(r.body); err != nil {
			return nil, channel.NewFault(channel.Invalid, r.operation, err.Error())
		}
	}
	tokens := c.tokens
	if r.public {
		tokens = c.everybodys
	}
	refused := faultOf
	if r.postOrder {
		refused = postOrderFault
	}
	a, f := tokens.Call(ctx,
		func(token string) (*transport.Answer, *channel.Fault) { return c.once(ctx, r, token, payload) },
		func(a *transport.Answer) bool { return !a.OK() && isDeadToken(refused(a, r.operation)) })
	if f != nil || a.OK() {
		return a, f
	}
	return a, refused(a, r.operation)
}

func (c *connection) once(ctx context.Context, r request, token string, payload []byte) (*transport.Answer, *channel.Fault) {
	req, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, bytes.NewReader(payload))
	if err != nil {
		return nil, channel.NewFault(channel.Invalid, r.operation, err.Error())
	}
	scheme := "Bearer "
	if r.postOrder {
		scheme = "IAF " // TOKEN, the reference's word, is for tokens of the Trading API
	}
	req.Header.Set("Authorization", scheme+token)
	req.Header.Set("Accept", "application/json")
	if payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.public {
		req.Header.Set("Accept-Language", languageOf(c.account.Marketplace))
	}
	if r.worded {
		req.Header.Set("Content-Language", languageOf(c.account.Marketplace))
	}
	if c.account.Marketplace != "" {
		req.Header.Set("X-Ebay-C-Marketplace-Id", c.account.Marketplace)
	}
	if r.signed && c.signer != nil {
		c.signer.sign(req, payload, time.Now())
	}
	if r.harmless {
		return c.http.DoRead(ctx, r.operation, req)
	}
	return c.http.Do(ctx, r.operation, req)
}
