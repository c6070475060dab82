package packages

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Synced is a parked package that a run sends again.
type Synced struct {
	OrderRow  int64
	PackageID string
	Reference string // of the order
	Since     time.Time
}

// StartSync records a run that sends parked packages of one account again, with each of them as an item. It is idempotent.
func (s *Store) StartSync(ctx context.Context, run runs.Run, list []Synced) error {
	return s.Write(ctx, "start run "+run.ID, func(ctx context.Context, t *db.Tx) error {
		if err := runs.InsertRun(ctx, t, run); err != nil {
			return err
		}
		items := make([]runs.Item, len(list))
		for i, p := range list {
			items[i] = runs.Item{RunID: run.ID, Type: register.ItemPackage, Reference: register.PackageItem(p.Reference, p.PackageID), Status: runs.ItemPending, At: db.At(t.Now)}
		}
		if err := runs.SaveItems(ctx, t, items); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO synced_packages (run_id, asked_at, {{columns 1}}) SELECT CAST($2 AS TEXT), CAST($3 AS BIGINT), {{values 1}} FROM {{rows 1}} WHERE true
			ON CONFLICT (run_id, order_id, package_id) DO NOTHING`, db.RowsBy(list, rowOfSynced), run.ID, t.Now)
		return err
	})
}

type syncedRow struct {
	OrderID   int64     `db:"order_id"`
	PackageID string    `db:"package_id"`
	Reference string    `db:"reference"`
	Since     time.Time `db:"parked_since"`
}

func rowOfSynced(p Synced) syncedRow { return syncedRow{p.OrderRow, p.PackageID, p.Reference, p.Since} }

// NotTaken is how long after a retry a package may still wait as before: then the run ends with it in error.
const NotTaken = 10 * time.Minute

// sending is SQL for how far the sending of a package p is: one whose channel is still to be told of a correction is on its way.
const sending = `CASE WHEN p.state = '` + string(shipment.Confirmed) + `' AND p.was <> '' THEN '` + string(shipment.Processed) + `' ELSE p.state END`

// SettleSyncs records what has become of the packages of runs that send them again, and ends the runs of which nothing is on its way any
// more. It may be repeated.
func (s *Store) SettleSyncs(ctx context.Context) error {
	return s.Write(ctx, "settle runs of shipments", func(ctx context.Context, t *db.Tx) error {
		var items []runs.Item
		var settled []settledRow
		touched := map[string]bool{}
		err := t.Query(ctx, `SELECT y.run_id, y.order_id, y.package_id, y.reference, y.parked_since, y.asked_at, `+sending+`, p.request_id, COALESCE(k.since, 0), COALESCE(k.fault_id, '')
			FROM synced_packages y JOIN packages p ON p.order_id = y.order_id AND p.package_id = y.package_id
				LEFT JOIN parked k ON k.order_id = y.order_id AND k.package_id = y.package_id
			ORDER BY y.run_id, y.order_id, y.package_id`, func(rows *sql.Rows) error {
			var r settledRow
			var reference string
			var before, asked, since int64
			var state shipment.State
			i := runs.Item{Type: register.ItemPackage, At: db.At(t.Now)}
			err := rows.Scan(&r.RunID, &r.OrderID, &r.PackageID, &reference, &before, &asked, &state, &i.RequestID, &since, &i.FaultID)
			i.RunID, i.Reference = r.RunID, register.PackageItem(reference, r.PackageID)
			if i.Status = itemStatus(state); since > 0 {
				i.Status = runs.ItemError
			}
			switch {
			case since > 0 && since <= before && asked > t.Now-NotTaken.Microseconds(), i.Status == runs.ItemPending:
				return err
			case since > 0 && since <= before:
				i.Reason = "it waits as before: the retry was not taken"
			}
			items, settled, touched[r.RunID] = append(items, i), append(settled, r), true
			return err
		})
		if err != nil || len(items) == 0 {
			return err
		}
		if err := runs.SaveItems(ctx, t, items); err != nil {
			return err
		}
		err = t.ExecAll(ctx, len(settled), `DELETE FROM synced_packages WHERE EXISTS (SELECT 1 FROM {{rows 1}}
			WHERE r.run_id = synced_packages.run_id AND r.order_id = synced_packages.order_id AND r.package_id = synced_packages.package_id)`, db.RowsOf(settled))
		if err != nil {
			return err
		}
		for _, id := range db.KeysOf(touched) {
			if err := endSync(ctx, t, id); err != nil {
				return err
			}
		}
		return nil
	})
}

type settledRow struct {
	RunID     string `db:"run_id"`
	OrderID   int64  `db:"order_id"`
	PackageID string `db:"package_id"`
}

// endSync counts a run that sends packages again, and ends it when nothing of it is on its way.
func endSync(ctx context.Context, t *db.Tx, id string) error {
	var c message.Counts
	left := 0
	err := t.Query(ctx, `SELECT status, CAST(COUNT(*) AS BIGINT) FROM run_items WHERE run_id = $1 GROUP BY status`, func(rows *sql.Rows) error {
		var status runs.ItemStatus
		var n int
		err := rows.Scan(&status, &n)
		c.Seen += n
		*cmp.Or(map[runs.ItemStatus]*int{runs.ItemDone: &c.Saved, runs.ItemError: &c.Errors, runs.ItemSkipped: &c.Skipped}[status], &left) += n
		return err
	}, id)
	if err != nil {
		return err
	}
	ended := t.Now
	if left > 0 {
		ended = 0
	}
	_, err = t.Exec(ctx, `UPDATE runs SET seen = $2, saved = $3, errors = $4, skipped = $5, ended_at = $6 WHERE id = $1`, id, c.Seen, c.Saved, c.Errors, c.Skipped, ended)
	return err
}
