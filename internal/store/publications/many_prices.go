package publications

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
)

// moving is a change by more than listing.SmallPercent in SQL, of items i with plans o, that was not released. Its arguments are those of inTurn
// from $2 on, then the account and listing.SmallPercent.
const moving = `o.before > 0 AND ABS(o.price - o.before) * 100 > o.before * CAST($6 AS BIGINT)
	AND NOT EXISTS (SELECT 1 FROM held_prices h WHERE h.account = CAST($5 AS TEXT) AND h.sku = i.reference
		AND h.released_at > 0 AND h.wanted = o.price AND h.currency = o.currency)`

// HoldMany holds all prices of a run that wait to be sent and change by more than a little, if too many of them do: it is called when the run's check
// has ended, and before anything is sent. What an interrupted call has held counts when it is repeated, so it goes on. Of a dry run, at its end, it says
// so of the items, and holds nothing.
func (s *Store) HoldMany(ctx context.Context, run string) error {
	p, err := s.Publication(ctx, run)
	if err != nil || p.Endpoint == channel.Test {
		return err
	}
	account, err := s.accounts.Account(ctx, p.Account)
	if err != nil {
		return err
	}
	changing, listings, err := s.countMoving(ctx, p)
	if err != nil {
		return fmt.Errorf("count the prices that run %s changes: %w", run, err)
	}
	if !account.PriceBrake.TooMany(changing, listings) {
		return nil
	}
	for after := int64(0); ; {
		verdicts, last, err := s.readMoving(ctx, p, after, account.PriceBrake.OrDefault())
		if err != nil {
			return fmt.Errorf("read the prices that run %s changes: %w", run, err)
		}
		if len(verdicts) == 0 {
			return nil
		}
		if err := s.holdTogether(ctx, p, verdicts); err != nil {
			return err
		}
		after = last
	}
}

// holdTogether saves verdicts that hold prices.
func (s *Store) holdTogether(ctx context.Context, p Publication, verdicts []ItemVerdict) error {
	if !p.DryRun {
		_, err := s.SaveChecks(ctx, p.ID, verdicts)
		return err
	}
	keys, list := map[string]bool{}, make([]publication.Verdict, len(verdicts))
	for i, v := range verdicts {
		keys[v.Product], list[i] = true, v.verdict()
	}
	return s.Write(ctx, "say what run "+p.ID+" would hold", func(ctx context.Context, t *db.Tx) error {
		items, err := readFamilies(ctx, t, p.ID, db.SortedKeys(keys))
		if err != nil {
			return err
		}
		publication.HoldDry(items, list)
		return writeItems(ctx, t, items)
	})
}

// countMoving counts the prices that change, with those that are held for it already, and the account's listings.
func (s *Store) countMoving(ctx context.Context, p Publication) (changing, listings int, err error) {
	due, turn := inTurn(publication.ToHold(p.DryRun), 2)
	err = s.Read(ctx, `SELECT (SELECT COUNT(*) FROM (
			SELECT i.reference AS sku FROM run_items i JOIN publication_plans o ON o.run_id = i.run_id AND o.product = i.parent AND o.sku = i.reference
				WHERE i.run_id = $1 AND `+due+` AND `+moving+`
			UNION SELECT h.sku FROM held_prices h WHERE h.account = CAST($5 AS TEXT) AND h.rule = CAST($7 AS TEXT) AND h.released_at = 0) x),
		(SELECT COUNT(*) FROM published o WHERE o.account = CAST($5 AS TEXT) AND o.endpoint = CAST($8 AS TEXT) AND o.item > 0)`,
		func(rows *sql.Rows) error { return rows.Scan(&changing, &listings) },
		append(append([]any{p.ID}, turn...), p.Account, listing.SmallPercent, string(listing.ManyChanged), string(p.Endpoint))...)
	return changing, listings, err
}

// readMoving reads a page of the items whose prices change, after an item, as verdicts that hold them.
func (s *Store) readMoving(ctx context.Context, p Publication, after int64, brake listing.Brake) (verdicts []ItemVerdict, last int64, err error) {
	due, turn := inTurn(publication.ToHold(p.DryRun), 2)
	err = s.Read(ctx, `SELECT i.id, i.parent, i.reference, o.before, o.price, o.currency FROM run_items i
		JOIN publication_plans o ON o.run_id = i.run_id AND o.product = i.parent AND o.sku = i.reference
		WHERE i.run_id = $1 AND `+due+` AND `+moving+` AND i.id > $7 ORDER BY i.id LIMIT $8`, func(rows *sql.Rows) error {
		v := ItemVerdict{Step: listing.Validated, Braked: listing.OneOfMany}
		c := &v.Change
		err := rows.Scan(&last, &v.Product, &v.SKU, &c.Before.Amount, &c.Price.Amount, &c.Price.Currency)
		c.Before.Currency, c.Rule, c.Brake = c.Price.Currency, v.Braked.Rule, brake
		v.Skipped = listing.PriceChange{Before: c.Before, Wanted: c.Price}.HeldReason(v.Braked.Why)
		verdicts = append(verdicts, v)
		return err
	}, append(append([]any{p.ID}, turn...), p.Account, listing.SmallPercent, after, maxChunkProducts)...)
	return verdicts, last, err
}
