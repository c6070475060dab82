package publications

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
)

// SaveChecks saves the results of our check for products and variants of a run. An error of the product also ends the variants
// without a result of their own. It returns the changes of the counts; repeating it changes nothing.
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

// SaveAnswers saves the channel's results for items of a run, with its faults, and links accepted listings to their SKUs, so that
// their levels are sent. A test that only validates makes no links. It returns the changes of the counts; repeating it only saves
// its calls again.
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

// verdictSave is one attempt to save verdicts.
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
	// Lock the accounts first, like all writers of links, so that two of them can't deadlock.
	p, err := readPublication(ctx, v.Query, run, "")
	if err != nil {
		return err
	}
	v.publication = p
	v.outcome = publication.Outcome{Verdicts: publication.Verdicts{DryRun: p.DryRun, Answers: answers, List: list}, Through: p.Through, Over: p.course().Ended(), At: db.At(v.Now)}
	if answers {
		if err := links.CloseLinks(ctx, v.Tx, []links.Link{{Account: p.Through}}); err != nil {
			return err
		}
	}
	if err := v.read(ctx); err != nil {
		return err
	}
	v.counts = publication.Decide(v.items, v.outcome.Verdicts)
	for _, step := range []func(context.Context) error{v.saveVerdictFaults, v.writeItems, v.note, v.brakePrices, v.readAgain} {
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
	if err := v.Query(ctx, `SELECT a.channel FROM accounts a WHERE a.id = $1`, func(rows *sql.Rows) error {
		var kind channel.Kind
		err := rows.Scan(&kind)
		v.outcome.Preview = publication.Previews(v.publication.Endpoint == channel.Test, kind)
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
		if one.Fault != nil {
			one.Fault.Hit.RunID, one.Fault.Hit.SKU = v.publication.ID, cmp.Or(one.ChannelSKU, one.SKU)
		}
		faults = append(faults, one.Fault)
	}
	return runs.SaveFaults(ctx, v.Tx, v.publication.Through, faults)
}

// planRow has the columns of publication_plans that a verdict sets.
type planRow struct {
	Product  string        `db:"product"`
	SKU      string        `db:"sku"`
	Plan     string        `db:"plan"`
	Hash     string        `db:"hash"`
	Marks    listing.Marks `db:"fields"`
	Price    int64         `db:"price"`
	Currency string        `db:"currency"`
	Before   int64         `db:"before"`
	SentAt   time.Time     `db:"sent_at"`
}

// savePlans saves what the adapter decided about items to be sent.
func (v *verdictSave) savePlans(ctx context.Context) error {
	for batch := range slices.Chunk(v.outcome.Plans(), db.BatchRows) {
		_, err := v.Exec(ctx, `INSERT INTO publication_plans ({{columns 1}}, run_id) SELECT {{values 1}}, CAST($2 AS TEXT) FROM {{rows 1}} WHERE true
			ON CONFLICT (run_id, product, sku) DO UPDATE SET plan = excluded.plan, hash = excluded.hash, fields = excluded.fields, price = excluded.price, currency = excluded.currency, before = excluded.before, sent_at = excluded.sent_at`,
			db.RowsBy(batch, func(p publication.Plan) planRow {
				return planRow{p.Product, p.SKU, p.Text, p.Hash, p.Marks, p.Price.Amount, p.Price.Currency, beforeIn(p.Before, p.Price.Currency), p.SentAt}
			}), v.publication.ID)
		if err != nil {
			return err
		}
	}
	return nil
}
