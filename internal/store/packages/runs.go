package packages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// triedPackages are the packages that were called for in runs, a parameter of one column, with their state now.
const triedPackages = `(SELECT c.run_id, MIN(c.account) AS account, MIN(c.endpoint) AS endpoint, c.order_id, c.package_id, MIN(c.at) AS began, MAX(c.at + c.took) AS ended
		FROM {{rows 1}} CROSS JOIN calls c WHERE c.run_id = r.value AND c.run_id <> '' AND c.package_id <> '' GROUP BY c.run_id, c.order_id, c.package_id) t
	JOIN packages p ON p.order_id = t.order_id AND p.package_id = t.package_id`

// CountRuns counts anew the runs of shipments of these accounts that may still change, from the record of calls: sending a package writes
// nothing for its run. Seen are the packages that were tried, saved those that the channel has, errors those that are parked, each of
// these an item of the run. It may be repeated.
func (s *Store) CountRuns(ctx context.Context, accounts []string, now time.Time) error {
	var ids []string
	for _, a := range accounts {
		last, err := s.lastCounted(ctx, a, now)
		if err != nil {
			return err
		}
		ids = append(ids, register.CountedShipments(a, last, now)...)
	}
	if len(ids) == 0 {
		return nil
	}
	counted, err := s.countedRuns(ctx, ids)
	if err != nil {
		return fmt.Errorf("count runs of shipments: %w", err)
	}
	for _, run := range counted {
		err := s.Write(ctx, "record run "+run.ID, func(ctx context.Context, t *db.Tx) error {
			if err := runs.EndRun(ctx, t, run); err != nil {
				return err
			}
			items, err := parkedItems(ctx, t, run.ID)
			if err != nil {
				return err
			}
			return runs.SaveItems(ctx, t, items)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lastCounted returns the account's last run of shipments that was counted, of those that CountedShipments would have; empty: none was.
func (s *Store) lastCounted(ctx context.Context, account string, now time.Time) (id string, err error) {
	all := register.CountedShipments(account, "", now)
	err = s.Read(ctx, `SELECT COALESCE(MAX(o.id), '') FROM {{rows 1}} CROSS JOIN runs o WHERE o.id = r.value`, func(rows *sql.Rows) error { return rows.Scan(&id) }, db.Texts(all))
	if err != nil {
		return "", fmt.Errorf("read the last counted run of shipments of %s: %w", account, err)
	}
	return id, nil
}

// countedRuns counts runs; those that are recorded with the same counts are left out.
func (s *Store) countedRuns(ctx context.Context, ids []string) ([]runs.Run, error) {
	var out []runs.Run
	err := s.Read(ctx, `SELECT t.run_id, MIN(t.account), MIN(t.endpoint), MIN(t.began), MAX(t.ended), CAST(COUNT(*) AS BIGINT),
			`+stateCount(shipment.Confirmed)+`, `+stateCount(shipment.Parked)+`,
			COALESCE(MAX(o.ended_at), 0), COALESCE(MAX(o.seen), 0), COALESCE(MAX(o.saved), 0), COALESCE(MAX(o.errors), 0)
		FROM `+triedPackages+` LEFT JOIN runs o ON o.id = t.run_id GROUP BY t.run_id ORDER BY t.run_id`, func(rows *sql.Rows) error {
		r := runs.Run{Kind: runs.RunShipments}
		var began, ended, before int64
		var known message.Counts
		err := rows.Scan(&r.ID, &r.Account, &r.Endpoint, &began, &ended, &r.Counts.Seen, &r.Counts.Saved, &r.Counts.Errors, &before, &known.Seen, &known.Saved, &known.Errors)
		r.StartedAt, r.EndedAt = db.At(began), db.At(ended)
		if before != ended || known != r.Counts {
			out = append(out, r)
		}
		return err
	}, db.Texts(ids))
	return out, err
}

func stateCount(s shipment.State) string {
	return `CAST(SUM(CASE WHEN p.state = '` + string(s) + `' THEN 1 ELSE 0 END) AS BIGINT)`
}

// parkedItems returns the items of a run: its parked packages, and those of its items that are not parked any more.
func parkedItems(ctx context.Context, t *db.Tx, runID string) ([]runs.Item, error) {
	var out []runs.Item
	err := t.Query(ctx, `SELECT o.reference, p.package_id, p.state, p.fault_id, p.request_id, t.ended FROM `+triedPackages+`
		JOIN orders o ON o.id = p.order_id
		WHERE p.state = '`+string(shipment.Parked)+`' OR EXISTS (SELECT 1 FROM run_items i WHERE i.run_id = t.run_id AND i.reference = o.reference || '/' || p.package_id)`, func(rows *sql.Rows) error {
		i := runs.Item{RunID: runID, Type: register.ItemPackage}
		var reference, id string
		var state shipment.State
		var at int64
		err := rows.Scan(&reference, &id, &state, &i.FaultID, &i.RequestID, &at)
		i.Reference, i.At, i.Status = register.PackageItem(reference, id), db.At(at), itemStatus(state)
		if i.Status != runs.ItemError {
			i.FaultID = ""
		}
		out = append(out, i)
		return err
	}, db.Texts([]string{runID}))
	return out, err
}

// itemStatus is the status of a package as an item of a run.
func itemStatus(s shipment.State) runs.ItemStatus {
	switch s {
	case shipment.Confirmed:
		return runs.ItemDone
	case shipment.Parked, shipment.Refused:
		return runs.ItemError
	case shipment.Voided:
		return runs.ItemSkipped
	case shipment.Saved, shipment.Processed:
	}
	return runs.ItemPending
}
