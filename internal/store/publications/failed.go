package publications

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
)

// Failed are the SKUs of an account whose last publication to an endpoint ended in error with one code.
type Failed struct {
	Account  string
	Endpoint channel.Endpoint
	Code     string // of the first error; empty: it has none
	SKUs     int
	Sample   []string // at most incident.MaxSample
	Since    time.Time
}

// failedRows is the condition of the index published_failed: the SKU's last item ended in error.
const failedRows = `failed_at > 0`

// Failed returns what ended in error, by account, endpoint and code. One index has all of it.
func (s *Store) Failed(ctx context.Context) (out []Failed, err error) {
	err = s.Read(ctx, `SELECT account, endpoint, failed_code, COUNT(*), MIN(failed_at) FROM published WHERE `+failedRows+`
			GROUP BY account, endpoint, failed_code ORDER BY account, endpoint, failed_code`, func(rows *sql.Rows) error {
		var f Failed
		var since int64
		err := rows.Scan(&f.Account, &f.Endpoint, &f.Code, &f.SKUs, &since)
		f.Since = db.At(since)
		out = append(out, f)
		return err
	})
	for i := range out {
		if err != nil {
			break
		}
		f := &out[i]
		f.Sample, err = s.FailedSKUs(ctx, f.Account, f.Endpoint, f.Code, incident.MaxSample)
	}
	if err == nil {
		err = s.notInCatalogue(ctx, &out)
	}
	if err != nil {
		return nil, fmt.Errorf("read what of publications ended in error: %w", err)
	}
	return out, nil
}

// LastNotInCatalogue is SQL for the items i of the last runs p of each account to each endpoint which were asked for and are not in the catalogue. No SKU
// stands for them: one that does has its error in published, and a product whose variants are items is told of by them.
const LastNotInCatalogue = `(SELECT a.id AS account, e.endpoint, (SELECT o.id FROM publications o WHERE o.account = a.id AND o.endpoint = e.endpoint AND ` + begun + `
		ORDER BY o.started_at DESC, o.id DESC LIMIT 1) AS id FROM accounts a CROSS JOIN (SELECT 'test' AS endpoint UNION ALL SELECT 'production') e) p
	JOIN run_items i ON i.account = p.account AND i.endpoint = p.endpoint AND i.run_id = p.id AND i.status = 'error' AND i.code = '` + publication.CodeNotInCatalogue + `'
		AND NOT EXISTS (SELECT 1 FROM published s WHERE s.account = i.account AND s.endpoint = i.endpoint AND s.sku = i.reference AND s.failed_at > 0)
		AND NOT EXISTS (SELECT 1 FROM run_items c WHERE c.run_id = i.run_id AND c.parent = i.reference AND c.parent <> '')`

// notInCatalogue adds what the last runs were asked for and the catalogue does not have, to what SKUs of the same account, endpoint and code there are.
func (s *Store) notInCatalogue(ctx context.Context, out *[]Failed) error {
	return s.Read(ctx, `SELECT i.account, i.endpoint, i.code, COUNT(*), MIN(i.at), MIN(i.reference) FROM `+LastNotInCatalogue+`
			GROUP BY i.account, i.endpoint, i.code ORDER BY i.account, i.endpoint`, func(rows *sql.Rows) error {
		var f Failed
		var since int64
		var one string
		err := rows.Scan(&f.Account, &f.Endpoint, &f.Code, &f.SKUs, &since, &one)
		f.Since, f.Sample = db.At(since), []string{one}
		f.join(out)
		return err
	})
}

// join adds what failed to that of the same account, endpoint and code, so that an incident is one.
func (f Failed) join(all *[]Failed) {
	i := slices.IndexFunc(*all, func(o Failed) bool { return o.Account == f.Account && o.Endpoint == f.Endpoint && o.Code == f.Code })
	if i < 0 {
		*all = append(*all, f)
		return
	}
	to := &(*all)[i]
	to.SKUs += f.SKUs
	to.Sample = append(to.Sample, f.Sample...)[:min(len(to.Sample)+len(f.Sample), incident.MaxSample)]
	if f.Since.Before(to.Since) {
		to.Since = f.Since
	}
}

// FailedSKUs returns the SKUs of an account whose last publication to an endpoint ended in error with a code, the longest first, at most limit.
func (s *Store) FailedSKUs(ctx context.Context, account string, endpoint channel.Endpoint, code string, limit int) ([]string, error) {
	return s.texts(ctx, `SELECT sku FROM published WHERE account = $1 AND endpoint = $2 AND failed_code = $3 AND `+failedRows+`
		ORDER BY failed_at, sku LIMIT $4`, account, string(endpoint), code, limit)
}

// ForgetFailed forgets the errors of SKUs that are not published any more: they have left the catalogue, or are struck off the account.
// Nobody would be told otherwise, because no later item of theirs ends.
func (s *Store) ForgetFailed(ctx context.Context) error {
	return s.Write(ctx, "forget errors of SKUs that are not published any more", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE published SET failed_code = '', failed_at = 0 WHERE `+failedRows+`
			AND (NOT EXISTS (SELECT 1 FROM variants v WHERE v.sku = published.sku) OR `+struckOff("published.sku", "published.through")+`)`)
		return err
	})
}

// failedRow is a SKU with the item in which it was found not to be listed.
type failedRow struct {
	publishedKey
	Item int64  `db:"item"`
	Code string `db:"code"`
}

// noteFailed notes accepted SKUs that the channel never showed, whose items are in error now.
func (v *listedSave) noteFailed(ctx context.Context, looks []look, items []*publication.Item) error {
	codes := map[int64]string{}
	for _, i := range publication.Ended(items, publication.Error) {
		codes[i.ID] = i.Code
	}
	var rows []failedRow
	for _, l := range looks {
		if code, is := codes[l.Look.Item]; is {
			rows = append(rows, failedRow{l.publishedKey, l.Look.Item, code})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := v.Exec(ctx, `WITH given AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
		UPDATE published SET failed_code = given.code, failed_at = CAST($2 AS BIGINT)
		FROM given WHERE published.account = given.account AND published.endpoint = given.endpoint AND published.sku = given.sku
			AND published.ended_item = given.item`, db.RowsOf(rows), v.Now)
	return err
}
