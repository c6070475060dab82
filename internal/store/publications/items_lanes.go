package publications

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// scope is the first filter of a list, chosen so that one index serves it: a run, an account, or none.
func (l *itemList) scope(w *db.Where) {
	switch {
	case l.page.Run != "":
		w.And(`i.run_id = %s`, l.page.Run)
	case l.f.Account != "":
		w.And(`i.account = %s`, l.f.Account)
	}
}

// rest is the filter that the lanes do not cover.
func (l *itemList) rest(w *db.Where) {
	if l.page.Run != "" && l.f.Account != "" {
		w.And(`i.account = %s`, l.f.Account)
	}
}

// findLanes finds the lanes in the scope, one after another, and keeps those of the filter.
func (l *itemList) findLanes(ctx context.Context) error {
	first, next := db.Where{}, db.Where{}
	l.scope(&first)
	next.Args = first.Args
	l.scopeAgain(&next)
	next.And(`i.lane > t.lane`)
	lanes, err := l.texts(ctx, `WITH RECURSIVE t (lane) AS (SELECT MIN(i.lane) FROM run_items i`+first.Text()+`
		UNION ALL SELECT (SELECT MIN(i.lane) FROM run_items i`+next.Text()+`) FROM t WHERE t.lane IS NOT NULL)
		SELECT t.lane FROM t WHERE t.lane IS NOT NULL`, first.Args...)
	for _, text := range lanes {
		if lane := publication.Lane(text); lane.Of(string(l.f.Endpoint), l.f.Type) {
			l.lanes = append(l.lanes, lane)
		}
	}
	return err
}

// scopeAgain is scope with the parameter that is there already.
func (l *itemList) scopeAgain(w *db.Where) {
	switch {
	case l.page.Run != "":
		w.And(`i.run_id = $1`)
	case l.f.Account != "":
		w.And(`i.account = $1`)
	}
}

// statusOf is the status that a lane is of.
func statusOf(lane publication.Lane) runs.ItemStatus { return runs.ItemStatus(lane.Status()) }

// chosen returns the lanes of the filter's status as well.
func (l *itemList) chosen() []publication.Lane {
	return publication.OfStatus(l.lanes, publication.Status(l.f.Status))
}

// ofLanes begins a statement with the lanes as a table.
const ofLanes = `WITH lanes AS MATERIALIZED (SELECT r.lane, r.status FROM {{rows 1}}) `

func (l *itemList) lanesTable() *db.RowTable {
	rows := make([]laneRow, len(l.lanes))
	for i, lane := range l.lanes {
		rows[i] = laneRow{lane, statusOf(lane)}
	}
	return db.RowsOf(rows)
}

// laneRow is a lane with the status that its items have.
type laneRow struct {
	Lane   publication.Lane `db:"lane"`
	Status runs.ItemStatus  `db:"status"`
}

// size finds the range of ids of the lanes and the number of their items, up to a limit.
func (l *itemList) size(ctx context.Context) (total int, err error) {
	w := db.Where{Args: []any{l.lanesTable()}}
	l.scope(&w)
	w.And(`i.lane = q.lane AND i.id >= %s`, l.low)
	err = l.Read(ctx, ofLanes+`SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM lanes q CROSS JOIN run_items i`+w.Text()+` LIMIT `+w.Arg(fewItems+1)+`) x),
			COALESCE(MIN(y.first), 0), COALESCE(MAX(y.last), 0)
		FROM (SELECT (SELECT MIN(i.id) FROM run_items i`+w.Text()+`) AS first, (SELECT MAX(i.id) FROM run_items i`+w.Text()+`) AS last FROM lanes q) y`,
		func(rows *sql.Rows) error { return rows.Scan(&total, &l.first, &l.last) }, w.Args...)
	return total, err
}

// count counts the items of each status, up to a bound, from an id on; atLeast says that there are others below it.
func (l *itemList) count(ctx context.Context, low int64, atLeast bool) error {
	w := db.Where{Args: []any{l.lanesTable()}}
	l.scope(&w)
	w.And(`q.status = s.status AND i.lane = q.lane AND i.id >= %s`, max(low, l.low))
	l.rest(&w)
	if l.needle != "" {
		w.And(`i.folded LIKE %s ESCAPE '!'`, db.LikePart(l.needle))
	}
	return l.Read(ctx, ofLanes+`SELECT s.status, (SELECT COUNT(*) FROM (SELECT 1 FROM lanes q CROSS JOIN run_items i`+w.Text()+` LIMIT `+w.Arg(MostCounted+1)+`) x)
		FROM (SELECT DISTINCT status FROM lanes) s`, func(rows *sql.Rows) error {
		var status runs.ItemStatus
		var n int
		err := rows.Scan(&status, &n)
		l.counted(status, n, atLeast)
		return err
	}, w.Args...)
}

// counted records the number of items of a status.
func (l *itemList) counted(status runs.ItemStatus, n int, atLeast bool) {
	if n > 0 || atLeast {
		l.page.Overview[status] = Counted{min(n, MostCounted), atLeast || n > MostCounted}
	}
}
