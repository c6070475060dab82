package levels

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// lagRow has the columns of push_lags that a step of one account and hour sets.
type lagRow struct {
	UpTo   time.Duration `db:"up_to"`
	Levels int           `db:"levels"`
	Worst  time.Duration `db:"worst"`
}

// saveLags counts how long levels had waited that an account's channel accepted, in the hour of the transaction.
func saveLags(ctx context.Context, t *db.Tx, account string, lags []time.Duration) error {
	if len(lags) == 0 {
		return nil
	}
	rows := map[time.Duration]lagRow{}
	for _, lag := range lags {
		step := stock.LagStep(lag)
		row := rows[step]
		rows[step] = lagRow{step, row.Levels + 1, max(row.Worst, lag)}
	}
	list := slices.Collect(maps.Values(rows))
	slices.SortFunc(list, func(a, b lagRow) int { return cmp.Compare(a.UpTo, b.UpTo) }) // two transactions lock in one order
	_, err := t.Exec(ctx, `INSERT INTO push_lags ({{columns 1}}, hour, account) SELECT {{values 1}}, CAST($2 AS BIGINT), CAST($3 AS TEXT) FROM {{rows 1}} WHERE true
		ON CONFLICT (hour, account, up_to) DO UPDATE SET levels = push_lags.levels + excluded.levels,
			worst = CASE WHEN excluded.worst > push_lags.worst THEN excluded.worst ELSE push_lags.worst END`,
		db.RowsOf(list), t.Now-t.Now%time.Hour.Microseconds(), account)
	return err
}

// LagsByHour returns how long the levels had waited that channels accepted, of all accounts, by the beginning of the hour (UTC) since one.
func (s *Store) LagsByHour(ctx context.Context, since time.Time) (map[time.Time]stock.Lags, error) {
	out := map[time.Time]stock.Lags{}
	err := s.Read(ctx, `SELECT hour, up_to, CAST(SUM(levels) AS BIGINT), MAX(worst) FROM push_lags WHERE hour >= $1 GROUP BY hour, up_to`, func(rows *sql.Rows) error {
		var hour int64
		var row lagRow
		err := rows.Scan(append([]any{&hour}, db.FieldsOf(&row)...)...)
		lags := out[db.At(hour)]
		lags.Add(row.UpTo, row.Levels, row.Worst)
		out[db.At(hour)] = lags
		return err
	}, db.Micro(since))
	if err != nil {
		return nil, fmt.Errorf("read how long levels waited: %w", err)
	}
	return out, nil
}

// ForgetLags deletes what was counted before a moment.
func (s *Store) ForgetLags(ctx context.Context, before time.Time) error {
	return s.Write(ctx, "forget how long levels waited", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `DELETE FROM push_lags WHERE hour < $1`, db.Micro(before))
		return err
	})
}
