package packages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/packing"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/orders"
)

// OrdersNamed returns every order whose reference or channel order id is among the names, with its lines and packages, in three
// statements. An empty account means every account.
func (s *Store) OrdersNamed(ctx context.Context, names []string, account string) ([]*packing.Order, error) {
	out, err := s.ordersNamed(ctx, names, account)
	if err != nil {
		return nil, fmt.Errorf("find %d orders by name: %w", len(names), err)
	}
	return out, nil
}

func (s *Store) ordersNamed(ctx context.Context, names []string, account string) ([]*packing.Order, error) {
	var out []*packing.Order
	byRow := map[int64]*packing.Order{}
	err := s.Read(ctx, `WITH named AS (
			SELECT o.id FROM {{rows 1}} CROSS JOIN orders o WHERE o.reference = r.value
			UNION SELECT o.id FROM {{rows 1}} CROSS JOIN orders o WHERE o.channel_order_id = r.value)
		SELECT o.id, o.account, o.channel_order_id, o.reference, o.state, o.reason,
			o.paid, a.process_at, a.observing, o.placed_at, o.holds, o.allowed, o.routed, o.not_before
		FROM named n JOIN orders o ON o.id = n.id JOIN accounts a ON a.id = o.account
		WHERE CAST($2 AS TEXT) = '' OR o.account = CAST($2 AS TEXT) ORDER BY o.id`, func(rows *sql.Rows) error {
		o := &packing.Order{}
		err := rows.Scan(&o.RowID, &o.Account, &o.ID, &o.Reference, &o.State, &o.Reason, &o.Paid, &o.ProcessAt, &o.Observing, &o.PlacedAt, &o.Holds, &o.Allowed, &o.Routed, &o.NotBefore)
		out, byRow[o.RowID] = append(out, o), o
		return err
	}, db.Texts(names), account)
	if err != nil || len(out) == 0 {
		return out, err
	}
	rowIDs := make([]int64, len(out))
	for i, o := range out {
		rowIDs[i] = o.RowID
	}
	list := db.IDs(rowIDs)
	if err := s.namedLines(ctx, list, byRow); err != nil {
		return nil, err
	}
	return out, s.namedPackages(ctx, list, byRow)
}

func (s *Store) namedLines(ctx context.Context, list *db.RowTable, byRow map[int64]*packing.Order) error {
	var found ledger.LineScan
	err := s.Read(ctx, `SELECT `+ledger.LineColumns+`, 0, `+ledger.PartColumns+` FROM {{rows 1}} CROSS JOIN order_lines l
			LEFT JOIN order_line_parts q ON q.order_id = l.order_id AND q.line_id = l.line_id
		WHERE l.order_id = r.value AND l.booked = 1 ORDER BY l.order_id, l.position, l.line_id, q.part`, found.Scan, list)
	for _, l := range found.Lines {
		o := byRow[l.OrderID]
		o.Lines = append(o.Lines, l)
	}
	return err
}

func (s *Store) namedPackages(ctx context.Context, list *db.RowTable, byRow map[int64]*packing.Order) error {
	var found orders.PackageScan
	err := s.Read(ctx, `SELECT `+orders.PackageColumns+` FROM {{rows 1}} CROSS JOIN `+orders.FromPackages+`
		WHERE p.order_id = r.value ORDER BY p.order_id, p.number, l.line_id`, found.Scan, list)
	for id, packages := range found.ByOrder {
		byRow[id].Packages = packages
	}
	return err
}

// TrackingUsed returns the orders that have packages with these tracking numbers, exactly or as packing.Number normalises them:
// by number, "account channel-order-id".
func (s *Store) TrackingUsed(ctx context.Context, numbers []string) (map[string][]string, error) {
	out := map[string][]string{}
	err := s.Read(ctx, `SELECT DISTINCT p.tracking, o.account, o.channel_order_id
		FROM {{rows 1}} CROSS JOIN packages p JOIN orders o ON o.id = p.order_id
		WHERE p.tracking = r.value AND p.state IN `+db.Words(shipment.States(), shipment.State.Deducted)+`
		ORDER BY o.account, o.channel_order_id`, func(rows *sql.Rows) error {
		var tracking, account, id string
		err := rows.Scan(&tracking, &account, &id)
		number := packing.Number(tracking)
		out[number] = append(out[number], account+" "+id)
		return err
	}, db.Texts(numbers))
	if err != nil {
		return nil, fmt.Errorf("look for %d tracking numbers: %w", len(numbers), err)
	}
	return out, nil
}

// States returns the states of all packages of orders, by the order's row and the package's id.
func (s *Store) States(ctx context.Context, orderRows []int64) (map[int64]map[string]shipment.State, error) {
	out := map[int64]map[string]shipment.State{}
	err := s.Read(ctx, `SELECT p.order_id, p.package_id, `+sending+` FROM {{rows 1}} CROSS JOIN packages p WHERE p.order_id = r.value`, func(rows *sql.Rows) error {
		var row int64
		var id string
		var state shipment.State
		if err := rows.Scan(&row, &id, &state); err != nil {
			return err
		}
		if out[row] == nil {
			out[row] = map[string]shipment.State{}
		}
		out[row][id] = state
		return nil
	}, db.IDs(orderRows))
	if err != nil {
		return nil, fmt.Errorf("read the packages of %d orders: %w", len(orderRows), err)
	}
	return out, nil
}

// PackageState returns the state of a package and why it was refused, if it was; ErrNotFound when the order has no package with
// the id.
func (s *Store) PackageState(ctx context.Context, rowID int64, packageID string) (state shipment.State, refusal string, err error) {
	err = s.Read(ctx, `SELECT p.state, p.refusal FROM packages p WHERE p.order_id = $1 AND p.package_id = $2`, func(rows *sql.Rows) error {
		return rows.Scan(&state, &refusal)
	}, rowID, packageID)
	if err == nil && state == "" {
		err = db.ErrNotFound
	}
	if err != nil {
		return "", "", fmt.Errorf("package %q of order %d: %w", packageID, rowID, err)
	}
	return state, refusal, nil
}

// CancellationState reports whether a cancellation was applied, and why it was refused, if it was; ErrNotFound when the order has
// none with the id.
func (s *Store) CancellationState(ctx context.Context, rowID int64, cancelID string) (applied bool, refusal string, err error) {
	found := false
	err = s.Read(ctx, `SELECT c.applied_at, c.refusal FROM cancellations c
		WHERE c.order_id = $1 AND c.cancel_id = $2`, func(rows *sql.Rows) error {
		var appliedAt int64
		err := rows.Scan(&appliedAt, &refusal)
		found, applied = true, appliedAt != 0
		return err
	}, rowID, cancelID)
	if err == nil && !found {
		err = db.ErrNotFound
	}
	if err != nil {
		return false, "", fmt.Errorf("cancellation %q of order %d: %w", cancelID, rowID, err)
	}
	return applied, refusal, nil
}

// ReadyOrder is an order that the warehouse can pack: every open unit reserved.
type ReadyOrder struct {
	Key       message.OrderKey
	Reference string
	SavedAt   time.Time
	Lines     []order.LineQuantity // reserved units
	Places    map[string]string    // by line id: the location that they are at
}

// ReadyOrders returns orders after afterRowID that can be packed: paid or accepted unpaid, first saved before savedBefore, with
// every open unit reserved.
func (s *Store) ReadyOrders(ctx context.Context, savedBefore time.Time, afterRowID int64, limit int) ([]ReadyOrder, error) {
	var out []ReadyOrder
	err := s.Read(ctx, `WITH ready AS (SELECT o.id `+toBePacked+` AND o.id > $2 AND o.saved_at < $1 AND `+db.Among(exportFacts, 4)+`
			ORDER BY o.id LIMIT $3)
		SELECT o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, o.saved_at, l.line_id, l.reserved, l.location
		FROM ready k JOIN orders o ON o.id = k.id JOIN accounts a ON a.id = o.account
			JOIN order_lines l ON l.order_id = o.id AND l.reserved > 0
		ORDER BY o.id, l.position, l.line_id`, func(rows *sql.Rows) error {
		var r ReadyOrder
		var saved int64
		var q order.LineQuantity
		var place string
		k := &r.Key
		if err := rows.Scan(&k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &r.Reference, &saved, &q.LineID, &q.Quantity, &place); err != nil {
			return err
		}
		r.SavedAt = db.At(saved)
		if len(out) == 0 || out[len(out)-1].Key.RowID != k.RowID {
			r.Places = map[string]string{}
			out = append(out, r)
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, q)
		last.Places[q.LineID] = place
		return nil
	}, savedBefore.UnixMicro(), afterRowID, db.Limited(limit), exportsFor(order.Export.Packable))
	if err != nil {
		return nil, fmt.Errorf("list ready orders: %w", err)
	}
	return out, nil
}
