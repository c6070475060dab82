package incidents

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Parked is something that waits for a person.
type Parked struct {
	WorkflowID string           `json:"workflowId"`
	Account    string           `json:"account"`
	Endpoint   channel.Endpoint `json:"endpoint,omitempty"` // the account's; empty on what is to be saved
	OrderRow   int64            `json:"orderRow,omitempty"` // the order's row; 0: it belongs to no order
	Reference  string           `json:"reference"`          // the order's; on what is to be saved, the channel's id of it
	OrderID    string           `json:"orderId,omitempty"`  // the channel's id of the order; empty on what is to be saved
	Package    string           `json:"package,omitempty"`
	Since      time.Time        `json:"since"`
	Fault      *channel.Fault   `json:"fault,omitempty"`
	Reason     string           `json:"reason,omitempty"`
}

// Park records that a workflow waits for a person. Of a package, packages.Store.Park does.
func (s *Store) Park(ctx context.Context, p Parked) error {
	return s.Write(ctx, "park "+p.WorkflowID, func(ctx context.Context, t *db.Tx) error { return SaveParked(ctx, t, p) })
}

// SaveParked saves that a workflow waits for a person, in the transaction of what made it wait.
func SaveParked(ctx context.Context, t *db.Tx, p Parked) error {
	faultID := ""
	if p.Fault != nil {
		faultID = p.Fault.ID
		p.Fault.Hit.OrderID, p.Fault.Hit.PackageID = p.OrderRow, p.Package
		if err := runs.SaveFaults(ctx, t, p.Account, []*channel.Fault{p.Fault}); err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, `INSERT INTO parked (workflow_id, account, order_id, reference, package_id, since, fault_id, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (workflow_id) DO UPDATE SET account = excluded.account, order_id = excluded.order_id, reference = excluded.reference,
			package_id = excluded.package_id, since = excluded.since, fault_id = excluded.fault_id, reason = excluded.reason`,
		p.WorkflowID, p.Account, p.OrderRow, db.Clean(p.Reference), p.Package, db.Micro(p.Since), faultID, db.Clean(p.Reason))
	if err != nil {
		return err
	}
	updateParked(t, p.Account)
	return nil
}

// Unpark records that a workflow continues, or has been ended by hand: a package of it waits for a call again. It may be repeated.
func (s *Store) Unpark(ctx context.Context, workflowID string) error {
	return s.Write(ctx, "unpark "+workflowID, func(ctx context.Context, t *db.Tx) error {
		orderRow, packageID, err := RemoveParked(ctx, t, workflowID)
		if err != nil || packageID == "" {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE packages SET state = $3 WHERE order_id = $1 AND package_id = $2 AND state = $4`,
			orderRow, packageID, string(shipment.Processed), string(shipment.Parked))
		return err
	})
}

// RemoveParked removes the row of a workflow that waits no longer, if there is one, and returns the package that it was about: its
// order's row and its id, empty when there is none. Call it in the transaction of what ends the wait.
func RemoveParked(ctx context.Context, t *db.Tx, workflowID string) (orderRow int64, packageID string, err error) {
	account := ""
	err = t.Query(ctx, `DELETE FROM parked WHERE workflow_id = $1 RETURNING account, order_id, package_id`, func(rows *sql.Rows) error {
		return rows.Scan(&account, &orderRow, &packageID)
	}, workflowID)
	if err != nil || account == "" {
		return 0, "", err
	}
	updateParked(t, account)
	return orderRow, packageID, nil
}

// ParkedWith counts the packages of an account that wait for a person after a fault with a code, or a class where it has none.
func (s *Store) ParkedWith(ctx context.Context, account, code string) (n int, err error) {
	err = s.Read(ctx, `SELECT COUNT(*) FROM parked p JOIN faults f ON f.id = p.fault_id
		WHERE p.account = $1 AND p.package_id <> '' AND CASE WHEN f.code <> '' THEN f.code ELSE f.class END = $2`, func(rows *sql.Rows) error {
		return rows.Scan(&n)
	}, account, code)
	if err != nil {
		return 0, fmt.Errorf("count what is parked on %s after %s: %w", account, code, err)
	}
	return n, nil
}

// ParkedList lists what waits for a person, longest first; an empty account lists all accounts.
func (s *Store) ParkedList(ctx context.Context, account string) ([]Parked, error) {
	w := db.Where{}
	if account != "" {
		w.And(`p.account = %s`, account)
	}
	out, err := ParkedRows(ctx, s.DB, w)
	if err != nil {
		return nil, fmt.Errorf("list parked: %w", err)
	}
	return out, nil
}

// ParkedRows lists what is parked under conditions on parked p, longest first.
func ParkedRows(ctx context.Context, d *db.DB, w db.Where) ([]Parked, error) {
	var out []Parked
	err := d.Read(ctx, `SELECT p.workflow_id, p.account, COALESCE(a.endpoint, ''), p.order_id, COALESCE(o.reference, p.reference), p.reference, p.package_id, p.since, p.reason, `+runs.FaultColumns+`
		FROM parked p LEFT JOIN accounts a ON a.id = p.account LEFT JOIN orders o ON o.id = p.order_id LEFT JOIN faults f ON f.id = p.fault_id`+w.Text()+` ORDER BY p.since, p.workflow_id LIMIT `+w.Arg(db.MaxLimit),
		func(rows *sql.Rows) error {
			var p Parked
			var since int64
			var f runs.FaultFields
			if err := rows.Scan(append([]any{&p.WorkflowID, &p.Account, &p.Endpoint, &p.OrderRow, &p.Reference, &p.OrderID, &p.Package, &since, &p.Reason}, f.Dest()...)...); err != nil {
				return err
			}
			p.Since, p.Fault = db.At(since), f.Fault()
			out = append(out, p)
			return nil
		}, w.Args...)
	return out, err
}

// HeldUntilLive returns how many packages of each account are held until it goes live.
func (s *Store) HeldUntilLive(ctx context.Context) (map[string]int, error) {
	out := make(map[string]int)
	err := s.Read(ctx, `SELECT account, subjects FROM incidents WHERE kind = $1 AND code = $2 AND state = '`+opened+`'`, func(rows *sql.Rows) error {
		var account string
		var n int
		err := rows.Scan(&account, &n)
		out[account] = n
		return err
	}, string(incident.Parked), incident.CodeObserving)
	if err != nil {
		return nil, fmt.Errorf("count held packages: %w", err)
	}
	return out, nil
}
