package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/shipment"
)

// parcel is a package of which units are deducted from stock and not confirmed by the channel.
type parcel struct {
	order     int64
	id        string
	number    int
	state     shipment.State
	attempted bool // a call is under way, or an earlier one was never answered
	contents  map[string]*content
	elsewhere bool // the channel has it by other means
}

// content is what a package holds of one line.
type content struct {
	quantity, reversed int
	changed            bool
}

func (c *content) left() int { return c.quantity - c.reversed }

// parcels are the packages from which cancelled units can be taken out, by order; first those that no call
// was made for, and of these the newest.
type parcels map[int64][]*parcel

func (t *tx) loadParcels(ctx context.Context, orderIDs []int64) (parcels, error) {
	found := parcels{}
	if len(orderIDs) == 0 {
		return found, nil
	}
	slices.Sort(orderIDs)
	err := t.query(ctx, `SELECT p.order_id, p.package_id, p.number, p.state, p.attempted_at, p.doubtful, l.line_id, l.quantity, l.reversed
		FROM {{rows 1}} CROSS JOIN packages p JOIN package_lines l ON l.order_id = p.order_id AND l.package_id = p.package_id
		WHERE p.order_id = r.value AND p.state IN ('processed', 'parked')
		ORDER BY p.order_id, p.number DESC, l.line_id`, func(rows *sql.Rows) error {
		next := parcel{contents: map[string]*content{}}
		var attemptedAt, doubtful int64
		var lineID string
		var c content
		if err := rows.Scan(&next.order, &next.id, &next.number, &next.state, &attemptedAt, &doubtful, &lineID, &c.quantity, &c.reversed); err != nil {
			return err
		}
		next.attempted = attemptedAt != 0 || doubtful != 0
		list := found[next.order]
		if len(list) == 0 || list[len(list)-1].id != next.id {
			list = append(list, &next)
			found[next.order] = list
		}
		list[len(list)-1].contents[lineID] = &c
		return nil
	}, ids(slices.Compact(orderIDs)))
	for _, list := range found {
		slices.SortStableFunc(list, func(a, b *parcel) int {
			return cmp.Or(cmp.Compare(truth(a.attempted), truth(b.attempted)), cmp.Compare(b.number, a.number))
		})
	}
	return found, err
}

// loose is how many units of the line are in packages that no call was made for.
func (p parcels) loose(key lineKey) int {
	n := 0
	for _, parcel := range p[key.order] {
		if c := parcel.contents[key.id]; c != nil && !parcel.attempted {
			n += c.left()
		}
	}
	return n
}

// shrink takes n units of a line out of its packages, those in flight only when the channel itself has cancelled.
func (p parcels) shrink(key lineKey, n int, inFlight bool) {
	for _, parcel := range p[key.order] {
		c := parcel.contents[key.id]
		if c == nil || parcel.attempted && !inFlight {
			continue
		}
		k := min(n, c.left())
		if k > 0 {
			c.reversed += k
			c.changed = true
			n -= k
		}
	}
}

// flush writes the shrunk packages; an emptied one is voided.
func (p parcels) flush(ctx context.Context, t *tx) error {
	type row struct {
		order    int64
		pack     string
		line     string
		reversed int
	}
	var lines []row
	var voided, elsewhere []*parcel
	for _, list := range p {
		for _, parcel := range list {
			if parcel.elsewhere {
				elsewhere = append(elsewhere, parcel)
				continue
			}
			left, changed := 0, false
			for id, c := range parcel.contents {
				left += c.left()
				if c.changed {
					changed = true
					lines = append(lines, row{parcel.order, parcel.id, id, c.reversed})
				}
			}
			if changed && left == 0 {
				voided = append(voided, parcel)
			}
		}
	}
	if err := t.confirmElsewhere(ctx, elsewhere); err != nil || len(lines) == 0 {
		return err
	}
	err := t.execAll(ctx, len(lines), `UPDATE package_lines SET reversed = CAST(r.value ->> 3 AS BIGINT) FROM {{rows 1}}
		WHERE order_id = CAST(r.value ->> 0 AS BIGINT) AND package_id = r.value ->> 1 AND line_id = r.value ->> 2`,
		table(lines, func(r row) []any { return []any{r.order, r.pack, r.line, r.reversed} }))
	if err != nil || len(voided) == 0 {
		return err
	}
	return t.execAll(ctx, len(voided), `UPDATE packages SET state = 'voided' FROM {{rows 1}}
		WHERE order_id = CAST(r.value ->> 0 AS BIGINT) AND package_id = r.value ->> 1 AND state IN ('processed', 'parked')`,
		table(voided, func(p *parcel) []any { return []any{p.order, p.id} }))
}

// confirmElsewhere settles packages that the channel shows as shipped while the account observes.
func (t *tx) confirmElsewhere(ctx context.Context, list []*parcel) error {
	if len(list) == 0 {
		return nil
	}
	return t.execAll(ctx, len(list), `UPDATE packages SET state = 'confirmed', confirmed_at = CAST($2 AS BIGINT), forgotten_by = 'the channel shows it as shipped'
		FROM {{rows 1}} WHERE order_id = CAST(r.value ->> 0 AS BIGINT) AND package_id = r.value ->> 1 AND state IN ('processed', 'parked')`,
		table(list, func(p *parcel) []any { return []any{p.order, p.id} }), t.now)
}

// unsent lists, by order, the packages that are processed and not confirmed.
func (s *Store) unsent(ctx context.Context, q querier, orderIDs []int64) (map[int64][]string, error) {
	out := map[int64][]string{}
	if len(orderIDs) == 0 {
		return out, nil
	}
	err := s.each(ctx, q, `SELECT p.order_id, p.package_id FROM {{rows 1}} CROSS JOIN packages p
		WHERE p.order_id = r.value AND p.state IN ('processed', 'parked')
		ORDER BY p.order_id, p.number`, func(rows *sql.Rows) error {
		var id int64
		var pack string
		err := rows.Scan(&id, &pack)
		out[id] = append(out[id], pack)
		return err
	}, ids(orderIDs))
	return out, err
}
