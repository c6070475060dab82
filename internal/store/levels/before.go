package levels

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"

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

// wentLive is what listings go back to.
type wentLive struct {
	levels map[string]int              // by channel SKU
	at     map[string]stock.ByLocation // of accounts that list each location by itself
}

// expecting is a quantity as of a moment: what was sold later has left it.
type expecting struct {
	quantity int
	at       int64
}

// before returns what channel SKUs of an account go back to: what they listed before they went live, less what was sold on the channel since,
// wherever the units are by now. Of orders placed in the very second in which a listing was read, those count that were not seen before: a unit
// too few is listed rather than one too many. SKUs of which nobody knows what they listed are left out.
func (s *Store) before(ctx context.Context, account any, channelSKUs []string) (out wentLive, err error) {
	kept, since := map[place]*expecting{}, int64(math.MaxInt64)
	err = s.Read(ctx, `SELECT b.channel_sku, COALESCE(a.location, ''), COALESCE(a.quantity, b.quantity), COALESCE(a.read_at, b.read_at)
		FROM {{rows 1}} CROSS JOIN levels_before b LEFT JOIN levels_before_at a ON a.account = b.account AND a.channel_sku = b.channel_sku
			AND EXISTS (SELECT 1 FROM accounts x WHERE x.id = b.account AND x.by_location = 1)
		WHERE b.account = CAST($2 AS TEXT) AND b.channel_sku = r.value AND `+KnownBefore+` >= 0
		ORDER BY b.channel_sku, COALESCE(a.location, '')`, func(rows *sql.Rows) error {
		var p place
		var e expecting
		err := rows.Scan(&p.sku, &p.location, &e.quantity, &e.at)
		kept[p], since = &e, min(since, e.at)
		return err
	}, db.Texts(channelSKUs), account)
	if err == nil && len(kept) > 0 {
		err = bought(ctx, s.Read, account, since, func(b purchase) {
			for _, location := range []string{"", b.location} {
				if e := kept[place{b.channelSKU, location}]; e != nil && b.seenAt > e.at && b.placedAt >= e.at-e.at%wholeSecond {
					e.quantity -= b.units
					return
				}
			}
		})
	}
	if err != nil {
		return out, fmt.Errorf("read what %v listed before: %w", account, err)
	}
	out = wentLive{map[string]int{}, map[string]stock.ByLocation{}}
	for p, e := range kept {
		out.levels[p.sku] += max(0, e.quantity)
		if p.location != "" {
			out.at[p.sku] = append(out.at[p.sku], stock.LocationUnits{Location: p.location, Units: max(0, e.quantity)})
		}
	}
	return out, nil
}

// setBack gives the levels that go back what they go back to, or stock.UnknownListed. A location that listed nothing before is not set, nor is one
// that the account no longer has.
func setBack(list []DirtyLevel, before wentLive) []DirtyLevel {
	for i, d := range list {
		if d.apart != Undo {
			continue
		}
		list[i].Quantity, list[i].At = stock.UnknownListed, nil
		quantity, known := before.levels[d.ChannelSKU]
		switch {
		case known && d.At == nil:
			list[i].Quantity = quantity
		case known:
			list[i].At = slices.DeleteFunc(slices.Clone(d.At), func(l stock.LocationUnits) bool { return before.unitsAt(d.ChannelSKU, l.Location) < 0 })
			for n, l := range list[i].At {
				list[i].At[n].Units = before.unitsAt(d.ChannelSKU, l.Location)
			}
			if len(list[i].At) > 0 {
				list[i].Quantity = list[i].At.Sum()
			}
		}
	}
	return list
}

// unitsAt returns what a location goes back to, or stock.UnknownListed.
func (w wentLive) unitsAt(channelSKU, location string) int {
	for _, l := range w.at[channelSKU] {
		if l.Location == location {
			return l.Units
		}
	}
	return stock.UnknownListed
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
		if quantity, known := before.levels[d.ChannelSKU]; known {
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
