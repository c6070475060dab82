package packages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Row is a package as lists show it.
type Row struct {
	Order       message.OrderKey `json:"order"`
	Reference   string           `json:"reference"` // of the order
	ID          string           `json:"id"`
	Number      int              `json:"number"` // among the order's packages, from 1
	State       shipment.State   `json:"state"`
	Carrier     string           `json:"carrier"`
	Tracking    string           `json:"trackingNumber"`
	Attempts    int              `json:"attempts"`
	NextAttempt time.Time        `json:"nextAttempt,omitzero"` // when it is sent again by itself; zero: it waits for no attempt
	ConfirmedAt time.Time        `json:"confirmedAt,omitzero"`
	ParkedSince time.Time        `json:"parkedSince,omitzero"` // zero: it is not parked
	WorkflowID  string           `json:"workflowId,omitempty"` // that waits with a parked one
	Fault       *channel.Fault   `json:"fault,omitempty"`      // the last one
	Words       string           `json:"-"`                    // the channel's, of that fault
}

// Filter selects packages. A page is keyset: After is behind the row of an order and a package's number.
type Filter struct {
	Account string
	State   shipment.State // empty: what is processed and not confirmed, and what is parked
	After   Behind
	Limit   int
}

// Behind names the last package of a page; the zero value is the first page.
type Behind struct {
	OrderRow int64
	Number   int
}

// List lists packages, those of the newest orders first.
func (s *Store) List(ctx context.Context, f Filter) ([]Row, error) {
	w := db.Where{}
	if f.State != "" {
		w.And(`p.state = %s`, string(f.State))
	} else {
		w.Conditions = append(w.Conditions, `p.state IN ('processed', 'parked')`) // as in the index packages_unsent
	}
	if f.Account != "" {
		w.And(`o.account = %s`, f.Account)
	}
	if f.After.OrderRow > 0 {
		row := w.Arg(f.After.OrderRow)
		w.Conditions = append(w.Conditions, `(p.order_id < `+row+` OR p.order_id = `+row+` AND p.number > `+w.Arg(f.After.Number)+`)`)
	}
	var out []Row
	err := s.Read(ctx, `SELECT p.order_id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, p.package_id, p.number, p.state,
			CASE WHEN p.carrier_name <> '' THEN p.carrier_name ELSE p.carrier END, p.tracking, p.attempts, p.next_at, p.confirmed_at,
			COALESCE(k.since, 0), COALESCE(k.workflow_id, ''), COALESCE(f.raw, ''), `+runs.FaultColumns+`
		FROM packages p JOIN orders o ON o.id = p.order_id JOIN accounts a ON a.id = o.account
			LEFT JOIN parked k ON k.order_id = p.order_id AND k.package_id = p.package_id LEFT JOIN faults f ON f.id = p.fault_id
		`+w.Text()+` ORDER BY p.order_id DESC, p.number LIMIT `+w.Arg(db.Limited(f.Limit)), func(rows *sql.Rows) error {
		var r Row
		var next, confirmed, since int64
		var fault runs.FaultFields
		k := &r.Order
		err := rows.Scan(append([]any{&k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &r.Reference, &r.ID, &r.Number, &r.State,
			&r.Carrier, &r.Tracking, &r.Attempts, &next, &confirmed, &since, &r.WorkflowID, &r.Words}, fault.Dest()...)...)
		r.ConfirmedAt, r.ParkedSince, r.Fault = db.At(confirmed), db.At(since), fault.Fault()
		if r.State.WaitsForCall() {
			r.NextAttempt = db.At(next)
		}
		out = append(out, r)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list packages: %w", err)
	}
	return out, nil
}
