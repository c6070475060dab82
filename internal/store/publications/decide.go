package publications

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
)

// verdict returns a verdict in the form that the rules use.
func (v ItemVerdict) verdict() publication.Verdict {
	out := publication.Verdict{Product: v.Product, SKU: v.SKU, Step: v.Step, Skipped: v.Skipped, Issues: v.Issues, Plan: v.Plan, Hash: v.Hash, Marks: v.Marks, Change: v.Change,
		ChannelSKU: v.ChannelSKU, Ref: v.Ref, RequestID: v.RequestID, ListingID: v.ListingID}
	if f := v.Fault; f != nil {
		out.Fault = &publication.Fault{ID: f.ID, Code: f.Code, Class: string(f.Class), RequestID: f.RequestID}
	}
	return out
}

// outcomeRow has the columns of run_items that a decision may change.
type outcomeRow struct {
	ID        int64              `db:"id"`
	Status    publication.Status `db:"status"`
	Step      listing.Step       `db:"step"`
	Stage     listing.Stage      `db:"stage"`
	Reason    string             `db:"reason"`
	Code      string             `db:"code"`
	RequestID string             `db:"request_id"`
	ListingID string             `db:"listing_id"`
	FaultID   string             `db:"fault_id"`
	Warnings  int                `db:"warnings"`
	Issues    string             `db:"issues"`
	Change    string             `db:"change"`
}

func rowOfItem(i *publication.Item) outcomeRow {
	return outcomeRow{i.ID, i.Status, i.Step, i.Stage, i.Reason, i.Code, i.RequestID, i.ListingID, i.FaultID, i.Warnings, jsonIssues(i.Issues), jsonChange(i.Change)}
}

// readItems reads and locks items: the text selects their ids as found.
func readItems(ctx context.Context, t *db.Tx, found string, args ...any) ([]*publication.Item, error) {
	var out []*publication.Item
	err := t.Query(ctx, found+` SELECT o.run_id, o.type, o.reference, o.parent, o.created_at, `+db.SelectsOf[outcomeRow]("o")+`
		FROM found f CROSS JOIN run_items o WHERE o.id = f.id ORDER BY o.id {{lock o}}`, func(rows *sql.Rows) error {
		i := &publication.Item{}
		var r outcomeRow
		var at int64
		if err := rows.Scan(append([]any{&i.Run, &i.Kind, &i.Reference, &i.Parent, &at}, db.FieldsOf(&r)...)...); err != nil {
			return err
		}
		i.CreatedAt = db.At(at)
		i.ID, i.Status, i.Step, i.Stage, i.Reason, i.Code = r.ID, r.Status, r.Step, r.Stage, r.Reason, r.Code
		i.RequestID, i.ListingID, i.FaultID, i.Warnings = r.RequestID, r.ListingID, r.FaultID, r.Warnings
		var err error
		if i.Issues, err = readIssues(r.Issues); err == nil {
			i.Change, err = ReadChange(r.Change)
		}
		out = append(out, i)
		return err
	}, args...)
	return out, err
}

// readFamilies reads and locks items of a run: products, and their variants.
func readFamilies(ctx context.Context, t *db.Tx, run string, products []string) ([]*publication.Item, error) {
	return readItems(ctx, t, `WITH asked AS MATERIALIZED (SELECT r.value AS product FROM {{rows 1}}), found AS MATERIALIZED (
			SELECT i.id FROM asked CROSS JOIN run_items i WHERE i.run_id = CAST($2 AS TEXT) AND i.reference = asked.product AND i.type = 'product'
			UNION ALL SELECT i.id FROM asked CROSS JOIN run_items i
				WHERE i.run_id = CAST($2 AS TEXT) AND i.parent = asked.product AND i.parent <> '' AND i.type = 'variant')`, db.Texts(products), run)
}

// writeItems writes the items that changed.
func writeItems(ctx context.Context, t *db.Tx, items []*publication.Item) error {
	changed := slices.DeleteFunc(slices.Clone(items), func(i *publication.Item) bool { return !i.Changed() })
	for batch := range slices.Chunk(changed, db.BatchRows) {
		_, err := t.Exec(ctx, `WITH given AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
			UPDATE run_items SET status = given.status, step = given.step, stage = given.stage, reason = given.reason, code = given.code,
				request_id = given.request_id, listing_id = given.listing_id, fault_id = given.fault_id, warnings = given.warnings, issues = given.issues, change = given.change,
				at = CAST($2 AS BIGINT)
			FROM given WHERE run_items.id = given.id`, db.RowsBy(batch, rowOfItem), t.Now)
		if err != nil {
			return err
		}
	}
	return nil
}

func jsonIssues(issues []listing.Issue) string {
	if len(issues) == 0 {
		return "[]"
	}
	return db.JSONText(issues)
}

func readIssues(text string) ([]listing.Issue, error) {
	var issues []listing.Issue
	if text == "[]" || text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &issues); err != nil {
		return nil, fmt.Errorf("read issues: %w", err)
	}
	return issues, nil
}

// jsonChange is what a check found as it is kept; empty: nothing.
func jsonChange(c listing.Change) string {
	if !c.Known() {
		return ""
	}
	return db.JSONText(c)
}

// ReadChange reads what a check found as it is kept; an empty text is nothing.
func ReadChange(text string) (c listing.Change, err error) {
	if text == "" {
		return c, nil
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return c, fmt.Errorf("read what changes: %w", err)
	}
	return c, nil
}
