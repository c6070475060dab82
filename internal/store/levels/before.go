package levels

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// Apart says how a link differs from its account.
type Apart string

// How a link differs from its account.
const (
	Sample Apart = "sample" // it is live although the account observes
	Undo   Apart = "undo"   // it goes back to what it listed before it went live
)

// KeepBefore is SQL that keeps what the listings of an account ($1) show now ($2), of the links l that go live by a condition. Links that are live
// already, or that go back, keep what they have. Of two things known the newer one counts: stock.Track.Listed in SQL.
func KeepBefore(condition string) string {
	return `INSERT INTO levels_before (account, channel_sku, quantity, read_at, live_at)
		SELECT k.account, k.channel_sku, CASE WHEN k.accepted_version > 0 AND k.accepted_at >= k.seen_at THEN k.accepted_quantity ELSE k.shown END,
			CASE WHEN k.accepted_version > 0 AND k.accepted_at >= k.seen_at THEN k.accepted_at ELSE k.seen_at END, CAST($2 AS BIGINT)
		FROM (SELECT l.account, l.channel_sku, l.accepted_version, l.accepted_at, l.accepted_quantity, ` + ShownQuantity + ` FROM links l
			WHERE l.account = CAST($1 AS TEXT) AND l.apart = '' AND l.channel_fulfils = 0 AND NOT ` + UnmanagedLink + ` AND ` + condition + `) k WHERE true
		ON CONFLICT (account, channel_sku) DO UPDATE SET quantity = excluded.quantity, read_at = excluded.read_at, live_at = excluded.live_at`
}

// before returns what channel SKUs of an account go back to: what they listed before they went live, less what was sold on the channel since.
// Those of which nobody knows that are left out.
func (s *Store) before(ctx context.Context, account any, channelSKUs []string) (map[string]int, error) {
	kept, since := map[string]expecting{}, int64(math.MaxInt64)
	err := s.Read(ctx, `SELECT b.channel_sku, b.quantity, b.read_at FROM {{rows 1}} CROSS JOIN levels_before b
		WHERE b.account = CAST($2 AS TEXT) AND b.channel_sku = r.value AND b.quantity >= 0`, func(rows *sql.Rows) error {
		var sku string
		var e expecting
		err := rows.Scan(&sku, &e.quantity, &e.at)
		kept[sku], since = e, min(since, e.at)
		return err
	}, db.Texts(channelSKUs), account)
	if err == nil && len(kept) > 0 {
		err = s.subtractBought(ctx, account, kept, since)
	}
	if err != nil {
		return nil, fmt.Errorf("read what %v listed before: %w", account, err)
	}
	out := make(map[string]int, len(kept))
	for sku, e := range kept {
		out[sku] = max(0, e.quantity)
	}
	return out, nil
}

// wholeSecond is how exactly Shopify tells when an order was placed, in microseconds.
const wholeSecond = int64(time.Second / time.Microsecond)

// subtractBought subtracts what buyers have bought on the account's channel after the moment of each quantity, wherever the units are by now. Of
// orders placed in the very second of it, those count that were not seen before: a unit too few is listed rather than one too many. Row ids of orders
// go up with the time at which they were seen, so the last one seen before all of them limits what is read.
func (s *Store) subtractBought(ctx context.Context, account any, kept map[string]expecting, since int64) error {
	return s.Read(ctx, `SELECT m.channel_sku, o.placed_at, o.seen_at, m.quantity - m.cancelled FROM orders o JOIN order_lines m ON m.order_id = o.id
		WHERE o.account = CAST($1 AS TEXT) AND o.seen_at > $2 AND o.state NOT IN ('`+string(order.Cancelled)+`', '`+string(order.Skipped)+`')
			AND o.id > COALESCE((SELECT e.id FROM orders e WHERE e.account = CAST($1 AS TEXT) AND e.seen_at <= $2 ORDER BY e.account DESC, e.id DESC LIMIT 1), 0)`,
		func(rows *sql.Rows) error {
			var sku string
			var placedAt, seenAt int64
			var units int
			if err := rows.Scan(&sku, &placedAt, &seenAt, &units); err != nil {
				return err
			}
			if e, wanted := kept[sku]; wanted && seenAt > e.at && placedAt >= e.at-e.at%wholeSecond {
				e.quantity -= units
				kept[sku] = e
			}
			return nil
		}, account, since)
}

// setBack gives the levels that go back what they go back to, or stock.UnknownListed.
func setBack(list []DirtyLevel, before map[string]int) []DirtyLevel {
	for i, d := range list {
		if d.apart != Undo {
			continue
		}
		list[i].Quantity, list[i].At = stock.UnknownListed, nil
		if quantity, known := before[d.ChannelSKU]; known {
			list[i].Quantity = quantity
		}
	}
	return list
}

// Before is what one level goes back to.
type Before struct {
	ChannelSKU string `json:"channelSku"`
	Quantity   int    `json:"quantity"` // less what was sold on the channel since
	Free       int    `json:"free"`     // what the stock offers now: above it, units would be sold that there are not
}

// GoingBack lists what goes back on an account, by channel SKU.
func (s *Store) GoingBack(ctx context.Context, account string) ([]Before, error) {
	list, err := s.offered(ctx, `l.account = CAST($1 AS TEXT) AND l.apart = 'undo'`, account, db.MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("list what goes back on %s: %w", account, err)
	}
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = d.ChannelSKU
	}
	before, err := s.before(ctx, account, names)
	if err != nil {
		return nil, err
	}
	out := make([]Before, 0, len(list))
	for _, d := range list {
		if quantity, known := before[d.ChannelSKU]; known {
			out = append(out, Before{d.ChannelSKU, quantity, d.Quantity})
		}
	}
	return out, nil
}

// Candidates lists the links of an account whose levels are ours to set, for a sample; live are those that are live apart from it already.
func (s *Store) Candidates(ctx context.Context, account string) (list []stock.Candidate, live []string, err error) {
	err = linkStates(ctx, s.Read, ofAccounts([]string{account}), func(l linkState) error {
		list = append(list, stock.Candidate{ChannelSKU: l.ChannelSKU, Listed: l.listed, Would: l.offer.Level(stock.NoHold)})
		return nil
	})
	if err == nil {
		err = s.Read(ctx, `SELECT channel_sku FROM links WHERE account = $1 AND apart <> '' AND apart = 'sample' ORDER BY channel_sku`, func(rows *sql.Rows) error {
			var sku string
			err := rows.Scan(&sku)
			live = append(live, sku)
			return err
		}, account)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list links of %s for a sample: %w", account, err)
	}
	return list, live, nil
}
