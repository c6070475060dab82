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
		list, err := fresh(ctx, t, account)
		if err != nil {
			return err
		}
		until, err := comparedUntil(ctx, t, account)
		if err != nil {
			return err
		}
		if gap, _, found := coverage.FirstGap(list, until); found {
			if b, asked, err = ask(ctx, t, account, gap); err != nil {
				return err
			}
		}
		recount(t, account)
		return nil
	})
	return b, asked, err
}

// fresh returns the missing orders of an account that no backfill was asked for, the oldest first: those that a backfill has not brought may
// be any number. Of more than a list has, the rest is later, or in the last hour of the list.
func fresh(ctx context.Context, t *db.Tx, account string) (list []coverage.Listed, err error) {
	err = t.Query(ctx, `SELECT m.channel_order_id, m.placed_at FROM coverage_missing m WHERE m.account = $1 AND m.backfill = '' AND `+absent+`
		ORDER BY m.placed_at, m.channel_order_id LIMIT $2`, func(rows *sql.Rows) error {
		var o coverage.Listed
		var placed int64
		err := rows.Scan(&o.ID, &placed)
		o.PlacedAt = db.At(placed)
		list = append(list, o)
		return err
	}, account, db.MaxLimit)
	return list, err
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

// ask saves the backfill of a gap and notes it with all orders that are missing in it and have none.
func ask(ctx context.Context, t *db.Tx, account string, gap backfill.Range) (backfills.Backfill, bool, error) {
	b := backfills.Backfill{ID: uuid.NewString(), Account: account, Records: backfill.Orders, Range: gap, Cause: backfill.OfCoverage}
	err := backfills.Ask(ctx, t, b, nil)
	if errors.Is(err, backfills.ErrGoesOn) {
		return b, false, nil
	}
	if err != nil {
		return b, false, err
	}
	_, err = t.Exec(ctx, `UPDATE coverage_missing SET backfill = $2 WHERE account = $1 AND backfill = '' AND placed_at >= $3 AND placed_at < $4`,
		account, b.ID, db.Micro(gap.From), db.Micro(gap.To))
	return b, err == nil, err
}

// recount counts the missing orders of an account: those that a backfill is to bring, those whose backfill is interrupted, and those that none
// has brought.
func recount(t *db.Tx, account string) {
	incidents.Alone(t, incident.Missing, account, func(ctx context.Context) error { return count(ctx, t, account) })
}

func count(ctx context.Context, t *db.Tx, account string) error {
	found := incident.NewByCode(incident.Missing, account)
	err := t.Query(ctx, `WITH lost AS (SELECT CASE WHEN `+asked+` THEN CAST($2 AS TEXT) WHEN `+interrupted+` THEN CAST($3 AS TEXT) ELSE '' END AS code,
				m.channel_order_id AS id, m.placed_at
			FROM coverage_missing m `+withBackfill+` WHERE m.account = $1 AND `+absent+`),
		placed AS (SELECT code, id, COUNT(*) OVER (PARTITION BY code) AS number, ROW_NUMBER() OVER (PARTITION BY code ORDER BY placed_at, id) AS place FROM lost)
		SELECT code, id, CASE WHEN place = 1 THEN number ELSE 0 END FROM placed WHERE place <= $4 ORDER BY code, place`, func(rows *sql.Rows) error {
		var code, id string
		var n int
		err := rows.Scan(&code, &id, &n)
		found.AddTimes(code, id, n)
		return err
	}, account, incident.CodeBackfilling, incident.CodeInterrupted, incident.MaxSample)
	if err != nil {
		return err
	}
	return incidents.SaveByCode(ctx, t, incident.Missing, account, found)
}
