package publications

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
)

// addCounts updates the counts of a run together with its items.
func addCounts(ctx context.Context, t *db.Tx, run string, c message.PublicationCounts) error {
	if c == (message.PublicationCounts{}) {
		return nil
	}
	_, err := t.Exec(ctx, `UPDATE publications SET items = items + $2, done = done + $3, invalid = invalid + $4, refused = refused + $5,
			skipped = skipped + $6, warnings = warnings + $7 WHERE id = $1`, run, c.Items, c.Done, c.Invalid, c.Refused, c.Skipped, c.Warnings)
	return err
}

// counted are the items of a run, counted anew.
type counted struct {
	ended  bool // the run has
	counts message.PublicationCounts
}

// countPublications locks runs and counts their items anew.
func countPublications(ctx context.Context, t *db.Tx, ids []string) (map[string]counted, error) {
	ended, tallies := map[string]bool{}, map[string][]publication.Group{}
	err := t.Query(ctx, `WITH asked AS MATERIALIZED (SELECT o.id, o.ended_at FROM {{rows 1}} CROSS JOIN publications o WHERE o.id = r.value ORDER BY o.id {{lock o}})
		SELECT a.id, a.ended_at, i.status, i.stage, i.warnings, COUNT(*) FROM asked a CROSS JOIN run_items i WHERE i.run_id = a.id
		GROUP BY a.id, a.ended_at, i.status, i.stage, i.warnings`, func(rows *sql.Rows) error {
		var id string
		var at int64
		var one publication.Group
		err := rows.Scan(&id, &at, &one.Status, &one.Stage, &one.Warnings, &one.Items)
		ended[id] = publication.Course{EndedAt: db.At(at)}.Ended()
		tallies[id] = append(tallies[id], one)
		return err
	}, db.Texts(ids))
	if err != nil {
		return nil, fmt.Errorf("count the items: %w", err)
	}
	out := make(map[string]counted, len(ids))
	for id, list := range tallies {
		out[id] = counted{ended[id], publication.Count(list)}
	}
	return out, nil
}

// countRow has the columns of a run that is counted anew, in publications and in the register.
type countRow struct {
	ID       string `db:"id"`
	Done     int    `db:"done"`
	Refused  int    `db:"refused"`
	Warnings int    `db:"warnings"`
	Saved    int    `db:"saved"`
	Errors   int    `db:"errors"`
}

// recount updates the counts of runs with an item that is now in error, in the register those of runs that have ended.
func (v *listedSave) recount(ctx context.Context, failed []*publication.Item) error {
	ids := map[string]bool{}
	for _, i := range failed {
		ids[i.Run] = true
	}
	if len(ids) == 0 {
		return nil
	}
	counted, err := countPublications(ctx, v.Tx, db.SortedKeys(ids))
	if err != nil {
		return err
	}
	var all, ended []countRow
	for _, id := range db.KeysOf(counted) {
		c, of := counted[id].counts, message.PublicationRun(counted[id].counts)
		all = append(all, countRow{id, c.Done, c.Refused, c.Warnings, of.Saved, of.Errors})
		if counted[id].ended {
			ended = append(ended, all[len(all)-1])
		}
	}
	if _, err := v.Exec(ctx, `WITH told AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
		UPDATE publications SET done = told.done, refused = told.refused, warnings = told.warnings FROM told WHERE publications.id = told.id`, db.RowsOf(all)); err != nil {
		return err
	}
	if len(ended) == 0 {
		return nil
	}
	_, err = v.Exec(ctx, `WITH told AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
		UPDATE runs SET saved = told.saved, errors = told.errors FROM told WHERE runs.id = told.id`, db.RowsOf(ended))
	return err
}
