package orders

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
)

// readPacked reads what later versions of orders are compared with: their packages, and the addresses, as keyed hashes.
func (p *pageSave) readPacked(ctx context.Context) error {
	rows := p.intake.WithPackages()
	if len(rows) == 0 {
		return nil
	}
	p.intake.Packed, p.intake.Went = map[int64][]order.Packed{}, map[int64]order.Went{}
	for _, a := range p.intake.Arrivals {
		id := a.Order.RowID
		if b := p.buyers[id]; b != nil && !b.Forgotten && a.Shown.Buyer != nil {
			p.intake.Went[id] = order.Went{Shown: buyers.AddressHash(p.sealer, *a.Shown.Buyer), Before: b.Address}
		}
	}
	return p.Query(ctx, `SELECT p.order_id, p.package_id, p.number, p.address_hash, p.processed_at FROM {{rows 1}} CROSS JOIN packages p
		WHERE p.order_id = r.value AND p.state IN `+db.Words(shipment.States(), shipment.State.Deducted)+`
		ORDER BY p.order_id, p.number`, func(rows *sql.Rows) error {
		var id int64
		var k order.Packed
		err := rows.Scan(&id, &k.ID, &k.Number, &k.Address, &k.At)
		p.intake.Packed[id] = append(p.intake.Packed[id], k)
		return err
	}, db.IDs(rows))
}
