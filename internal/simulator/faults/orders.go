package faults

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// The order faults: what a marketplace does to an order, as sellers report it (the sources are with each). Their rates are
// probabilities per order, drawn when it is placed; an order has one at most, and keeps it, whatever the rates are later.
const (
	Unfulfil           Kind = "unfulfil"             // eBay's "mark as not shipped", Shopify's fulfillmentCancel; frappe/ecommerce_integrations#225
	Reopen             Kind = "reopen"               // units that were removed are in the order again (Shopify's order editing); umbraco/Umbraco.Commerce.Issues#196
	CancelWithoutLines Kind = "cancel-without-lines" // a pending order of Amazon has no items once it is cancelled
	LineGone           Kind = "line-gone"            //
	MovedLine          Kind = "moved-line"           // eBay gives an order another id when it is paid, also for several paid together
	SKUChanged         Kind = "sku-changed"          // eBay shows the custom label that the listing has now
	Refunded           Kind = "refunded"             // REFUNDED and UNFULFILLED: airhorns/shopify-draft-proxy, recorded 2025-01
	UnknownStatus      Kind = "unknown-status"       //
	BuyerCancels       Kind = "buyer-cancels"        // jlevers/selling-partner-api#414
	ServiceShips       Kind = "service-ships"        // microsoft/BCApps#5633
	Incomplete         Kind = "incomplete"           // recorded 2026-04, airhorns/shopify-draft-proxy
	NoShipping         Kind = "no-shipping"          // microsoft/BCApps#6811
	OtherSite          Kind = "other-site"           // public dumps of getOrders
	PreOrder           Kind = "pre-order"            // SCHEDULED fulfillment orders, PREORDER orders: the published schemas
	AddressChanged     Kind = "address-changed"      // the merchant's staff changes it (orderUpdate)
	UnitsAdded         Kind = "units-added"          // Shopify's order editing
)

// ofOrders is a fault of orders.
type ofOrders struct {
	kind     Kind
	effect   string
	channels []channel.Kind
}

// orderFaults are the order faults in the order in which they are drawn, with their effects, and the channels that do this.
var orderFaults = []ofOrders{
	{Unfulfil, "a shipped order is shown as not shipped, a while later", []channel.Kind{channel.EBay, channel.Shopify}},
	{Reopen, "an order is cancelled, and open again a while later", []channel.Kind{channel.Shopify}},
	{CancelWithoutLines, "an unpaid order is cancelled, and shown without its lines", []channel.Kind{channel.Amazon}},
	{LineGone, "a line of an unpaid order is not shown any more", []channel.Kind{channel.Amazon, channel.EBay}},
	{MovedLine, "the lines of an unpaid order are in another, paid order", []channel.Kind{channel.EBay}},
	{SKUChanged, "a line of an unpaid order gets another SKU", []channel.Kind{channel.EBay}},
	{Refunded, "all of an order's money is refunded, and it is not cancelled", []channel.Kind{channel.EBay, channel.Shopify}},
	{UnknownStatus, "an order has a status that nobody knows", []channel.Kind{channel.Amazon, channel.EBay, channel.Shopify}},
	{BuyerCancels, "the buyer asks for an order's cancellation", []channel.Kind{channel.Amazon, channel.EBay}},
	{ServiceShips, "a fulfilment service ships the order's first line", []channel.Kind{channel.Shopify}},
	{Incomplete, "an open order's fulfillment order is INCOMPLETE, and may be shipped", []channel.Kind{channel.Shopify}},
	{NoShipping, "an order has a tip on it", []channel.Kind{channel.Shopify}},
	{OtherSite, "an order's lines are listed on another site than the account's", []channel.Kind{channel.EBay}},
	{PreOrder, "an order is not to be shipped before a later date", []channel.Kind{channel.Amazon, channel.Shopify}},
	{AddressChanged, "an order goes to another address, a while later; half of them when a part of it has left", []channel.Kind{channel.Shopify}},
	{UnitsAdded, "an order gets one more unit, a while later; half of them when a part of it has left", []channel.Kind{channel.Shopify}},
}

// UndocumentedStatus is the status that nobody knows, on every channel.
const UndocumentedStatus = "UNDER_REVIEW"

// OrderFaults returns all order faults.
func OrderFaults() (all []Kind) {
	for _, f := range orderFaults {
		all = append(all, f.kind)
	}
	return all
}

// orderFault returns an order fault; nil for another kind.
func orderFault(k Kind) *ofOrders {
	for i := range orderFaults {
		if orderFaults[i].kind == k {
			return &orderFaults[i]
		}
	}
	return nil
}

// withOrder returns r with another probability of an order fault.
func (r Rates) withOrder(k Kind, p float64) Rates {
	r.Orders = maps.Clone(r.Orders)
	if delete(r.Orders, k); p != 0 {
		if r.Orders == nil {
			r.Orders = map[Kind]float64{}
		}
		r.Orders[k] = p
	}
	if len(r.Orders) == 0 {
		r.Orders = nil
	}
	return r
}

// checkOrders returns an error for invalid probabilities of order faults.
func (r Rates) checkOrders() error {
	for k, p := range r.Orders {
		if orderFault(k) == nil {
			return fmt.Errorf("%w: %q", ErrKind, k)
		}
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("fault rate %s is %v: give a probability from 0 to 1", k, p)
		}
	}
	for _, c := range channel.Kinds() {
		sum := 0.0
		for _, p := range r.For(c).Orders {
			sum += p
		}
		if sum > 1+1e-9 {
			return fmt.Errorf("the rates of order faults add up to %.4g on %s: they may not exceed 1", sum, c)
		}
	}
	return nil
}

// OrderFault returns the order fault that an order of the channel gets, or none. Equal seeds, rates and orders give equal faults, in
// whatever order they are placed. A nil Injector has none.
func (i *Injector) OrderFault(c channel.Kind, order string) Kind {
	if i == nil {
		return ""
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d/order/%s", i.seed, order)
	mixed := h.Sum64()
	mixed ^= mixed >> 33
	mixed *= 0xff51afd7ed558ccd // FNV's high bits hardly depend on the last characters
	drawn := float64((mixed^mixed>>33)>>11) / math.Exp2(53)
	for _, f := range orderFaults {
		if !slices.Contains(f.channels, c) {
			continue
		}
		if drawn < i.rates.Orders[f.kind] {
			return f.kind
		}
		drawn -= i.rates.Orders[f.kind]
	}
	return ""
}

// Struck counts an order fault that has happened.
func (i *Injector) Struck(k Kind) {
	if i == nil {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.counts[k]++
}
