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
	verdicts    []ItemVerdict
	items       []*publication.Item
	outcome     publication.Outcome
	counts      message.PublicationCounts
}

func (v *verdictSave) run(ctx context.Context, run string, answers bool) error {
	var list []publication.Verdict
	for _, one := range v.verdicts {
		verdict := one.verdict()
		if err := verdict.Check(); err != nil {
			return err
		}
		list = append(list, verdict)
	}
	// The accounts first, as all who write links do: two of them never wait for each other.
	p, err := readPublication(ctx, v.Query, run, "")
	if err != nil {
		return err
	}
	v.publication = p
	v.outcome = publication.Outcome{Verdicts: publication.Verdicts{DryRun: p.DryRun, Answers: answers, List: list}, Through: p.Through, At: db.At(v.Now)}
	if answers {
		if err := links.CloseLinks(ctx, v.Tx, []links.Link{{Account: p.Through}}); err != nil {
			return err
		}
	}
	if err := v.read(ctx); err != nil {
		return err
	}
	v.counts = publication.Settle(v.items, v.outcome.Verdicts)
	for _, step := range []func(context.Context) error{v.saveVerdictFaults, v.writeItems, v.note} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return addCounts(ctx, v.Tx, run, v.counts)
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
		v.outcome.Preview = v.publication.Endpoint == channel.Test && endpoint != channel.Test
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

// planRow is what a verdict fills of a row of publication_plans.
type planRow struct {
	Product string `db:"product"`
	SKU     string `db:"sku"`
	Plan    string `db:"plan"`
	Hash    string `db:"hash"`
}

// savePlans keeps what the adapter decided about the items that are to be sent.
func (v *verdictSave) savePlans(ctx context.Context) error {
	if !v.publication.EndedAt.IsZero() {
		return nil
	}
	plans := v.outcome.Verdicts.Plans()
	for batch := range slices.Chunk(plans, db.BatchRows) {
		_, err := v.Exec(ctx, `INSERT INTO publication_plans ({{columns 1}}, run_id) SELECT {{values 1}}, CAST($2 AS TEXT) FROM {{rows 1}} WHERE true
			ON CONFLICT (run_id, product, sku) DO UPDATE SET plan = excluded.plan, hash = excluded.hash, sent_at = 0`,
			db.RowsBy(batch, func(one publication.Verdict) planRow { return planRow{one.Product, one.SKU, one.Plan, one.Hash} }), v.publication.ID)
		if err != nil {
			return err
		}
	}
	return nil
}
