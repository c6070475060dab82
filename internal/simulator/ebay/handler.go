// Package ebay serves a simulated marketplace in the format of eBay's Sell APIs: the token endpoint, orders and
// shipping fulfillments (sell_fulfillment_v1), quantities, inventory items, groups, offers and publishing
// (sell_inventory_v1), and for the requirements of listings a small category tree (commerce_taxonomy_v1), conditions
// (sell_metadata_v1) and the seller's policies (sell_account_v1), and cancellations (Post-Order API). Answers, but of the last, validate against eBay's published OpenAPI
// documents; rules that these contain only as prose are enforced too.
package ebay

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// Paths of eBay's APIs.
const (
	fulfilment = "/sell/fulfillment/v1"
	inventory  = "/sell/inventory/v1"
	taxonomy   = "/commerce/taxonomy/v1"
	metadata   = "/sell/metadata/v1"
	account    = "/sell/account/v1"
)

// The operations, by eBay's names; "token" is the token endpoint.
const (
	opToken       = "token"
	opOrders      = "getOrders"
	opOrder       = "getOrder"
	opShip        = "createShippingFulfillment"
	opFulfilments = "getShippingFulfillments"
	opLevels      = "bulkUpdatePriceQuantity"
	opItem        = "getInventoryItem"
	opItems       = "getInventoryItems"
	opReadItems   = "bulkGetInventoryItem"
	opSaveItems   = "bulkCreateOrReplaceInventoryItem"
	opReadGroup   = "getInventoryItemGroup"
	opSaveGroup   = "createOrReplaceInventoryItemGroup"
	opOffers      = "getOffers"
	opCreate      = "createOffer"
	opCreateMany  = "bulkCreateOffer"
	opUpdate      = "updateOffer"
	opPublish     = "publishOffer"
	opPublishMany = "bulkPublishOffer"
	opWithdraw    = "withdrawOffer"
	opLocations   = "getInventoryLocations"
	opMigrate     = "bulkMigrateListing"
	opTree        = "getDefaultCategoryTreeId"
	opAspects     = "getItemAspectsForCategory"
	opConditions  = "getItemConditionPolicies"
	opShipping    = "getFulfillmentPolicies"
	opPayment     = "getPaymentPolicies"
	opReturns     = "getReturnPolicies"

	opPublishGroup  = "publishOfferByInventoryItemGroup"
	opWithdrawGroup = "withdrawOfferByInventoryItemGroup"
)

// eBay's published budgets, which count a whole API's calls per day: 100,000 for orders, 2,000,000 for inventory,
// 5,000 for category requirements, 25,000 for policies. A real day's budget may be used at once; the marketplace
// spreads it evenly and lets a twentieth be saved up, so that the limits matter in tests shorter than a day.
const day = 24 * 60 * 60

var plans = map[string]wire.Plan{
	fulfilment: {Rate: 100_000.0 / day, Burst: 5_000},
	inventory:  {Rate: 2_000_000.0 / day, Burst: 100_000},
	taxonomy:   {Rate: 5_000.0 / day, Burst: 250},
	metadata:   {Rate: 5_000.0 / day, Burst: 250},
	account:    {Rate: 25_000.0 / day, Burst: 1_250},
	postOrder:  {Rate: 5_000.0 / day, Burst: 250}, // not published
}

// server serves one marketplace.
type server struct {
	market  market.Seller
	options wire.Options
	tokens  *tokens
	limiter *wire.Limiter
	mux     *http.ServeMux
	names   map[string]string // operation by mux pattern

	revisions *revisions
	pages     pages
	writing   sync.Mutex // held while inventory is read and written

	cancelling sync.Mutex // held while an order is cancelled
}

// Handler returns a handler that serves the marketplace in eBay's format.
func Handler(m market.Seller, o wire.Options) http.Handler {
	o = o.Defaults()
	s := &server{
		market: m, options: o, tokens: newTokens(o), limiter: wire.NewLimiter(o, plans),
		mux: http.NewServeMux(), names: map[string]string{}, revisions: newRevisions(o),
	}
	s.route(opToken, "POST "+tokenPath, "", s.grant)
	s.route(opOrders, "GET "+fulfilment+"/order", fulfilment, s.orders)
	s.route(opOrder, "GET "+fulfilment+"/order/{orderId}", fulfilment, s.order)
	s.route(opFulfilments, "GET "+fulfilment+"/order/{orderId}/shipping_fulfillment", fulfilment, s.fulfilments)
	s.route(opShip, "POST "+fulfilment+"/order/{orderId}/shipping_fulfillment", fulfilment, s.ship)
	s.route(opLevels, "POST "+inventory+"/bulk_update_price_quantity", inventory, s.setLevels)
	s.route(opCancel, "POST "+postOrder+"/cancellation", postOrder, s.createCancellation)
	s.route(opCancelRead, "GET "+postOrder+"/cancellation/{cancelId}", postOrder, s.getCancellation)
	s.route(opApprove, "POST "+postOrder+"/cancellation/{cancelId}/approve", postOrder, s.approve)
	s.route(opReject, "POST "+postOrder+"/cancellation/{cancelId}/reject", postOrder, s.reject)
	s.routeListings()
	s.routeRules()
	return o.Injector.Wrap(shape{s}, http.HandlerFunc(s.serve))
}

func (s *server) routeListings() {
	for _, r := range []struct {
		operation, method, path string
		handle                  http.HandlerFunc
	}{
		{opItems, "GET", "/inventory_item", s.items},
		{opItem, "GET", "/inventory_item/{sku}", s.item},
		{opReadItems, "POST", "/bulk_get_inventory_item", s.readItems},
		{opSaveItems, "POST", "/bulk_create_or_replace_inventory_item", s.saveItems},
		{opReadGroup, "GET", "/inventory_item_group/{key}", s.readGroup},
		{opSaveGroup, "PUT", "/inventory_item_group/{key}", s.saveGroup},
		{opOffers, "GET", "/offer", s.offers},
		{opCreate, "POST", "/offer", s.createOffer},
		{opCreateMany, "POST", "/bulk_create_offer", s.createOffers},
		{opUpdate, "PUT", "/offer/{offerId}", s.updateOffer},
		{opPublish, "POST", "/offer/{offerId}/publish", s.publish},
		{opPublishMany, "POST", "/bulk_publish_offer", s.publishMany},
		{opWithdraw, "POST", "/offer/{offerId}/withdraw", s.withdraw},
		{opPublishGroup, "POST", "/offer/publish_by_inventory_item_group", s.publishGroup},
		{opWithdrawGroup, "POST", "/offer/withdraw_by_inventory_item_group", s.withdrawGroup},
		{opLocations, "GET", "/location", s.locations},
		{opMigrate, "POST", "/bulk_migrate_listing", s.migrateListings},
	} {
		s.route(r.operation, r.method+" "+inventory+r.path, inventory, r.handle)
	}
}

// routeRules adds the routes for listing requirements.
func (s *server) routeRules() {
	s.route(opTree, "GET "+taxonomy+"/get_default_category_tree_id", taxonomy, s.defaultTree)
	s.route(opAspects, "GET "+taxonomy+"/category_tree/{tree}/get_item_aspects_for_category", taxonomy, s.itemAspects)
	s.route(opConditions, "GET "+metadata+"/marketplace/{site}/get_item_condition_policies", metadata, s.conditions)
	for _, p := range []struct{ operation, path, list, id, setting string }{
		{opShipping, "/fulfillment_policy", "fulfillmentPolicies", "fulfillmentPolicyId", "fulfillmentPolicy"},
		{opPayment, "/payment_policy", "paymentPolicies", "paymentPolicyId", "paymentPolicy"},
		{opReturns, "/return_policy", "returnPolicies", "returnPolicyId", "returnPolicy"},
	} {
		s.route(p.operation, "GET "+account+p.path, account, s.policies(p.operation, p.list, p.id, p.setting))
	}
}

// route adds a pattern under an operation's name; with a budget the call also needs a token.
func (s *server) route(operation, pattern, budget string, handle http.HandlerFunc) {
	s.names[pattern] = operation
	if budget == "" {
		s.mux.HandleFunc(pattern, handle)
		return
	}
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if s.revoked(operation) || s.options.Injector.Strikes(faults.TokenExpiry, operation) {
			s.tokens.forget(r)
		}
		if status, refusal := s.tokens.check(r, budget); refusal != nil {
			refuse(w, status, *refusal)
			return
		}
		if !s.limiter.Allow(budget) {
			refuse(w, http.StatusTooManyRequests, errThrottled)
			return
		}
		handle(w, r)
	})
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	identify(w)
	w.Header().Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	s.mux.ServeHTTP(w, r)
}

// identify adds the request ids of eBay's gateway to the answer.
func identify(w http.ResponseWriter) {
	id := strings.ReplaceAll(wire.RequestID(), "-", "")
	w.Header().Set("X-EBAY-C-REQUEST-ID", "ri="+id[:12]+",rci="+id[12:28])
	w.Header().Set("rlogid", "t6"+id)
}

func (s *server) operation(r *http.Request) string {
	_, pattern := s.mux.Handler(r)
	return s.names[pattern]
}

// broken answers with a failure of the marketplace itself.
func (s *server) broken(ctx context.Context, w http.ResponseWriter, e apiError, err error) {
	if ctx.Err() == nil {
		s.options.Logger.Error("ebay marketplace", zap.String("account", s.options.Account), zap.Error(err))
	}
	refuse(w, http.StatusInternalServerError, e)
}

// MarketOptions returns options with ids in eBay's form: orders 12-34567-89012, line items and offers long numbers.
func MarketOptions(account string) market.Options {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(account))
	site := int64(10 + hash.Sum32()%80)
	return market.Options{
		Account: account,
		NewOrderID: func(n int64) string {
			const block = 100_000
			return fmt.Sprintf("%02d-%05d-%05d", site, 10_000+(n/block+n%block*7)%90_000, n%block)
		},
		NewLineID: func(order int64, line int) string {
			return fmt.Sprintf("1%08d%05d", order, line)
		},
		NewListingRef: func(n int64, _ string) string {
			return strconv.FormatInt(site*10_000_000_000+n, 10)
		},
		NewListingID: func(n int64, _ string) string {
			return "3" + tail(strconv.FormatInt(site*10_000_000_000+n, 10), 11)
		},
		Rewritten: rewritten,
	}
}
