package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
)

// faultColumns are a fault's columns in a LEFT JOIN as f, the raw words apart.
const faultColumns = `COALESCE(f.id, ''), COALESCE(f.class, ''), COALESCE(f.code, ''), COALESCE(f.status, 0),
	COALESCE(f.operation, ''), COALESCE(f.request_id, ''), COALESCE(f.retry_after, 0), COALESCE(f.ambiguous, 0)`

// faultFields receives faultColumns.
type faultFields struct {
	f          channel.Fault
	retryAfter int64 // microseconds
}

func (f *faultFields) dest() []any {
	return []any{&f.f.ID, &f.f.Class, &f.f.Code, &f.f.Status, &f.f.Operation, &f.f.RequestID, &f.retryAfter, &f.f.Ambiguous}
}

// fault is what was read, nil when there was none.
func (f *faultFields) fault() *channel.Fault {
	if f.f.ID == "" {
		return nil
	}
	f.f.RetryAfter = time.Duration(f.retryAfter) * time.Microsecond
	return &f.f
}

// SaveFaults keeps faults of an account with the channel's raw words, and the calls that came to them. A fault
// that is there already stays.
func (s *Store) SaveFaults(ctx context.Context, account string, faults []*channel.Fault, calls ...Call) error {
	return s.write(ctx, "save faults of "+account, func(ctx context.Context, t *tx) error {
		if err := t.saveFaults(ctx, account, faults); err != nil {
			return err
		}
		return t.saveCalls(ctx, calls)
	})
}

// storedFault is what a fault fills of a row of faults.
type storedFault struct {
	ID         string        `db:"id"`
	Class      channel.Class `db:"class"`
	Code       string        `db:"code"`
	Status     int           `db:"status"`
	Operation  string        `db:"operation"`
	RequestID  string        `db:"request_id"`
	RetryAfter time.Duration `db:"retry_after"`
	Ambiguous  bool          `db:"ambiguous"`
	Raw        string        `db:"raw"`
}

func rowOfFault(f *channel.Fault) storedFault {
	return storedFault{f.ID, f.Class, f.Code, f.Status, f.Operation, f.RequestID, f.RetryAfter, f.Ambiguous, f.Raw[:min(len(f.Raw), channel.MaxRaw)]}
}

func (t *tx) saveFaults(ctx context.Context, account string, faults []*channel.Fault) error {
	var list []*channel.Fault
	for _, f := range faults {
		if f != nil && f.ID != "" {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `INSERT INTO faults ({{columns 1}}, account, at)
		SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (id) DO NOTHING`, rowsBy(list, rowOfFault), account, t.now)
	return err
}

// Fault finds a fault with its raw words; ErrNotFound when there is none of that id.
func (s *Store) Fault(ctx context.Context, id string) (FaultRow, error) {
	var out FaultRow
	found := false
	err := s.read(ctx, `SELECT `+faultColumns+`, f.account, COALESCE(a.endpoint, ''), f.at, f.raw
		FROM faults f LEFT JOIN accounts a ON a.id = f.account WHERE f.id = $1`, func(rows *sql.Rows) error {
		var f faultFields
		var when int64
		if err := rows.Scan(append(f.dest(), &out.Account, &out.Endpoint, &when, &out.Words)...); err != nil {
			return err
		}
		found = true
		out.Fault, out.At = *f.fault(), at(when)
		out.Raw = out.Words
		return nil
	}, id)
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return FaultRow{}, fmt.Errorf("fault %q: %w", id, err)
	}
	return out, nil
}

// Park notes that a workflow waits for a person. A package that it waits with is parked, too.
func (s *Store) Park(ctx context.Context, p Parked) error {
	return s.write(ctx, "park "+p.WorkflowID, func(ctx context.Context, t *tx) error {
		faultID := ""
		if p.Fault != nil {
			faultID = p.Fault.ID
			if err := t.saveFaults(ctx, p.Account, []*channel.Fault{p.Fault}); err != nil {
				return err
			}
		}
		_, err := t.exec(ctx, `INSERT INTO parked (workflow_id, account, reference, package_id, since, fault_id, reason)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (workflow_id) DO UPDATE SET account = excluded.account, reference = excluded.reference,
				package_id = excluded.package_id, since = excluded.since, fault_id = excluded.fault_id, reason = excluded.reason`,
			p.WorkflowID, p.Account, clean(p.Reference), p.Package, micro(p.Since), faultID, clean(p.Reason))
		if err != nil {
			return err
		}
		if err := t.settleParked(ctx, p.Account); err != nil || p.Package == "" {
			return err
		}
		return t.parkPackage(ctx, p.WorkflowID, p.Account, p.Package, shipment.Processed, shipment.Parked)
	})
}

// Unpark notes that a workflow goes on. Repeated, it changes nothing.
func (s *Store) Unpark(ctx context.Context, workflowID string) error {
	return s.write(ctx, "unpark "+workflowID, func(ctx context.Context, t *tx) error {
		var account, packageID string
		err := t.query(ctx, `DELETE FROM parked WHERE workflow_id = $1 RETURNING account, package_id`, func(rows *sql.Rows) error {
			return rows.Scan(&account, &packageID)
		}, workflowID)
		if err != nil || account == "" {
			return err
		}
		if err := t.settleParked(ctx, account); err != nil || packageID == "" {
			return err
		}
		return t.parkPackage(ctx, workflowID, account, packageID, shipment.Parked, shipment.Processed)
	})
}

// parkPackage moves the package that a shipment workflow is about from one state to another.
func (t *tx) parkPackage(ctx context.Context, workflowID, account, packageID string, from, to shipment.State) error {
	orderID, ok := strings.CutPrefix(workflowID, message.ShipmentWorkflowID(account, ""))
	if !ok {
		return nil
	}
	_, err := t.exec(ctx, `UPDATE packages SET state = $4 WHERE package_id = $3 AND state = $5
			AND order_id = (SELECT o.id FROM orders o WHERE o.account = $1 AND o.channel_order_id = $2)`,
		account, orderID, packageID, string(to), string(from))
	return err
}

// ParkedList lists what waits for a person, longest first; an empty account lists all accounts.
func (s *Store) ParkedList(ctx context.Context, account string) ([]Parked, error) {
	w := where{}
	if account != "" {
		w.and(`p.account = %s`, account)
	}
	out, err := s.parkedRows(ctx, w)
	if err != nil {
		return nil, fmt.Errorf("list parked: %w", err)
	}
	return out, nil
}

func (s *Store) parkedRows(ctx context.Context, w where) ([]Parked, error) {
	var out []Parked
	err := s.read(ctx, `SELECT p.workflow_id, p.account, COALESCE(a.endpoint, ''), p.reference, p.package_id, p.since, p.reason, `+faultColumns+`
		FROM parked p LEFT JOIN accounts a ON a.id = p.account LEFT JOIN faults f ON f.id = p.fault_id`+w.text()+` ORDER BY p.since, p.workflow_id LIMIT `+w.arg(maxLimit),
		func(rows *sql.Rows) error {
			var p Parked
			var since int64
			var f faultFields
			if err := rows.Scan(append([]any{&p.WorkflowID, &p.Account, &p.Endpoint, &p.Reference, &p.Package, &since, &p.Reason}, f.dest()...)...); err != nil {
				return err
			}
			p.Since, p.Fault = at(since), f.fault()
			out = append(out, p)
			return nil
		}, w.args...)
	return out, err
}
