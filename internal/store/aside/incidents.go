package aside

import (
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// updateIncident counts an account's orders that are set aside. One of which a further call failed counts when that has happened
// incident.UnfinishedAfter times: until then the next scan may well read it.
func updateIncident(t *db.Tx, account string) {
	incidents.Alone(t, incident.Aside, account, func(ctx context.Context) error { return count(ctx, t, account) })
}

func count(ctx context.Context, t *db.Tx, account string) error {
	c := incidents.Count(incident.Aside)
	err := t.Query(ctx, `WITH waiting AS (SELECT q.account, q.id, CASE WHEN q.channel_order_id = '' THEN '`+NoIDPrefix+`' || CAST(q.id AS TEXT) ELSE q.channel_order_id END AS name
			FROM aside_orders q WHERE q.account = $1 AND (q.unfinished = 0 OR q.tries >= $3))
		SELECT a.id, COALESCE(w.name, ''), CASE WHEN w.id IS NULL THEN 0 ELSE 1 END, `+incidents.SavedColumns+`
		FROM accounts a LEFT JOIN waiting w ON w.account = a.id `+incidents.Saved("$2", "a.id")+` WHERE a.id = $1 ORDER BY w.id`,
		c.Scan, account, string(incident.Aside), incident.UnfinishedAfter)
	if err != nil {
		return err
	}
	return c.Save(ctx, t)
}

// Withheld keeps the incident of the fields that an account may not read. fields are those that a page with orders lacks. Call it in the
// page's transaction; it writes only what is news.
func Withheld(ctx context.Context, t *db.Tx, account string, fields []string) error {
	before := incident.Incident{}
	err := t.Query(ctx, `SELECT i.subjects, i.sample, i.since, i.state FROM incidents i WHERE i.kind = $1 AND i.account = $2 AND i.code = ''`, func(rows *sql.Rows) error {
		var err error
		before, err = incidents.ScanSaved(rows)
		return err
	}, string(incident.Withheld), account)
	if err != nil {
		return err
	}
	now := incident.Incident{Kind: incident.Withheld, Account: account, Subjects: len(fields), Sample: slices.Clone(fields)}
	if after, news := now.After(before, db.At(t.Now)); news {
		return incidents.Save(ctx, t, []incident.Incident{after})
	}
	return nil
}
