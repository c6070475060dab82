package buyers

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Together is an order that goes to the same buyer's address as another one, from the same location.
type Together struct {
	RowID     int64  `json:"rowId"`
	Account   string `json:"account"`
	Reference string `json:"reference"`
}

// mostTogether limits the orders that are named beside one: a parcel shop has thousands.
const mostTogether = 20

// together joins an order o, its buyer b, and the buyer c of another order x that goes to the same address from the same location and waits to
// be packed, too.
var together = `JOIN buyers c ON c.address_hash = b.address_hash AND c.address_hash <> '' AND c.order_id <> b.order_id
	JOIN orders x ON x.id = c.order_id AND x.location = o.location AND x.state IN ` + db.Words(order.States(), order.State.ToBePacked)

// SharedAddress is true of an order o that waits to be packed and is not the only one for its address.
var SharedAddress = `o.state IN ` + db.Words(order.States(), order.State.ToBePacked) + ` AND EXISTS (SELECT 1 FROM buyers b ` + together + `
	WHERE b.order_id = o.id AND b.address_hash <> '')`

// Together returns, by the rows of orders, which others wait to be packed for the same address at the same location, the oldest first. Only
// keyed hashes are compared.
func (s *Store) Together(ctx context.Context, orders []int64) (map[int64][]Together, error) {
	out := map[int64][]Together{}
	if len(orders) == 0 {
		return out, nil
	}
	err := s.Read(ctx, `WITH found AS (SELECT o.id, x.id AS other, x.account, x.reference, ROW_NUMBER() OVER (PARTITION BY o.id ORDER BY x.id) AS nth
			FROM {{rows 1}} CROSS JOIN orders o JOIN buyers b ON b.order_id = o.id `+together+`
			WHERE o.id = r.value AND b.address_hash <> '' AND o.state IN `+db.Words(order.States(), order.State.ToBePacked)+`)
		SELECT id, other, account, reference FROM found WHERE nth <= $2 ORDER BY id, nth`, func(rows *sql.Rows) error {
		var id int64
		var t Together
		err := rows.Scan(&id, &t.RowID, &t.Account, &t.Reference)
		out[id] = append(out[id], t)
		return err
	}, db.IDs(orders), mostTogether)
	if err != nil {
		return nil, fmt.Errorf("find orders for the same address: %w", err)
	}
	return out, nil
}
