package orders

import (
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
)

// packageCounts count an order's packages p by the states that shipment.ProgressOf looks at.
var packageCounts = countOf(shipment.Parked) + `, ` + countOf(shipment.Processed) + `, ` + countOf(shipment.Confirmed)

func countOf(s shipment.State) string {
	return `CAST(SUM(CASE WHEN p.state = '` + string(s) + `' THEN 1 ELSE 0 END) AS BIGINT) AS ` + string(s)
}

// soFar returns the conditions on orders o for shipment.ProgressOf. The packages that are not sent are few and have an index
// (packages_unsent), so they are looked up first.
func soFar(p shipment.Progress) []string {
	unsent := func(s shipment.State) string {
		return `(SELECT p.order_id FROM packages p WHERE p.state IN ('processed', 'parked') AND p.state = '` + string(s) + `')`
	}
	notOf := func(s shipment.State) string {
		return `NOT EXISTS (SELECT 1 FROM packages p WHERE p.order_id = o.id AND p.state = '` + string(s) + `')`
	}
	sent := `EXISTS (SELECT 1 FROM packages p WHERE p.order_id = o.id AND p.state = '` + string(shipment.Confirmed) + `')`
	switch p {
	case shipment.RequiresSync:
		return []string{`o.id IN ` + unsent(shipment.Parked)}
	case shipment.FulfillmentPending:
		return []string{`o.id IN ` + unsent(shipment.Processed), notOf(shipment.Parked)}
	}
	open := `EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.reserved + l.backordered + l.unlinked > 0)`
	if p == shipment.PartiallyFulfilled {
		// Some units are in packages, others open: the state has an index, and few orders have it.
		return []string{`o.state = '` + string(order.Processing) + `'`, sent, notOf(shipment.Parked), notOf(shipment.Processed), open}
	}
	return []string{sent, notOf(shipment.Parked), notOf(shipment.Processed), `NOT ` + open}
}

// waits reports whether the packages of an order that are so far wait for something: few orders have such, and an index finds them.
func waits(p shipment.Progress) bool { return p != "" && p != shipment.Prepared }
