package order_test

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/order/ordertest"
	"github.com/towpath/towpath/internal/shipment"
)

// compare gives the rules the packages of the page's orders, and where they go.
func (m *memory) compare(in *order.Intake) {
	in.Packed, in.Went = map[int64][]order.Packed{}, map[int64]order.Went{}
	withPackages := in.WithPackages()
	for _, a := range in.Arrivals {
		id := a.Order.RowID
		if !slices.Contains(withPackages, id) {
			continue
		}
		r := m.record(id)
		if r.buyer != nil && a.Shown.Buyer != nil {
			in.Went[id] = order.Went{Shown: addressOf(a.Shown.Buyer), Before: r.buyer.Address}
		}
		for _, k := range r.packages {
			if k.State.Deducted() {
				in.Packed[id] = append(in.Packed[id], order.Packed{ID: k.ID, Number: k.Number, Address: r.goes[k.ID], At: epoch.UnixMicro()})
			}
		}
	}
}

func (m *memory) Pass(t *ordertest.T, moment time.Time) {
	for _, r := range m.records {
		m.changeRecord(t, r, func(o *order.Order, _ ledger, _ *shipment.Unsent) string {
			if !o.ReleaseNotYet(moment.UnixMicro()) {
				return "it is not due"
			}
			return ""
		})
	}
}
