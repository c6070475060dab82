package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
)

// SecondWriter is how much somebody else has set on an account.
type SecondWriter struct {
	Account   string `json:"account"`
	Levels    int    `json:"levels"`    // that somebody else has set within stock.ContestedWithin
	Times     int    `json:"times"`     // how often, of all these levels
	Contested int    `json:"contested"` // levels that are corrected no more
	Prices    int    `json:"prices"`    // that are still as somebody else has set them
	Titles    int    `json:"titles"`    // the same
	Statuses  int    `json:"statuses"`  // of listings that were ended or taken off sale, and still are
}

// none reports whether nobody else has set anything.
func (w SecondWriter) none() bool { return w == SecondWriter{Account: w.Account} }

// SecondWriters counts what somebody else has set, for one account or (empty) all, sorted by account. Accounts without any are left out.
func (s *Store) SecondWriters(ctx context.Context, account string) ([]SecondWriter, error) {
	var out []SecondWriter
	err := s.Read(ctx, `SELECT a.id, COALESCE(d.levels, 0), COALESCE(d.times, 0), (SELECT COUNT(*) FROM links l WHERE l.account = a.id AND l.contested_at > 0),
			COALESCE(f.prices, 0), COALESCE(f.titles, 0), COALESCE(f.statuses, 0)
		FROM accounts a LEFT JOIN (SELECT n.account, COUNT(DISTINCT n.channel_sku) AS levels, COUNT(*) AS times FROM drifts n
			JOIN links l ON l.account = n.account AND l.channel_sku = n.channel_sku
			WHERE n.named_at > $2 AND (CAST($1 AS TEXT) = '' OR n.account = CAST($1 AS TEXT)) GROUP BY n.account) d ON d.account = a.id
		LEFT JOIN (SELECT n.account, `+countField(listing.FieldPrice)+` AS prices, `+countField(listing.FieldTitle)+` AS titles, `+countField(listing.FieldStatus)+` AS statuses
			FROM field_drifts n JOIN links l ON l.account = n.account AND l.channel_sku = n.channel_sku
			WHERE n.ended_at = 0 AND (CAST($1 AS TEXT) = '' OR n.account = CAST($1 AS TEXT)) GROUP BY n.account) f ON f.account = a.id
		WHERE CAST($1 AS TEXT) = '' OR a.id = CAST($1 AS TEXT) ORDER BY a.id`, func(rows *sql.Rows) error {
		var w SecondWriter
		err := rows.Scan(&w.Account, &w.Levels, &w.Times, &w.Contested, &w.Prices, &w.Titles, &w.Statuses)
		if !w.none() {
			out = append(out, w)
		}
		return err
	}, account, time.Now().Add(-stock.ContestedWithin).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("count what somebody else has set: %w", err)
	}
	return out, nil
}

// countField is SQL for how many rows n of field_drifts are of a field.
func countField(field listing.Field) string {
	return `SUM(CASE WHEN n.field = '` + string(field) + `' THEN 1 ELSE 0 END)`
}

// Contested is a listing whose level somebody else has set.
type Contested struct {
	Account    string
	ChannelSKU string
	Times      int  // within stock.ContestedWithin
	NoMore     bool // it is corrected no more
}

// ContestedOf lists the listings of a SKU whose level somebody else has set within stock.ContestedWithin, or is corrected no more.
func (s *Store) ContestedOf(ctx context.Context, sku string) ([]Contested, error) {
	var out []Contested
	err := s.Read(ctx, `SELECT x.account, x.channel_sku, x.times, x.no_more FROM (SELECT l.account, l.channel_sku, CASE WHEN l.contested_at > 0 THEN 1 ELSE 0 END AS no_more,
			(SELECT COUNT(*) FROM drifts n WHERE n.account = l.account AND n.channel_sku = l.channel_sku AND n.named_at > $2) AS times
			FROM links l WHERE l.sku = $1) x WHERE x.times > 0 OR x.no_more = 1 ORDER BY x.account, x.channel_sku`, func(rows *sql.Rows) error {
		var c Contested
		err := rows.Scan(&c.Account, &c.ChannelSKU, &c.Times, &c.NoMore)
		out = append(out, c)
		return err
	}, sku, time.Now().Add(-stock.ContestedWithin).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("list what somebody else has set of %s: %w", sku, err)
	}
	return out, nil
}
