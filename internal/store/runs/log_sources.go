package runs

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// logRuns returns the beginnings or the ends of runs, whose time is in a column.
func (s *Store) logRuns(ctx context.Context, f LogFilter, m *logMark, source LogSource, column string, at func(Run) time.Time) ([]LogRow, error) {
	w := db.Where{}
	w.And(`o.account = %s`, f.Account)
	if f.RunID != "" {
		w.And(`o.id = %s`, f.RunID)
	}
	if f.Kind != "" {
		w.And(`o.kind = %s`, string(f.Kind))
	}
	if f.Errors {
		w.And(failed)
	}
	f.place(&w, m, source, column, `o.id`)
	if source == LogEnded { // the last: SQLite searches from the first lower bound that it meets
		w.And(Ended)
	}
	var out []LogRow
	err := s.Read(ctx, `SELECT `+RunColumns+` FROM runs o`+w.Text()+f.order(&w, column, `o.id`), func(rows *sql.Rows) error {
		r, err := ScanRun(rows)
		out = append(out, LogRow{At: at(r), Source: source, ID: r.ID, Account: r.Account, Kind: r.Kind, Run: r})
		return err
	}, w.Args...)
	return out, err
}

// logCalls returns the calls of a run, or those about packages of an account, that were answered; those that failed are faults.
func (s *Store) logCalls(ctx context.Context, f LogFilter, m *logMark) ([]LogRow, error) {
	if f.Errors || f.RunID == "" && f.Kind != "" && f.Kind != RunShipments { // of an account only those about packages
		return nil, nil
	}
	w := db.Where{}
	w.And(`c.account = %s`, f.Account)
	w.And(`c.class = ''`)
	if f.RunID != "" {
		w.And(`c.run_id = %s AND c.run_id <> ''`, f.RunID)
	} else {
		w.And(`c.package_id <> ''`)
	}
	if f.Kind != "" {
		w.And(kindOf(`c.package_id`)+` = %s`, string(f.Kind))
	}
	f.place(&w, m, LogCall, `c.at`, `c.id`)
	var out []LogRow
	err := s.Read(ctx, `SELECT c.id, c.at, c.took, c.operation, c.request_id, c.status, c.run_id, c.package_id, `+kindOf(`c.package_id`)+`, COALESCE(b.channel_order_id, ''), COALESCE(b.reference, '')
		FROM calls c LEFT JOIN runs o ON o.id = c.run_id LEFT JOIN orders b ON b.id = c.order_id AND c.order_id > 0`+w.Text()+f.order(&w, `c.at`, `c.id`), func(rows *sql.Rows) error {
		r := LogRow{Source: LogCall, Account: f.Account}
		var id, when, took int64
		err := rows.Scan(&id, &when, &took, &r.Call.Operation, &r.Call.RequestID, &r.Call.Status, &r.Call.RunID, &r.Call.PackageID, &r.Kind, &r.Order, &r.Reference)
		r.ID, r.At, r.Call.Took = strconv.FormatInt(id, 10), db.At(when), time.Duration(took)*time.Microsecond
		out = append(out, r)
		return err
	}, w.Args...)
	return out, err
}

// again is SQL for when a call that met the fault f was made again: for the same package, or else in the same run; 0: it was not. A run of
// shipments has calls of many packages.
const again = `COALESCE(CASE WHEN f.package_id <> '' THEN (SELECT n.at FROM calls n WHERE n.order_id = f.order_id AND n.order_id <> 0 AND n.package_id = f.package_id AND n.operation = f.operation AND n.at > f.at ORDER BY n.at LIMIT 1)
	WHEN f.run_id <> '' THEN (SELECT n.at FROM calls n WHERE n.run_id = f.run_id AND n.run_id <> '' AND n.operation = f.operation AND n.at > f.at ORDER BY n.at LIMIT 1) END, 0)`

// logFaults returns calls that failed. What failed for single SKUs is among the items of its run, and is left out here.
func (s *Store) logFaults(ctx context.Context, f LogFilter, m *logMark) ([]LogRow, error) {
	w := db.Where{}
	w.And(`f.account = %s AND f.channel_sku = ''`, f.Account)
	if f.RunID != "" {
		w.And(`f.run_id = %s AND f.run_id <> ''`, f.RunID)
	}
	if f.Kind != "" {
		w.And(kindOf(`f.package_id`)+` = %s`, string(f.Kind))
	}
	f.place(&w, m, LogFault, `f.at`, `f.id`)
	var out []LogRow
	err := s.Read(ctx, `SELECT f.id, f.at, f.kind, f.again, `+FaultColumns+`, f.raw, `+hitColumns+`
		FROM (SELECT f.*, `+kindOf(`f.package_id`)+` AS kind, `+again+` AS again FROM faults f LEFT JOIN runs o ON o.id = f.run_id`+w.Text()+f.order(&w, `f.at`, `f.id`)+`) f`+hitOrder, func(rows *sql.Rows) error {
		r := LogRow{Source: LogFault, Account: f.Account}
		var fields FaultFields
		var when, again int64
		var calls string
		dest := append([]any{&r.ID, &when, &r.Kind, &again}, fields.Dest()...)
		dest = append(dest, &r.Fault.Words)
		if err := rows.Scan(append(dest, r.Fault.hit(&calls)...)...); err != nil {
			return err
		}
		r.At, r.Again, r.Fault.Fault, r.Fault.Account, r.Fault.At = db.At(when), db.At(again), *fields.Fault(), f.Account, db.At(when)
		r.Fault.Raw, r.Order, r.Reference = r.Fault.Words, r.Fault.Order, r.Fault.Reference
		out = append(out, r)
		return r.Fault.made(calls)
	}, w.Args...)
	return out, err
}

// sentLevel is SQL for the quantity that was sent with an item i that is a level.
const sentLevel = `CASE WHEN i.type = 'level' THEN COALESCE((SELECT p.quantity FROM pushes p WHERE p.account = i.account AND p.channel_sku = i.reference AND p.run_id = i.run_id
	ORDER BY p.version DESC, p.sent_at DESC LIMIT 1), -1) ELSE -1 END`

// logItems returns the items of a run, or those in error of an account.
func (s *Store) logItems(ctx context.Context, f LogFilter, m *logMark) ([]LogRow, error) {
	w := db.Where{}
	if f.RunID != "" { // found by the run: SQLite would read all items of the account
		w.And(`i.run_id = %s AND i.account || '' = %s`, f.RunID, f.Account)
	} else {
		w.And(`i.account = %s`, f.Account)
	}
	if f.RunID == "" || f.Errors {
		w.And(`i.status = '` + string(ItemError) + `'`)
	}
	if f.Kind != "" {
		w.And(`o.kind = %s`, string(f.Kind))
	}
	f.place(&w, m, LogItem, `i.at`, `i.id`)
	var out []LogRow
	err := s.Read(ctx, `SELECT i.id, COALESCE(o.kind, ''), `+sentLevel+`, i.run_id, i.endpoint, i.reference, i.type, i.status, i.reason, i.code, i.fault_id, i.request_id, i.at
		FROM run_items i LEFT JOIN runs o ON o.id = i.run_id`+w.Text()+f.order(&w, `i.at`, `i.id`), func(rows *sql.Rows) error {
		r := LogRow{Source: LogItem, Account: f.Account}
		var id, when int64
		var code string
		i := &r.Item
		err := rows.Scan(&id, &r.Kind, &r.Level, &i.RunID, &i.Endpoint, &i.Reference, &i.Type, &i.Status, &i.Reason, &code, &i.FaultID, &i.RequestID, &when)
		if i.Reason == "" {
			i.Reason = code
		}
		r.ID, r.At, i.At = strconv.FormatInt(id, 10), db.At(when), db.At(when)
		out = append(out, r)
		return err
	}, w.Args...)
	return out, err
}
