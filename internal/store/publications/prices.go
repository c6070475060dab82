package publications

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// prices reads what the price brake has to know of a run's goods: what the channel accepted last, or else what it shows of the SKU's link, and
// what a person has released. Nothing is sold on a test endpoint, so nothing is known of it.
func (g *goodsRead) prices(ctx context.Context) error {
	if g.publication.Endpoint == channel.Test {
		return nil
	}
	account, err := g.accounts.Account(ctx, g.publication.Account)
	if err != nil {
		return err
	}
	for i := range g.out {
		one := &g.out[i]
		one.Brake = account.PriceBrake
		for _, v := range one.Product.Variants {
			one.Prices[v.SKU] = Prices{Cost: listing.Price{Amount: v.Cost.Amount, Currency: v.Cost.Currency}}
		}
	}
	return g.Read(ctx, `SELECT r.value, COALESCE(p.price, 0), COALESCE(p.currency, ''), COALESCE(o.price, 0), COALESCE(o.currency, ''), COALESCE(l.channel_sku, ''),
			COALESCE(h.wanted, 0), COALESCE(h.currency, ''), COALESCE(h.rule, ''), COALESCE(h.released_at, 0)
		FROM {{rows 1}} LEFT JOIN published p ON p.account = CAST($2 AS TEXT) AND p.endpoint = CAST($3 AS TEXT) AND p.sku = r.value AND p.item > 0
			LEFT JOIN links l ON l.account = CAST($4 AS TEXT) AND l.sku = r.value
			LEFT JOIN listings o ON o.account = l.account AND o.channel_sku = l.channel_sku AND o.gone_at = 0
			LEFT JOIN held_prices h ON h.account = CAST($2 AS TEXT) AND h.sku = r.value
		ORDER BY r.value, l.channel_sku, o.listing_id`, func(rows *sql.Rows) error {
		var sku, channelSKU string
		var accepted, shown, held listing.Price
		var rule listing.PriceRule
		var releasedAt int64
		if err := rows.Scan(&sku, &accepted.Amount, &accepted.Currency, &shown.Amount, &shown.Currency, &channelSKU, &held.Amount, &held.Currency, &rule, &releasedAt); err != nil {
			return err
		}
		one := g.of[sku]
		p := one.Prices[sku]
		switch {
		case releasedAt > 0:
			p.Released = held
		case rule == listing.ManyChanged:
			p.Many = held
		}
		switch {
		case accepted.Known():
			p.Before = accepted
		case !p.Before.Known() && channelSKU == one.Links[sku].ChannelSKU:
			p.Before = shown
		}
		one.Prices[sku] = p
		return nil
	}, g.skus(), g.publication.Account, string(g.publication.Endpoint), g.publication.Through)
}

// heldRow is a row of held_prices.
type heldRow struct {
	SKU      string            `db:"sku"`
	Before   int64             `db:"before"` // 0: not known, or in another currency
	Wanted   int64             `db:"wanted"`
	Currency string            `db:"currency"`
	Rule     listing.PriceRule `db:"rule"`
	Why      string            `db:"why"`
}

func rowOfHeld(v ItemVerdict) heldRow {
	row := heldRow{SKU: v.SKU, Wanted: v.Change.Price.Amount, Currency: v.Change.Price.Currency, Rule: v.Braked.Rule, Why: v.Braked.Why}
	row.Before = beforeIn(v.Change.Before, v.Change.Price.Currency)
	return row
}

// beforeIn is a price in a currency; 0: it is not known, or in another one.
func beforeIn(p listing.Price, currency string) int64 {
	if p.Currency != currency {
		return 0
	}
	return p.Amount
}

// brakePrices keeps which prices of a check are held, and lets go of those that are not any more. A price that was released stays so until it
// is what the channel accepted. A dry run changes nothing.
func (v *verdictSave) brakePrices(ctx context.Context) error {
	var held []heldRow
	var fine []string
	for _, one := range v.verdicts {
		switch one.Braked.Check {
		case listing.PriceHeld:
			held = append(held, rowOfHeld(one))
		case listing.PriceFine:
			fine = append(fine, one.SKU)
		case listing.PriceReleased:
		}
	}
	if v.publication.DryRun || v.outcome.Over || len(held)+len(fine) == 0 {
		return nil
	}
	gone, err := v.Exec(ctx, `DELETE FROM held_prices WHERE account = CAST($2 AS TEXT) AND sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(fine), v.publication.Account)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		_, err = v.Exec(ctx, `INSERT INTO held_prices ({{columns 1}}, account, held_at) SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM {{rows 1}} WHERE true
			ON CONFLICT (account, sku) DO UPDATE SET before = excluded.before, wanted = excluded.wanted, currency = excluded.currency, rule = excluded.rule, why = excluded.why, released_at = 0,
				held_at = CASE WHEN held_prices.wanted <> excluded.wanted OR held_prices.currency <> excluded.currency THEN excluded.held_at ELSE held_prices.held_at END`,
			db.RowsOf(held), v.publication.Account, v.Now)
		if err != nil {
			return err
		}
	}
	if gone+len(held) > 0 {
		countHeldPrices(v.Tx, v.publication.Account)
	}
	return nil
}

// countHeldPrices counts the account's incident at the end of the transaction.
func countHeldPrices(t *db.Tx, account string) {
	incidents.Alone(t, incident.Price, account, func(ctx context.Context) error {
		c := incidents.Count(incident.Price)
		err := t.Query(ctx, `SELECT a.id, COALESCE(h.sku, ''), CASE WHEN h.sku IS NULL THEN 0 ELSE 1 END, `+incidents.SavedColumns+`
			FROM accounts a `+incidents.Saved("$2", "a.id")+` LEFT JOIN held_prices h ON h.account = a.id AND h.released_at = 0
			WHERE a.id = $1 ORDER BY h.sku`, c.Scan, account, string(incident.Price))
		if err != nil {
			return err
		}
		return c.Save(ctx, t)
	})
}

// HeldPrice is a price that the brake holds.
type HeldPrice struct {
	Account  string    `json:"account"`
	SKU      string    `json:"sku"`
	Before   int64     `json:"before"` // what is listed, in minor units of Currency; 0: nothing, or it is not known
	Wanted   int64     `json:"wanted"` // what the catalogue says
	Currency string    `json:"currency"`
	Rule     string    `json:"rule"`  // that holds it: cost, floor, percent or many
	Why      string    `json:"why"`   // in words: "below its cost of 4.20 GBP"
	Since    time.Time `json:"since"` // this price is held
	Cursor   string    `json:"-"`     // where a list that ends with this one goes on
}

// HeldPrices lists the prices that the brake holds, sorted by account and SKU, of one account or (empty) all, after a cursor. An invalid cursor
// is ErrBadCursor.
func (s *Store) HeldPrices(ctx context.Context, account, after string, limit int) ([]HeldPrice, error) {
	from, err := db.CursorAfter("prices", after)
	if err != nil {
		return nil, err
	}
	var out []HeldPrice
	err = s.Read(ctx, `SELECT h.account, h.sku, h.before, h.wanted, h.currency, h.rule, h.why, h.held_at FROM held_prices h
		WHERE h.released_at = 0 AND (CAST($1 AS TEXT) = '' OR h.account = CAST($1 AS TEXT)) AND (h.account, h.sku) > ($2, $3)
		ORDER BY h.account, h.sku LIMIT $4`, func(rows *sql.Rows) error {
		var h HeldPrice
		var since int64
		err := rows.Scan(&h.Account, &h.SKU, &h.Before, &h.Wanted, &h.Currency, &h.Rule, &h.Why, &since)
		h.Since, h.Cursor = db.At(since), db.Cursor{"prices", h.Account, h.SKU}.Text()
		out = append(out, h)
		return err
	}, account, from[1], from[2], db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list held prices: %w", err)
	}
	return out, nil
}
