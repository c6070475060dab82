package levels

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// LocationLevel is what a channel with a level per location lists of a SKU at one of them.
type LocationLevel struct {
	Location string
	Quantity int       // below zero where it is oversold
	AsOf     time.Time // what its buyers bought later is not in it
}

// Exact is the AsOf of a quantity that was read after the channel refused to overwrite another one: which sales it includes says the channel's clock
// (stock.Track.Expected).
var Exact = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// locatedRow is a row of location_levels.
type locatedRow struct {
	ChannelSKU string    `db:"channel_sku"`
	Location   string    `db:"location"`
	Quantity   int       `db:"quantity"`
	AsOf       time.Time `db:"as_of"`
}

// saveLocated saves what a channel lists at single locations. Where a level was read after a refusal, the locations that it does not
// name do not stock it any more.
func saveLocated(ctx context.Context, t *db.Tx, account string, pushes []Push) error {
	shown := map[string][]LocationLevel{}
	var read []string
	for _, p := range pushes {
		shown[p.ChannelSKU] = append(shown[p.ChannelSKU], p.At...)
		if p.Stale && p.Wanted != nil && p.Seen != stock.UnknownSeen {
			read = append(read, p.ChannelSKU)
		}
	}
	if err := forgetLocated(ctx, t, account, read, math.MaxInt64); err != nil {
		return err
	}
	return writeLocated(ctx, t, account, shown, "")
}

// SaveShownAt saves what a channel's listings have shown at single locations at a moment, by channel SKU, unless something newer is
// known; nothing for a channel with one level for all.
func SaveShownAt(ctx context.Context, t *db.Tx, account string, shown map[string][]LocationLevel, seenAt time.Time) error {
	if err := forgetLocated(ctx, t, account, slices.Collect(maps.Keys(shown)), db.Micro(seenAt)); err != nil {
		return err
	}
	return writeLocated(ctx, t, account, shown, ` WHERE location_levels.as_of <= excluded.as_of`)
}

// forgetLocated removes what was known of channel SKUs up to a moment, before what is known now is written: an item that is not stocked
// at a location any more would never have the quantity there that is to be replaced, and would not be stocked there again.
func forgetLocated(ctx context.Context, t *db.Tx, account string, channelSKUs []string, until int64) error {
	if len(channelSKUs) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `DELETE FROM location_levels WHERE account = CAST($2 AS TEXT) AND as_of <= CAST($3 AS BIGINT)
		AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(channelSKUs), account, until)
	return err
}

func writeLocated(ctx context.Context, t *db.Tx, account string, shown map[string][]LocationLevel, condition string) error {
	last := map[[2]string]locatedRow{}
	for sku, at := range shown {
		for _, l := range at {
			last[[2]string{sku, l.Location}] = locatedRow{sku, l.Location, l.Quantity, l.AsOf}
		}
	}
	if len(last) == 0 {
		return nil
	}
	rows := make([]locatedRow, 0, len(last))
	for _, r := range last {
		rows = append(rows, r)
	}
	_, err := t.Exec(ctx, `INSERT INTO location_levels ({{columns 1}}, account) SELECT {{values 1}}, CAST($2 AS TEXT) FROM {{rows 1}} WHERE true
		ON CONFLICT (account, channel_sku, location) DO UPDATE SET quantity = excluded.quantity, as_of = excluded.as_of`+condition, db.RowsOf(rows), account)
	return err
}

// place is a SKU of a channel at a location.
type place struct{ sku, location string }

// ExpectedAt returns what a channel with a level per location should list now, by channel SKU and location: what it accepted or showed
// last, less what its own buyers have bought there since, packed or shipped or not. Places of which nothing is known are left out.
func (s *Store) ExpectedAt(ctx context.Context, account string, channelSKUs []string) (map[string]map[string]int, error) {
	known := map[place]stock.Expectation{}
	since := int64(math.MaxInt64) // no unit was sold before that has to be subtracted
	err := s.Read(ctx, `SELECT q.channel_sku, q.location, q.quantity, q.as_of, l.dirty_since, l.stale_at
		FROM {{rows 1}} CROSS JOIN location_levels q JOIN links l ON l.account = q.account AND l.channel_sku = q.channel_sku
		WHERE q.account = CAST($2 AS TEXT) AND q.channel_sku = r.value`, func(rows *sql.Rows) error {
		var p place
		var e stock.Expectation
		var dirtySince, staleAt int64
		err := rows.Scan(&p.sku, &p.location, &e.Quantity, &e.At, &dirtySince, &staleAt)
		if e.At == db.Micro(Exact) && staleAt > 0 {
			e.At, e.Placed = staleAt, true
		}
		known[p], since = e, min(since, soldFrom(e, dirtySince))
		return err
	}, db.Texts(channelSKUs), account)
	if err == nil && len(known) > 0 {
		err = s.subtractSoldAt(ctx, account, channelSKUs, known, since)
	}
	if err != nil {
		return nil, fmt.Errorf("read what %s should list at its locations: %w", account, err)
	}
	expected := map[string]map[string]int{}
	for p, e := range known {
		if expected[p.sku] == nil {
			expected[p.sku] = map[string]int{}
		}
		expected[p.sku][p.location] = e.Quantity
	}
	return expected, nil
}

// subtractSoldAt is subtractSold for places.
func (s *Store) subtractSoldAt(ctx context.Context, account string, channelSKUs []string, known map[place]stock.Expectation, since int64) error {
	return s.Read(ctx, `SELECT m.channel_sku, m.location, `+soldColumns+soldSince, func(rows *sql.Rows) error {
		var p place
		var one sold
		err := rows.Scan(&p.sku, &p.location, &one.placedAt, &one.seenAt, &one.units)
		if e, there := known[p]; there {
			known[p] = subtract(e, one)
		}
		return err
	}, db.Texts(channelSKUs), account, since)
}
