// Package amazon is a simulated marketplace that speaks the Selling Partner API's wire format: the token endpoint,
// orders 2026-01-01, listings items 2021-08-01, product type definitions 2020-09-01, feeds 2021-06-30, the report of all orders (reports 2021-06-30), shipment confirmation v0 and
// sellers v1, with the published rate limits and error shapes. Tokens live in memory only: a restart makes them expire.
package amazon

import (
	"net/http"
	"strconv"
	"sync"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// plans are the published usage plans: calls per second and burst.
var plans = map[string]wire.Plan{
	"getMarketplaceParticipations":  {Rate: 0.016, Burst: 15},
	"searchOrders":                  {Rate: 0.0056, Burst: 20},
	"getOrder":                      {Rate: 0.5, Burst: 30},
	"confirmShipment":               {Rate: 2, Burst: 10},
	"searchListingsItems":           {Rate: 5, Burst: 5},
	"getListingsItem":               {Rate: 5, Burst: 10},
	"putListingsItem":               {Rate: 5, Burst: 10},
	"patchListingsItem":             {Rate: 5, Burst: 5},
	"deleteListingsItem":            {Rate: 5, Burst: 5},
	"createFeedDocument":            {Rate: 0.5, Burst: 15},
	"createFeed":                    {Rate: 0.0083, Burst: 15},
	"getFeeds":                      {Rate: 0.0222, Burst: 10},
	"getFeed":                       {Rate: 2, Burst: 15},
	"getFeedDocument":               {Rate: 0.0222, Burst: 10},
	opCreateReport:                  {Rate: 0.0167, Burst: 15},
	"getReport":                     {Rate: 2, Burst: 15},
	"getReportDocument":             {Rate: 0.0167, Burst: 15},
	"searchDefinitionsProductTypes": {Rate: 5, Burst: 10},
	opDefinition:                    {Rate: 5, Burst: 10},
}

// server is one marketplace's seller API.
type server struct {
	market  market.Seller
	options wire.Options
	limits  *wire.Limiter
	tokens  *tokens
	secret  []byte // signs the document store's URLs
	library *library

	feeding   sync.Mutex // feeds are worked off one at a time
	numbering sync.Mutex // guards the two below
	lastFeed  int64      // the highest feed id given out
	rejected  int        // feeds that a handler fault has rejected
}

// route is one operation: its published id, pattern and handler.
type route struct {
	operation, pattern string
	serve              func(w http.ResponseWriter, r *http.Request)
	open               bool // needs no access token: the token endpoint and presigned URLs
}

func (s *server) routes() []route {
	return []route{
		{opToken, "POST /auth/o2/token", s.token, true},
		{"getMarketplaceParticipations", "GET /sellers/v1/marketplaceParticipations", s.participations, false},
		{opSearchOrders, "GET /orders/2026-01-01/orders", s.searchOrders, false},
		{"getOrder", "GET /orders/2026-01-01/orders/{orderId}", s.getOrder, false},
		{"confirmShipment", "POST /orders/v0/orders/{orderId}/shipmentConfirmation", s.confirmShipment, false},
		{opSearchListings, "GET /listings/2021-08-01/items/{sellerId}", s.searchListings, false},
		{opGet, "GET /listings/2021-08-01/items/{sellerId}/{sku}", s.getListing, false},
		{opPut, "PUT /listings/2021-08-01/items/{sellerId}/{sku}", s.putListing, false},
		{opPatch, "PATCH /listings/2021-08-01/items/{sellerId}/{sku}", s.patchListing, false},
		{opDelete, "DELETE /listings/2021-08-01/items/{sellerId}/{sku}", s.deleteListing, false},
		{"searchDefinitionsProductTypes", "GET /definitions/2020-09-01/productTypes", s.searchTypes, false},
		{opDefinition, "GET /definitions/2020-09-01/productTypes/{productType}", s.getDefinition, false},
		{"createFeedDocument", "POST /feeds/2021-06-30/documents", s.createDocument, false},
		{"getFeedDocument", "GET /feeds/2021-06-30/documents/{documentId}", s.getDocument, false},
		{opCreateFeed, "POST /feeds/2021-06-30/feeds", s.createFeed, false},
		{"getFeeds", "GET /feeds/2021-06-30/feeds", s.getFeeds, false},
		{"getFeed", "GET /feeds/2021-06-30/feeds/{feedId}", s.getFeed, false},
		{opCreateReport, "POST /reports/2021-06-30/reports", s.createReport, false},
		{"getReport", "GET /reports/2021-06-30/reports/{reportId}", s.getReport, false},
		{"getReportDocument", "GET /reports/2021-06-30/documents/{documentId}", s.getReportDocument, false},
		{"uploadFeedDocument", "PUT /_documents/{documentId}", s.upload, true},
		{"downloadFeedReport", "GET /_documents/{documentId}", s.download, true},
	}
}

// Handler returns a handler that serves the marketplace to its seller. Faults are injected by operation: the
// published operation ids, and token, uploadFeedDocument and downloadFeedReport.
func Handler(m market.Seller, o wire.Options) http.Handler {
	o = o.Defaults()
	s := &server{market: m, options: o, limits: wire.NewLimiter(o, plans), tokens: newTokens(o), secret: newSecret()}
	s.library = libraryOf(o.Marketplace, s.place(), o.Definitions)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "NotFound", "The specified resource does not exist.")
	})
	operations := map[string]string{}
	for _, r := range s.routes() {
		mux.Handle(r.pattern, s.guard(r))
		operations[r.pattern] = r.operation
	}
	return o.Injector.Wrap(shape{mux: mux, operations: operations}, identified(mux))
}

// identified adds a request id to every answer.
func identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(requestIDHeader, wire.RequestID())
		next.ServeHTTP(w, r)
	})
}

// guard allows calls with a valid token and budget left.
func (s *server) guard(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if complaint := s.denied(r, req); complaint != "" {
			refuse(w, http.StatusForbidden, "Unauthorized", "Access to requested resource is denied.", complaint)
			return
		}
		if !s.limits.Allow(r.operation) {
			throttled(w)
			return
		}
		if plan, ok := plans[r.operation]; ok {
			w.Header().Set("x-amzn-RateLimit-Limit", strconv.FormatFloat(plan.Rate*s.options.Speed, 'f', -1, 64))
		}
		r.serve(w, req)
	})
}

// denied returns what is wrong with a call's access token.
func (s *server) denied(r route, req *http.Request) (complaint string) {
	if r.open {
		return ""
	}
	token := req.Header.Get("x-amz-access-token")
	if s.options.Injector.Strikes(faults.TokenExpiry, r.operation) {
		s.tokens.end(token)
	}
	switch {
	case s.options.Injector.Strikes(faults.RevokedGrant, r.operation):
		return "The access token you provided is revoked, malformed or invalid."
	case !s.tokens.alive(token):
		return "The access token you provided has expired."
	}
	return ""
}

// failed answers that the marketplace itself failed.
func (s *server) failed(w http.ResponseWriter, what string, err error) {
	s.options.Logger.Error("simulated Amazon cannot "+what, zap.String("account", s.options.Account), zap.Error(err))
	failure(w)
}
