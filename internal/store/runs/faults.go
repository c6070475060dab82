package runs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/db"
)

// FaultRow is a stored fault, with the channel's raw words, which are for the operator's eyes only.
type FaultRow struct {
	channel.Fault
	Account  string           `json:"account"`
	Endpoint channel.Endpoint `json:"endpoint,omitempty"` // the account's
	At       time.Time        `json:"at"`
	Words    string           `json:"raw"` // same as Raw, but printed

	RunID     string           `json:"runId,omitempty"` // of the run in which it happened
	RunKind   RunKind          `json:"runKind,omitempty"`
	RunOn     channel.Endpoint `json:"runEndpoint,omitempty"` // to which the run went: a publication may go to a test endpoint
	OrderRow  int64            `json:"-"`                     // row id of the order that it hit; 0: no single one
	Order     string           `json:"order,omitempty"`       // the channel's id of it
	Reference string           `json:"reference,omitempty"`   // what people call it
	PackageID string           `json:"packageId,omitempty"`
	SKU       string           `json:"sku,omitempty"`
	Calls     []channel.CallID `json:"calls,omitempty"` // where several calls made it
}

// hitColumns are the columns of what a fault f hit; its order is o, its run k.
const (
	hitColumns = `f.run_id, COALESCE(k.kind, ''), COALESCE(k.endpoint, ''), f.package_id, f.channel_sku, f.calls, f.order_id, COALESCE(o.channel_order_id, ''), COALESCE(o.reference, '')`
	hitOrder   = ` LEFT JOIN orders o ON o.id = f.order_id AND f.order_id > 0 LEFT JOIN runs k ON k.id = f.run_id AND f.run_id <> ''`
)

// hit returns the destinations of hitColumns.
func (r *FaultRow) hit(calls *string) []any {
	return []any{&r.RunID, &r.RunKind, &r.RunOn, &r.PackageID, &r.SKU, calls, &r.OrderRow, &r.Order, &r.Reference}
}

// made reads the calls of a fault.
func (r *FaultRow) made(calls string) error {
	if err := json.Unmarshal([]byte(calls), &r.Calls); err != nil {
		return fmt.Errorf("calls of fault %s: %w", r.ID, err)
	}
	return nil
}

// FaultColumns are a fault's columns in a LEFT JOIN as f, the raw words apart.
const FaultColumns = `COALESCE(f.id, ''), COALESCE(f.class, ''), COALESCE(f.code, ''), COALESCE(f.status, 0),
	COALESCE(f.operation, ''), COALESCE(f.request_id, ''), COALESCE(f.retry_after, 0), COALESCE(f.ambiguous, 0)`

// FaultFields receives FaultColumns.
type FaultFields struct {
	f          channel.Fault
	retryAfter int64 // microseconds
}

// Dest returns the destinations for scanning FaultColumns.
func (f *FaultFields) Dest() []any {
	return []any{&f.f.ID, &f.f.Class, &f.f.Code, &f.f.Status, &f.f.Operation, &f.f.RequestID, &f.retryAfter, &f.f.Ambiguous}
}

// Fault returns what was read, or nil.
func (f *FaultFields) Fault() *channel.Fault {
	if f.f.ID == "" {
		return nil
	}
	f.f.RetryAfter = time.Duration(f.retryAfter) * time.Microsecond
	return &f.f
}

// SaveFaults saves faults of an account with the channel's raw text, and their calls. An existing fault stays.
func (s *Store) SaveFaults(ctx context.Context, account string, faults []*channel.Fault, calls ...Call) error {
	return s.Write(ctx, "save faults of "+account, func(ctx context.Context, t *db.Tx) error {
		if err := SaveFaults(ctx, t, account, faults); err != nil {
			return err
		}
		return SaveCalls(ctx, t, calls)
	})
}

// storedFault has the columns of a row of faults that a fault fills.
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
	RunID      string        `db:"run_id"`
	OrderID    int64         `db:"order_id"`
	PackageID  string        `db:"package_id"`
	SKU        string        `db:"channel_sku"`
	Calls      string        `db:"calls"`
}

func rowOfFault(f *channel.Fault) storedFault {
	calls := []byte("[]")
	if len(f.Hit.Calls) > 0 {
		calls, _ = json.Marshal(f.Hit.Calls) // of texts only
	}
	return storedFault{f.ID, f.Class, f.Code, f.Status, f.Operation, f.RequestID, f.RetryAfter, f.Ambiguous, f.Raw[:min(len(f.Raw), channel.MaxRaw)],
		f.Hit.RunID, f.Hit.OrderID, f.Hit.PackageID, f.Hit.SKU, string(calls)}
}

// SaveFaults saves faults of an account in a transaction. An existing fault stays.
func SaveFaults(ctx context.Context, t *db.Tx, account string, faults []*channel.Fault) error {
	var list []*channel.Fault
	for _, f := range faults {
		if f.Recorded() {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO faults ({{columns 1}}, account, at)
		SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (id) DO NOTHING`, db.RowsBy(list, rowOfFault), account, t.Now)
	return err
}

// Fault returns a fault with its raw text; ErrNotFound when there is none with the id.
func (s *Store) Fault(ctx context.Context, id string) (FaultRow, error) {
	var out FaultRow
	found := false
	err := s.Read(ctx, `SELECT `+FaultColumns+`, f.account, COALESCE(a.endpoint, ''), f.at, f.raw, `+hitColumns+`
		FROM faults f LEFT JOIN accounts a ON a.id = f.account`+hitOrder+` WHERE f.id = $1`, func(rows *sql.Rows) error {
		var f FaultFields
		var when int64
		var calls string
		dest := append(f.Dest(), &out.Account, &out.Endpoint, &when, &out.Words)
		if err := rows.Scan(append(dest, out.hit(&calls)...)...); err != nil {
			return err
		}
		found = true
		out.Fault, out.At = *f.Fault(), db.At(when)
		out.Raw, out.Hit.SKU = out.Words, out.SKU
		return out.made(calls)
	}, id)
	if err == nil && !found {
		err = db.ErrNotFound
	}
	if err != nil {
		return FaultRow{}, fmt.Errorf("fault %q: %w", id, err)
	}
	return out, nil
}
