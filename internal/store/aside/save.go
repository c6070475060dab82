package aside

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Entry is an order of a page that is set aside, with what the store knows of it.
type Entry struct {
	*channel.OrderError
	Name    string // as Order.Name
	FaultID string // of the fault that is kept: the first one of these bytes

	subject, digest string
	version         int64
	row             int64
	seal            bool // its bytes are new
}

// keyOwner is the number under which the keys of a row are kept.
func keyOwner(row int64) int64 { return -row }

// about is what a record is authenticated with: it opens for no other.
func about(account string, row int64) string { return fmt.Sprintf("%s\x00set aside %d", account, row) }

// asideRow is a row of aside_orders as a page writes it.
type asideRow struct {
	Subject    string `db:"subject"`
	OrderID    string `db:"channel_order_id"`
	Version    int64  `db:"channel_version"`
	Digest     string `db:"digest"`
	Size       int    `db:"size"`
	Unfinished bool   `db:"unfinished"`
	FaultID    string `db:"fault_id"`
	FaultCode  string `db:"fault_code"`
}

// Save sets orders of a page aside, in its transaction. with is the version of the program. An order that is set aside already with the
// same bytes and the same fault was only seen once more.
func Save(ctx context.Context, t *db.Tx, sealer *buyer.Sealer, account, with string, orders []*channel.OrderError) ([]*Entry, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	entries := entriesOf(sealer, orders)
	fresh, again, err := known(ctx, t, account, entries)
	if err != nil {
		return nil, err
	}
	_, err = t.Exec(ctx, `UPDATE aside_orders SET last_seen = CAST($2 AS BIGINT), times = times + 1 FROM {{rows 1}} WHERE aside_orders.id = r.value`,
		db.IDs(again), t.Now)
	if err != nil {
		return nil, err
	}
	if err := insert(ctx, t, account, with, fresh); err != nil {
		return nil, err
	}
	if err := seal(ctx, t, sealer, account, fresh); err != nil {
		return nil, err
	}
	for _, e := range entries {
		e.Name = Order{ID: e.row, OrderID: e.ID}.Name()
	}
	updateIncident(t, account)
	return entries, nil
}

// entriesOf returns the entries of a page, of each order the last one.
func entriesOf(sealer *buyer.Sealer, orders []*channel.OrderError) []*Entry {
	var entries []*Entry
	place := map[string]int{}
	for _, o := range orders {
		e := &Entry{OrderError: o, FaultID: o.Fault.ID, digest: sealer.Digest(fmt.Appendf(nil, "%d %s", o.Size, o.Body)), version: db.Micro(o.UpdatedAt)}
		if e.subject = o.ID; e.subject == "" {
			e.subject = "digest " + e.digest
		}
		if n, twice := place[e.subject]; twice {
			entries[n] = e
			continue
		}
		place[e.subject] = len(entries)
		entries = append(entries, e)
	}
	return entries
}

// known finds the entries that are set aside already, and locks them. again are the rows of those about which nothing is new.
func known(ctx context.Context, t *db.Tx, account string, entries []*Entry) (fresh []*Entry, again []int64, err error) {
	bySubject := make(map[string]*Entry, len(entries))
	for _, e := range entries {
		bySubject[e.subject] = e
		e.seal = e.Body != nil
	}
	seen := map[string]bool{}
	err = t.Query(ctx, `SELECT o.id, o.subject, o.digest, o.unfinished, o.fault_id, o.fault_code, o.sealed <> '', o.forgotten_at > 0
		FROM {{rows 1}} CROSS JOIN aside_orders o WHERE o.account = CAST($2 AS TEXT) AND o.subject = r.value ORDER BY o.id {{lock o}}`, func(rows *sql.Rows) error {
		var id int64
		var subject, digest, faultID, code string
		var unfinished, kept, forgotten bool
		if err := rows.Scan(&id, &subject, &digest, &unfinished, &faultID, &code, &kept, &forgotten); err != nil {
			return err
		}
		e := bySubject[subject]
		e.row = id
		e.seal = e.seal && !forgotten && (digest != e.digest || !kept)
		if digest == e.digest && unfinished == e.Unfinished && code == e.Fault.Code {
			seen[subject] = true
			again = append(again, id)
			e.FaultID = faultID
		}
		return nil
	}, db.RowsBy(entries, func(e *Entry) string { return e.subject }), account)
	for _, e := range entries {
		if !seen[e.subject] {
			fresh = append(fresh, e)
		}
	}
	return fresh, again, err
}

// insert writes the rows of entries without their bytes, and their faults.
func insert(ctx context.Context, t *db.Tx, account, with string, entries []*Entry) error {
	if len(entries) == 0 {
		return nil
	}
	bySubject := make(map[string]*Entry, len(entries))
	faults := make([]*channel.Fault, len(entries))
	for i, e := range entries {
		bySubject[e.subject], faults[i] = e, e.Fault
	}
	if err := runs.SaveFaults(ctx, t, account, faults); err != nil {
		return err
	}
	return t.Query(ctx, `INSERT INTO aside_orders ({{columns 1}}, account, first_seen, last_seen, tried_with)
		SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT) FROM {{rows 1}} WHERE true
		ON CONFLICT (account, subject) DO UPDATE SET channel_order_id = excluded.channel_order_id, channel_version = excluded.channel_version,
			key_id = CASE WHEN aside_orders.digest = excluded.digest THEN aside_orders.key_id ELSE '' END,
			sealed = CASE WHEN aside_orders.digest = excluded.digest THEN aside_orders.sealed ELSE '' END,
			digest = excluded.digest, size = excluded.size, unfinished = excluded.unfinished, fault_id = excluded.fault_id,
			fault_code = excluded.fault_code, last_seen = excluded.last_seen, tried_with = excluded.tried_with, times = aside_orders.times + 1
		RETURNING id, subject`, func(rows *sql.Rows) error {
		var id int64
		var subject string
		err := rows.Scan(&id, &subject)
		if e := bySubject[subject]; e != nil {
			e.row = id
		}
		return err
	}, db.RowsBy(entries, func(e *Entry) asideRow {
		return asideRow{e.subject, e.ID, e.version, e.digest, e.Size, e.Unfinished, e.FaultID, e.Fault.Code}
	}), account, t.Now, with)
}

// sealedRow is the encrypted order of a row.
type sealedRow struct {
	Row    int64  `db:"id"`
	KeyID  string `db:"key_id"`
	Sealed string `db:"sealed"`
}

// seal encrypts and writes the orders. The keys are written first, so that no record is without its key.
func seal(ctx context.Context, t *db.Tx, sealer *buyer.Sealer, account string, entries []*Entry) error {
	var rows []sealedRow
	var keys []buyers.RecordKey
	for _, e := range entries {
		if !e.seal {
			continue
		}
		sealed, err := sealer.SealBytes(e.Body, about(account, e.row))
		if err != nil {
			return err
		}
		keys = append(keys, buyers.RecordKey{Key: sealed.Key, Owner: keyOwner(e.row)})
		rows = append(rows, sealedRow{e.row, sealed.Key.ID, sealed.Text})
	}
	if len(rows) == 0 {
		return nil
	}
	if err := buyers.SaveKeys(ctx, t, keys); err != nil {
		return err
	}
	return t.ExecAll(ctx, len(rows), `UPDATE aside_orders SET key_id = r.key_id, sealed = r.sealed FROM {{rows 1}} WHERE aside_orders.id = r.id`, db.RowsOf(rows))
}
