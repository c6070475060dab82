package publications

import (
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/publication"
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
	items       []*publication.Item
	counts      message.PublicationCounts
}

func (v *verdictSave) run(ctx context.Context, run string, answers bool) error {
	for _, one := range v.verdicts {
		if err := one.verdict().Check(); err != nil {
			return err
		}
	}
	// The accounts first, as all who write links do: two of them never wait for each other.
	p, err := readPublication(ctx, v.Query, run, "")
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
	v.settle(answers)
	for _, step := range []func(context.Context) error{v.saveVerdictFaults, v.writeItems, v.note} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return addCounts(ctx, v.Tx, run, v.counts)
}

// settle lets the rules decide what becomes of the items.
func (v *verdictSave) settle(answers bool) {
	verdicts := publication.Verdicts{DryRun: v.publication.DryRun, Answers: answers}
	for _, one := range v.verdicts {
		verdicts.List = append(verdicts.List, one.verdict())
	}
	v.counts = message.PublicationCounts(publication.Settle(v.items, verdicts))
}

func (v *verdictSave) writeItems(ctx context.Context) error { return writeItems(ctx, v.Tx, v.items) }

// read reads and locks the items of the verdicts' products.
func (v *verdictSave) read(ctx context.Context) error {
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
	var err error
	v.items, err = readFamilies(ctx, v.Tx, v.publication.ID, db.SortedKeys(keys))
	return err
}

func (v *verdictSave) saveVerdictFaults(ctx context.Context) error {
	var faults []*channel.Fault
	for _, one := range v.verdicts {
		faults = append(faults, one.Fault)
	}
	return runs.SaveFaults(ctx, v.Tx, v.publication.Through, faults)
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
	done := publication.Ended(v.items, publication.Done)
	if v.publication.DryRun {
		done = nil
	}
	verdicts := map[string]ItemVerdict{}
	for _, one := range v.verdicts {
		verdicts[one.SKU] = one
	}
	var rows []endedRow
	for _, i := range publication.Ended(v.items, publication.Error) {
		rows = append(rows, endedRow{SKU: i.Reference, Item: i.ID})
	}
	for _, i := range done {
		one := verdicts[i.Reference]
		rows = append(rows, endedRow{i.Reference, i.ID, true, one.ChannelSKU, one.Hash})
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
	for _, i := range publication.Ended(v.items, publication.Done) {
		accepted[i.Reference] = true
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
