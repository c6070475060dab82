// Package shopify serves a simulated marketplace in the format of Shopify's Admin GraphQL API, version 2026-10. It
// executes the caller's own queries and returns exactly the selected fields. It covers orders, available quantities,
// products and fulfilments, with Shopify's costs, its mandatory idempotency keys, and refusals with HTTP 200.
package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// apiPath is the one endpoint.
const apiPath = "/admin/api/2026-10/graphql.json"

// maxTokens limits a query.
const maxTokens = 15_000

// shop serves one marketplace.
type shop struct {
	market  market.Seller
	options wire.Options
	bucket  *bucket
	tokens  *tokens

	mu       sync.Mutex
	busy     map[string]bool // idempotency keys of calls in progress
	products sync.Mutex      // held while a product is changed
}

// Handler returns a handler that serves a marketplace as a Shopify shop. o.Credentials["accessToken"] is the accepted
// token, any when empty; with a refreshToken, clientId and clientSecret, tokens expire and rotate. o.Location is the
// shop's location, Location when empty.
func Handler(m market.Seller, o wire.Options) http.Handler {
	o = o.Defaults()
	if o.Location == "" {
		o.Location = Location
	}
	s := &shop{market: m, options: o, bucket: newBucket(o), tokens: &tokens{market: m, options: o}, busy: map[string]bool{}}
	return o.Injector.Wrap(shape{o}, s)
}

// request is a GraphQL call.
type request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

// ServeHTTP serves one call.
func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head(w, s.options)
	if r.URL.Path == tokenPath && r.Method == http.MethodPost {
		s.tokens.serve(w, r)
		return
	}
	if r.URL.Path != apiPath || r.Method != http.MethodPost {
		wire.WriteJSON(w, http.StatusNotFound, map[string]any{"errors": "Not Found"})
		return
	}
	var q request
	malformed := wire.ReadJSON(r, &q)
	good, err := s.tokens.good(r.Context(), r.Header.Get("X-Shopify-Access-Token"), q.OperationName)
	switch {
	case err != nil:
		s.options.Logger.Error("shopify token", zap.String("account", s.options.Account), zap.Error(err))
		wire.WriteJSON(w, http.StatusInternalServerError, map[string]any{"errors": "Internal Server Error"})
	case !good:
		wire.WriteJSON(w, http.StatusUnauthorized, map[string]any{
			"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)",
		})
	case malformed != nil:
		wire.WriteJSON(w, http.StatusBadRequest, map[string]any{"errors": map[string]string{"query": "Required parameter missing or invalid"}})
	default:
		wire.WriteJSON(w, http.StatusOK, s.answer(r.Context(), q))
	}
}

// head sets the headers of every answer; the date is by the marketplace's clock.
func head(w http.ResponseWriter, o wire.Options) {
	w.Header().Set("X-Request-Id", wire.RequestID())
	w.Header().Set("Date", o.Now().UTC().Format(http.TimeFormat))
}

// answer executes a call within the budget.
func (s *shop) answer(ctx context.Context, q request) map[string]any {
	op, x, err := prepare(ctx, q)
	if err != nil {
		return map[string]any{"errors": topErrors(err)}
	}
	asked, err := x.requested(op.SelectionSet, 0)
	if err != nil {
		return map[string]any{"errors": topErrors(err)}
	}
	if op.Operation == ast.Mutation {
		asked += mutationCost
	}
	if asked > maxQueryCost {
		err := fail("MAX_COST_EXCEEDED", "Query cost is %.0f, which exceeds the single query max cost limit (%d).", asked, maxQueryCost)
		return map[string]any{"errors": topErrors(err)}
	}
	if !s.bucket.spend(asked) {
		return map[string]any{"errors": topErrors(fail("THROTTLED", "Throttled")), "extensions": s.bucket.status(asked, 0, false)}
	}
	root := s.query()
	if op.Operation == ast.Mutation {
		root = s.mutation(idempotencyKeys(op, x))
	}
	data, used, err := x.object(root, op.SelectionSet, 0)
	if op.Operation == ast.Mutation {
		used += mutationCost
	}
	s.bucket.give(asked - used)
	extensions := s.bucket.status(asked, used, true)
	if err != nil {
		s.options.Logger.Debug("shopify call refused", zap.String("account", s.options.Account), zap.Error(err))
		return map[string]any{"errors": topErrors(err), "extensions": extensions}
	}
	answer := map[string]any{"data": data, "extensions": extensions}
	if errs := s.withhold(q.OperationName, data); len(errs) > 0 {
		answer["errors"] = errs
	}
	return answer
}

// prepare parses a call and returns its operation and variables.
func prepare(ctx context.Context, q request) (*ast.OperationDefinition, *executor, error) {
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: q.Query}, maxTokens)
	if err != nil {
		return nil, nil, fail("", "syntax error: %v", err)
	}
	op := document.Operations.ForName(q.OperationName)
	if op == nil || (op.Operation != ast.Query && op.Operation != ast.Mutation) {
		return nil, nil, fail("", "No operation named %q", q.OperationName)
	}
	vars := map[string]any{}
	for _, v := range op.VariableDefinitions {
		value, given := q.Variables[v.Variable]
		if !given && v.DefaultValue != nil {
			value, err = v.DefaultValue.Value(nil)
			given = err == nil
		}
		if v.Type.NonNull && value == nil {
			return nil, nil, fail("INVALID_VARIABLE", "Variable $%s of type %s was provided invalid value", v.Variable, v.Type)
		}
		if given {
			vars[v.Variable] = value
		}
	}
	return op, &executor{ctx: ctx, fragments: document.Fragments, vars: vars}, nil
}

// topErrors returns the errors of an answer.
func topErrors(err error) []map[string]any {
	var f failure
	if !errors.As(err, &f) {
		f = failure{code: "INTERNAL_SERVER_ERROR", message: "Internal error. Looks like something went wrong on our end."}
	}
	e := map[string]any{"message": f.message}
	if f.code != "" {
		e["extensions"] = map[string]any{"code": f.code}
	}
	return []map[string]any{e}
}

// shape makes injected faults look like Shopify's.
type shape struct{ options wire.Options }

// Throttled answers 429, as Shopify's gateway does before GraphQL is reached.
func (s shape) Throttled(w http.ResponseWriter, _ *http.Request) {
	head(w, s.options)
	w.Header().Set("Retry-After", strconv.FormatFloat(2/s.options.Speed, 'f', -1, 64))
	wire.WriteJSON(w, http.StatusTooManyRequests, map[string]any{"errors": topErrors(fail("THROTTLED", "Throttled"))})
}

// Unavailable answers 503.
func (s shape) Unavailable(w http.ResponseWriter, _ *http.Request) {
	s.page(w, http.StatusServiceUnavailable)
}

// Failed answers as Shopify does, in turn: GraphQL's internal error with status 200, and a page with 500.
func (s shape) Failed(w http.ResponseWriter, r *http.Request, n int64) {
	if n%2 == 0 || r.URL.Path == tokenPath {
		s.page(w, http.StatusInternalServerError)
		return
	}
	head(w, s.options)
	id := w.Header().Get("X-Request-Id")
	wire.WriteJSON(w, http.StatusOK, map[string]any{"errors": []map[string]any{{
		"message":    "Internal error. Looks like something went wrong on our end.\nRequest ID: " + id + " (include this in support requests).",
		"extensions": map[string]any{"code": "INTERNAL_SERVER_ERROR", "requestId": id},
	}}})
}

// page answers with a page for people.
func (s shape) page(w http.ResponseWriter, status int) {
	head(w, s.options)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<!DOCTYPE html><title>"+http.StatusText(status)+"</title><h1>There was a problem loading this shop</h1>")
}

// tokenOperation is the name of the token endpoint in the injector.
const tokenOperation = "token"

// operations are the names of the operations that Towpath sends: in GraphQL the caller names them. A test holds the list to the
// adapter's documents.
var operations = []string{
	"access", "cancelState", "collections", "collectionsByID", "firstCollection", "firstFulfillmentOrder", "firstOrder", "firstVariant", "fulfillmentCreate",
	"fulfillmentLines", "fulfillmentOrderLines", "fulfillmentOrderMove", "fulfillmentOrders", "fulfillmentTrackingInfoUpdate", "fulfillments", "inventorySetQuantities", "locations", "order", "orderCancel", "orderIDs", "orderLines", "orders", "product",
	"productOperation", "productSet", "productUpdate", "productVariants", "productsOfSKUs", "returns", "shop", "shopSettings", tokenOperation, "variantsOfProduct",
	"variantsToEnd",
}

// Operations returns the names of all operations that Towpath sends.
func (s shape) Operations() []string { return operations }

// Operation returns the operation's name, or none.
func (s shape) Operation(r *http.Request) string {
	if r.URL.Path == tokenPath {
		return tokenOperation
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, wire.MaxBody+1))
	r.Body = io.NopCloser(bytes.NewReader(body))
	var q struct {
		OperationName string `json:"operationName"`
	}
	if err != nil || json.Unmarshal(body, &q) != nil {
		return ""
	}
	return q.OperationName
}
