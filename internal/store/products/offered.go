package products

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// Offered is where a SKU is sold, at which price, and in which quantity.
type Offered struct {
	Prices []catalogue.Price
	Links  []OfferedLink
	Places []OfferedPlace
	Parts  []KitPart // of a kit; empty: it is none
}

// OfferedLink is a listing of a SKU, with the level that the channel accepted last.
type OfferedLink struct {
	Account    string
	ChannelSKU string
	Sent       int
	SentAt     time.Time // zero: none so far
	Held       bool      // the brake keeps units of it back
}

// OfferedPlace is a SKU's stock at one location. For a kit, Free is how many can be packed there, Limit the scarcest part, and
// the rest is 0.
type OfferedPlace struct {
	Location                          string
	OnHand, Reserved, Free, Backorder int
	Limit                             string
}

// Free returns the free units of all locations.
func (o *Offered) Free() (n int) {
	for _, p := range o.Places {
		n += p.Free
	}
	return n
}

// Offered reads it for some SKUs, in a number of statements that does not depend on how many.
func (s *Store) Offered(ctx context.Context, skus []string) (map[string]*Offered, error) {
	out := make(map[string]*Offered, len(skus))
	for _, sku := range skus {
		out[sku] = &Offered{}
	}
	asked := db.Texts(skus)
	err := s.Read(ctx, `SELECT p.sku, p.account, p.currency, p.amount FROM {{rows 1}} CROSS JOIN prices p WHERE p.sku = r.value
		ORDER BY p.sku, p.account, p.currency`, func(rows *sql.Rows) error {
		var sku string
		var p catalogue.Price
		err := rows.Scan(&sku, &p.Account, &p.Currency, &p.Amount)
		out[sku].Prices = append(out[sku].Prices, p)
		return err
	}, asked)
	if err == nil {
		err = s.offeredLinks(ctx, out, asked)
	}
	if err == nil {
		err = s.offeredPlaces(ctx, out, asked)
	}
	if err == nil {
		err = s.offeredKits(ctx, out, asked)
	}
	if err != nil {
		return nil, fmt.Errorf("read where SKUs are sold: %w", err)
	}
	return out, nil
}

func (s *Store) offeredLinks(ctx context.Context, out map[string]*Offered, asked *db.RowTable) error {
	return s.Read(ctx, `SELECT k.sku, k.account, k.channel_sku, k.accepted_quantity, k.accepted_at, k.held_at
		FROM {{rows 1}} CROSS JOIN links k WHERE k.sku = r.value ORDER BY k.sku, k.account, k.channel_sku`, func(rows *sql.Rows) error {
		var sku string
		var l OfferedLink
		var track stock.Track
		err := rows.Scan(&sku, &l.Account, &l.ChannelSKU, &track.AcceptedQuantity, &track.AcceptedAt, &track.HeldAt)
		l.Sent, l.SentAt, l.Held = track.AcceptedQuantity, db.At(track.AcceptedAt), track.Braked()
		out[sku].Links = append(out[sku].Links, l)
		return err
	}, asked)
}

func (s *Store) offeredPlaces(ctx context.Context, out map[string]*Offered, asked *db.RowTable) error {
	return s.Read(ctx, `SELECT l.sku, l.location, l.on_hand, l.reserved, l.backordered
		FROM {{rows 1}} CROSS JOIN stock_levels l WHERE l.sku = r.value ORDER BY l.sku, l.location`, func(rows *sql.Rows) error {
		var sku string
		var p OfferedPlace
		err := rows.Scan(&sku, &p.Location, &p.OnHand, &p.Reserved, &p.Backorder)
		p.Free = stock.Level{OnHand: p.OnHand, Reserved: p.Reserved}.Free()
		out[sku].Places = append(out[sku].Places, p)
		return err
	}, asked)
}

// offeredKits adds the kits at every location that ever had one of their parts.
func (s *Store) offeredKits(ctx context.Context, out map[string]*Offered, asked *db.RowTable) error {
	makes := map[string]*stock.ByLocation{}
	err := s.Read(ctx, `WITH asked AS (SELECT r.value AS kit FROM {{rows 1}}),
			parts AS (SELECT k.kit, k.part, k.quantity FROM asked a CROSS JOIN kit_parts k WHERE k.kit = a.kit AND k.quantity > 0),
			places AS (SELECT DISTINCT p.kit, l.location FROM parts p JOIN stock_levels l ON l.sku = p.part)
		SELECT p.kit, COALESCE(x.location, ''), p.part, p.quantity, COALESCE(l.on_hand, 0), COALESCE(l.reserved, 0)
		FROM parts p LEFT JOIN places x ON x.kit = p.kit LEFT JOIN stock_levels l ON l.sku = p.part AND l.location = x.location
		ORDER BY p.kit, x.location, p.part`, func(rows *sql.Rows) error {
		var kit, location string
		var part KitPart
		var level stock.PartLevel
		if err := rows.Scan(&kit, &location, &part.SKU, &part.Quantity, &level.OnHand, &level.Reserved); err != nil {
			return err
		}
		level.Per = part.Quantity
		if makes[kit] == nil {
			makes[kit] = &stock.ByLocation{}
		}
		makes[kit].Add(location, part.SKU, level.Makes())
		if len(*makes[kit]) <= 1 { // the same parts at every location
			out[kit].Parts = append(out[kit].Parts, part)
		}
		return nil
	}, asked)
	for kit, at := range makes {
		for _, l := range *at {
			out[kit].Places = append(out[kit].Places, OfferedPlace{Location: l.Location, Free: l.Units, Limit: l.Limit})
		}
	}
	return err
}
