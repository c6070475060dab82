package publications

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
)

// SaveChecks saves what our own check says of items of a run: of a product as a whole, and of its variants. An error of the product takes along
// the variants that have no verdict of their own. The counts are what changed: a repetition changes nothing.
func (s *Store) SaveChecks(ctx context.Context, run string, verdicts []ItemVerdict) (message.PublicationCounts, error) {
	var counts message.PublicationCounts
	err := s.Write(ctx, "save the checks of run "+run, func(ctx context.Context, t *db.Tx) error {
		v := &verdictSave{Tx: t, verdicts: verdicts}
		if err := v.run(ctx, run, false); err != nil {
			return err
		}
		counts = v.counts
		return v.savePlans(ctx)
	})
	return counts, err
}

// SaveAnswers saves what the channel says of items of a run, with its faults, and links what it accepted to the SKUs, so that their levels
// are sent. A test that only validates makes no links. The counts are what changed: a repetition changes nothing but the calls that are kept
// with it.
func (s *Store) SaveAnswers(ctx context.Context, run string, verdicts []ItemVerdict, calls ...runs.Call) (message.PublicationCounts, error) {
	var counts message.PublicationCounts
	err := s.Write(ctx, "save the answers of run "+run, func(ctx context.Context, t *db.Tx) error {
		v := &verdictSave{Tx: t, verdicts: verdicts}
		if err := v.run(ctx, run, true); err != nil {
			return err
		}
		counts = v.counts
		if err := v.link(ctx); err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
	return counts, err
}

// verdictSave is one try at saving verdicts.
type verdictSave struct {
	*db.Tx
	publication Publication
	preview     bool // the channel only validates: nothing is listed by it
	verdicts    []ItemVerdict
	items       []*fate
	pending     map[int64]bool // before
	counts      message.PublicationCounts
}

func (v *verdictSave) run(ctx context.Context, run string, answers bool) error {
	if err := checkVerdicts(v.verdicts); err != nil {
		return err
	}
	// The accounts first, as all who write links do: two of them never wait for each other.
	p, err := publication(ctx, v.Query, run, "")
	if err != nil {
		return err
	}
	v.publication = p
	if answers {
		if err := links.CloseLinks(ctx, v.Tx, []links.Link{{Account: p.Through}}); err != nil {
			return err
		}
	}
	if err := v.read(ctx); err != nil {
		return err
	}
	s := newSettlement(v.items, p.DryRun, answers)
	s.settle(v.verdicts)
	v.counts = s.counts
	for _, step := range []func(context.Context) error{v.saveVerdictFaults, v.write, v.note} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return addCounts(ctx, v.Tx, run, v.counts)
}

func checkVerdicts(verdicts []ItemVerdict) error {
	for _, v := range verdicts {
		switch {
		case v.Product == "":
			return fmt.Errorf("the verdict about SKU %q names no product", v.SKU)
		case len(v.Plan) > listing.MaxPlan:
			return fmt.Errorf("the plan of %q has %d bytes; at most %d are kept", firstOf(v.SKU, v.Product), len(v.Plan), listing.MaxPlan)
		}
	}
	return nil
}

// read reads and locks the items of the verdicts' products.
func (v *verdictSave) read(ctx context.Context) error {
	v.items, v.pending = nil, map[int64]bool{}
	keys := map[string]bool{}
	for _, one := range v.verdicts {
		keys[db.Clean(one.Product)] = true
	}
	if err := v.Query(ctx, `SELECT a.endpoint FROM accounts a WHERE a.id = $1`, func(rows *sql.Rows) error {
		var endpoint channel.Endpoint
		err := rows.Scan(&endpoint)
		v.preview = v.publication.Endpoint == channel.Test && endpoint != channel.Test
		return err
	}, v.publication.Through); err != nil {
		return err
	}
	return v.readFates(ctx, db.SortedKeys(keys))
}

func (v *verdictSave) readFates(ctx context.Context, products []string) error {
	return v.Query(ctx, `WITH asked AS MATERIALIZED (SELECT r.value AS product FROM {{rows 1}}), found AS MATERIALIZED (
			SELECT i.id FROM asked CROSS JOIN run_items i WHERE i.run_id = CAST($2 AS TEXT) AND i.reference = asked.product AND i.type = 'product'
			UNION ALL SELECT i.id FROM asked CROSS JOIN run_items i
				WHERE i.run_id = CAST($2 AS TEXT) AND i.parent = asked.product AND i.parent <> '' AND i.type = 'variant')
		SELECT o.id, o.type, o.reference, o.parent, o.status, o.step, o.stage, o.reason, o.code, o.request_id, o.listing_id, o.fault_id, o.warnings, o.issues
		FROM found f CROSS JOIN run_items o WHERE o.id = f.id ORDER BY o.id {{lock o}}`, func(rows *sql.Rows) error {
		i := &fate{}
		var issues string
		err := rows.Scan(&i.id, &i.kind, &i.reference, &i.parent, &i.status, &i.step, &i.stage, &i.reason, &i.code, &i.requestID, &i.listingID,
			&i.faultID, &i.warnings, &issues)
		if err != nil {
			return err
		}
		v.items, v.pending[i.id] = append(v.items, i), i.status == runs.ItemPending
		i.issues, err = readIssues(issues)
		return err
	}, db.Texts(products), v.publication.ID)
}

func (v *verdictSave) saveVerdictFaults(ctx context.Context) error {
	var faults []*channel.Fault
	for _, one := range v.verdicts {
		faults = append(faults, one.Fault)
	}
	return runs.SaveFaults(ctx, v.Tx, v.publication.Through, faults)
}

// fateRow is what a verdict changes of a row of run_items.
type fateRow struct {
	ID        int64           `db:"id"`
	Status    runs.ItemStatus `db:"status"`
	Step      listing.Step    `db:"step"`
	Stage     listing.Stage   `db:"stage"`
	Reason    string          `db:"reason"`
	Code      string          `db:"code"`
	RequestID string          `db:"request_id"`
	ListingID string          `db:"listing_id"`
	FaultID   string          `db:"fault_id"`
	Warnings  int             `db:"warnings"`
	Issues    string          `db:"issues"`
}

func rowOfFate(i *fate) fateRow {
	return fateRow{i.id, i.status, i.step, i.stage, i.reason, i.code, i.requestID, i.listingID, i.faultID, i.warnings, jsonIssues(i.issues)}
}

// write writes the items that changed.
func (v *verdictSave) write(ctx context.Context) error {
	changed := slices.DeleteFunc(slices.Clone(v.items), func(i *fate) bool { return !i.changed })
	for batch := range slices.Chunk(changed, db.BatchRows) {
		_, err := v.Exec(ctx, `WITH told AS MATERIALIZED (
				SELECT {{values 1}} FROM {{rows 1}})
			UPDATE run_items SET status = told.status, step = told.step, stage = told.stage, reason = told.reason, code = told.code,
				request_id = told.request_id, listing_id = told.listing_id, fault_id = told.fault_id, warnings = told.warnings, issues = told.issues,
				at = CAST($2 AS BIGINT)
			FROM told WHERE run_items.id = told.id`, db.RowsBy(batch, rowOfFate), v.Now)
		if err != nil {
			return err
		}
	}
	return nil
}

// ended are the variants that ended by this call.
func (v *verdictSave) ended(status runs.ItemStatus) []*fate {
	return slices.DeleteFunc(slices.Clone(v.items), func(i *fate) bool {
		return i.kind != listing.KindVariant || !v.pending[i.id] || i.status != status
	})
}

// endedRow is an item that has ended, and whether its channel accepted it.
type endedRow struct {
	SKU        string `db:"sku"`
	Item       int64  `db:"item"`
	Accepted   bool   `db:"accepted"`
	ChannelSKU string `db:"channel_sku"`
	Hash       string `db:"hash"`
}

// note keeps how the SKUs stand now: of each the newest item that ended, and what was accepted. A dry run notes errors alone: that its check
// has nothing against a SKU does not make good what the channel said.
func (v *verdictSave) note(ctx context.Context) error {
	done := v.ended(runs.ItemDone)
	if v.publication.DryRun {
		done = nil
	}
	verdicts := map[string]ItemVerdict{}
	for _, one := range v.verdicts {
		verdicts[one.SKU] = one
	}
	var rows []endedRow
	for _, i := range v.ended(runs.ItemError) {
		rows = append(rows, endedRow{SKU: i.reference, Item: i.id})
	}
	for _, i := range done {
		one := verdicts[i.reference]
		rows = append(rows, endedRow{i.reference, i.id, true, one.ChannelSKU, one.Hash})
	}
	for batch := range slices.Chunk(rows, db.BatchRows) {
		_, err := v.Exec(ctx, `WITH told AS MATERIALIZED (
				SELECT {{values 1}} FROM {{rows 1}})
			INSERT INTO published (account, endpoint, sku, through, ended_item, item, hash, read_at, channel_sku, accepted_at, shown, sent_at)
			SELECT CAST($2 AS TEXT), CAST($3 AS TEXT), t.sku, CAST($4 AS TEXT), t.item, CASE WHEN t.accepted = 1 THEN t.item ELSE 0 END,
				CASE WHEN t.accepted = 0 THEN '' WHEN t.hash <> '' THEN t.hash ELSE COALESCE((SELECT p.hash FROM publication_plans p
					WHERE p.run_id = CAST($5 AS TEXT) AND p.sku = t.sku AND p.product = i.parent), '') END,
				CASE WHEN t.accepted = 1 THEN i.created_at ELSE 0 END, t.channel_sku, CASE WHEN t.accepted = 1 THEN CAST($6 AS BIGINT) ELSE 0 END,
				CAST($7 AS BIGINT), COALESCE((SELECT p.sent_at FROM publication_plans p
					WHERE p.run_id = CAST($5 AS TEXT) AND p.sku = t.sku AND p.product = i.parent), 0)
			FROM told t JOIN run_items i ON i.id = t.item WHERE true
			ON CONFLICT (account, endpoint, sku) DO UPDATE SET ended_item = excluded.ended_item,
				through = CASE WHEN excluded.item > 0 THEN excluded.through ELSE published.through END,
				item = CASE WHEN excluded.item > 0 THEN excluded.item ELSE published.item END,
				hash = CASE WHEN excluded.item > 0 THEN excluded.hash ELSE published.hash END,
				read_at = CASE WHEN excluded.item > 0 THEN excluded.read_at ELSE published.read_at END,
				channel_sku = CASE WHEN excluded.channel_sku <> '' THEN excluded.channel_sku ELSE published.channel_sku END,
				accepted_at = CASE WHEN excluded.item > 0 THEN excluded.accepted_at ELSE published.accepted_at END,
				shown = CASE WHEN excluded.item > 0 THEN excluded.shown ELSE published.shown END,
				sent_at = CASE WHEN excluded.item > 0 THEN excluded.sent_at ELSE published.sent_at END,
				misses = CASE WHEN excluded.item > 0 THEN 0 ELSE published.misses END
			WHERE excluded.ended_item > published.ended_item`,
			db.RowsOf(batch), v.publication.Account, string(v.publication.Endpoint), v.publication.Through, v.publication.ID, v.Now, db.Truth(v.preview))
		if err != nil {
			return err
		}
	}
	return nil
}

// planRow is what a verdict fills of a row of publication_plans.
type planRow struct {
	Product string `db:"product"`
	SKU     string `db:"sku"`
	Plan    string `db:"plan"`
	Hash    string `db:"hash"`
}

// savePlans keeps what the adapter decided about the items that are to be sent.
func (v *verdictSave) savePlans(ctx context.Context) error {
	if v.publication.DryRun || !v.publication.EndedAt.IsZero() {
		return nil
	}
	plans := slices.DeleteFunc(slices.Clone(v.verdicts), func(one ItemVerdict) bool { return one.Plan == "" && one.Hash == "" })
	for batch := range slices.Chunk(plans, db.BatchRows) {
		_, err := v.Exec(ctx, `INSERT INTO publication_plans ({{columns 1}}, run_id) SELECT {{values 1}}, CAST($2 AS TEXT) FROM {{rows 1}} WHERE true
			ON CONFLICT (run_id, product, sku) DO UPDATE SET plan = excluded.plan, hash = excluded.hash, sent_at = 0`,
			db.RowsBy(batch, func(one ItemVerdict) planRow { return planRow{one.Product, one.SKU, one.Plan, one.Hash} }), v.publication.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// link ties what was accepted to its SKU: a link that is there gets the new reference, a new one a level to be sent. A level that was sent with
// its listing is sent again.
func (v *verdictSave) link(ctx context.Context) error {
	if v.preview {
		return nil
	}
	accepted := map[string]bool{}
	for _, i := range v.ended(runs.ItemDone) {
		accepted[i.reference] = true
	}
	var list []links.Link
	for _, one := range v.verdicts {
		if accepted[one.SKU] && one.Ref != "" && one.ChannelSKU != "" {
			list = append(list, links.Link{Account: v.publication.Through, ChannelSKU: db.Clean(one.ChannelSKU), SKU: one.SKU, ListingRef: db.Clean(one.Ref)})
		}
	}
	if len(list) > 0 {
		if err := links.LinkAll(ctx, v.Tx, list, false); err != nil {
			return err
		}
	}
	return v.relevel(ctx)
}
