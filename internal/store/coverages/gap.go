package coverages

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// Follow notes which missing orders are here by now, and asks for the backfill of the first gap that none was asked for, in one
// transaction. asked is false when there is no such gap, or the account has a backfill that has not ended: then a later call asks. A gap is
// asked for once.
func (s *Store) Follow(ctx context.Context, account string) (b backfills.Backfill, asked bool, err error) {
	if any, err := s.any(ctx, account); err != nil || !any {
		return b, false, err
	}
	err = s.Write(ctx, "follow what is missing of "+account, func(ctx context.Context, t *db.Tx) error {
		asked = false
		if _, err := t.Exec(ctx, `DELETE FROM coverage_missing WHERE account = $1 AND channel_order_id IN
			(SELECT m.channel_order_id FROM coverage_missing m WHERE m.account = $1 AND NOT (`+absent+`))`, account); err != nil {
			return err
		}
		list, err := missing(ctx, t.Query, account, db.MaxLimit)
		if err != nil {
			return err
		}
		var fresh []coverage.Listed
		for _, m := range list {
			if m.Backfill == "" {
				fresh = append(fresh, coverage.Listed{ID: m.OrderID, PlacedAt: m.PlacedAt})
			}
		}
		until, err := comparedUntil(ctx, t, account)
		if err != nil {
			return err
		}
		if gap, in, found := coverage.FirstGap(fresh, until); found {
			if b, asked, err = ask(ctx, t, account, gap, in); err != nil {
				return err
			}
		}
		return recount(ctx, t, account)
	})
	return b, asked, err
}

func comparedUntil(ctx context.Context, t *db.Tx, account string) (time.Time, error) {
	var until int64
	err := t.Query(ctx, `SELECT c.until_at FROM coverage c WHERE c.account = $1`, func(rows *sql.Rows) error { return rows.Scan(&until) }, account)
	return db.At(until), err
}

// any reports whether anything is missing, or an incident of it is open: nearly always neither is.
func (s *Store) any(ctx context.Context, account string) (is bool, err error) {
	err = s.Read(ctx, `SELECT 1 FROM coverage_missing m WHERE m.account = $1 UNION ALL
		SELECT 1 FROM incidents i WHERE i.account = $1 AND i.kind = $2 AND i.state = 'open' LIMIT 1`, func(*sql.Rows) error {
		is = true
		return nil
	}, account, string(incident.Missing))
	return is, err
}

// ask saves the backfill of a gap and notes it with the orders that are missing in it.
func ask(ctx context.Context, t *db.Tx, account string, gap backfill.Range, in []coverage.Listed) (backfills.Backfill, bool, error) {
	b := backfills.Backfill{ID: uuid.NewString(), Account: account, Records: backfill.Orders, Range: gap, Cause: backfill.OfCoverage}
	err := backfills.Ask(ctx, t, b, nil)
	if errors.Is(err, backfills.ErrGoesOn) {
		return b, false, nil
	}
	if err != nil {
		return b, false, err
	}
	_, err = t.Exec(ctx, `UPDATE coverage_missing SET backfill = $2 WHERE account = $1 AND channel_order_id IN (SELECT r.value FROM {{rows 3}})`,
		account, b.ID, db.Texts(ids(rowsOf(in))))
	return b, err == nil, err
}

func rowsOf(in []coverage.Listed) []listedRow {
	out := make([]listedRow, len(in))
	for i, o := range in {
		out[i] = rowOf(o)
	}
	return out
}

// recount counts the missing orders of an account: those that a backfill is to bring, and those that none has brought.
func recount(ctx context.Context, t *db.Tx, account string) error {
	list, err := missing(ctx, t.Query, account, db.MaxLimit)
	if err != nil {
		return err
	}
	found := incident.NewByCode(incident.Missing, account)
	for _, m := range list {
		code := ""
		if m.Asked() {
			code = incident.CodeBackfilling
		}
		found.Add(code, m.OrderID)
	}
	return incidents.SaveByCode(ctx, t, incident.Missing, account, found)
}
