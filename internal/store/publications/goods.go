package publications

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/products"
)

// goodsRead reads goods of a run, in a number of statements that does not depend on how many.
type goodsRead struct {
	*Store
	publication Publication
	turn        publication.Turn // of the variants that are wanted
	keys        []string
	out         []Goods
	index       map[string]*Goods
	of          map[string]*Goods // by SKU
}

// goods reads those products of a run that have variants whose turn it is.
func (s *Store) goods(ctx context.Context, run string, turn publication.Turn, keys []string) ([]Goods, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	p, err := s.Publication(ctx, run)
	if err != nil {
		return nil, err
	}
	g := &goodsRead{Store: s, publication: p, turn: turn, keys: keys, index: map[string]*Goods{}, of: map[string]*Goods{}}
	for _, part := range []func(context.Context) error{g.wanted, g.products, g.links, g.ended, g.levels, g.types, g.accepted, g.prices, g.plans} {
		if err := part(ctx); err != nil || len(g.out) == 0 {
			return nil, err
		}
	}
	return g.out, nil
}

// wanted reads which variants of the run wait.
func (g *goodsRead) wanted(ctx context.Context) error {
	due, turn := inTurn(g.turn, 3)
	err := g.Read(ctx, `SELECT i.parent, i.reference FROM {{rows 1}} CROSS JOIN run_items i
		WHERE i.run_id = CAST($2 AS TEXT) AND i.parent = r.value AND i.parent <> '' AND `+due+` ORDER BY i.parent, i.id`, func(rows *sql.Rows) error {
		var product, sku string
		err := rows.Scan(&product, &sku)
		if n := len(g.out); n == 0 || g.out[n-1].Product.Key != product {
			g.out = append(g.out, Goods{
				Goods:    listing.Goods{Product: catalogue.Product{Key: product}, Links: map[string]listing.Link{}, Levels: map[string]int{}, LinkedElsewhere: map[string]string{}, StruckOff: map[string]bool{}},
				Accepted: map[string]Marked{}, Ended: map[string]bool{}, Prices: map[string]Prices{}, Plans: map[string]string{}, Sent: map[string]bool{},
			})
		}
		last := &g.out[len(g.out)-1]
		last.Wanted = append(last.Wanted, sku)
		return err
	}, append([]any{db.Texts(g.keys), g.publication.ID}, turn...)...)
	for i := range g.out {
		g.index[g.out[i].Product.Key] = &g.out[i]
	}
	return err
}

// products reads the catalogue's products. What was selected and is not in its product any more is missing.
func (g *goodsRead) products(ctx context.Context) error {
	found, err := products.ReadProducts(ctx, g.Read, g.keys)
	if err != nil {
		return err
	}
	for _, p := range found {
		if one, ok := g.index[p.Key]; ok {
			one.Product = p
		}
	}
	for _, one := range g.index {
		one.Wanted, one.Missing = publication.Wanted(one.Product, one.Wanted)
		for _, v := range one.Product.Variants {
			g.of[v.SKU] = one
		}
	}
	return nil
}

func (g *goodsRead) skus() *db.RowTable { return db.Texts(db.KeysOf(g.of)) }

// keepsPrice is SQL for whether the price of a link l is another tool's: it is left, and the channel has the listing. One that is gone would be made anew
// with our price, which the brake must judge.
var keepsPrice = `CASE WHEN ` + levels.IsLeft("l", listing.FieldPrice) + ` AND EXISTS (SELECT 1 FROM listings i
	WHERE i.account = l.account AND i.channel_sku = l.channel_sku AND i.gone_at = 0) THEN 1 ELSE 0 END`

// links reads the links of the account that makes the calls: those of the SKUs, and those of other SKUs whose channel
// SKU is one of these.
func (g *goodsRead) links(ctx context.Context) error {
	var linked []listing.Linked
	err := g.Read(ctx, `SELECT l.sku, l.channel_sku, l.listing_ref, l.channel_fulfils, `+keepsPrice+`, `+levels.StruckOff("l")+` FROM {{rows 1}} CROSS JOIN links l
			WHERE l.sku = r.value AND l.account = CAST($2 AS TEXT)
		UNION SELECT l.sku, l.channel_sku, l.listing_ref, l.channel_fulfils, `+keepsPrice+`, `+levels.StruckOff("l")+` FROM {{rows 1}} CROSS JOIN links l
			WHERE l.channel_sku = r.value AND l.account = CAST($2 AS TEXT)
		UNION SELECT z.channel_sku, z.channel_sku, '', 0, 0, 1 FROM {{rows 1}} CROSS JOIN struck_off z
			WHERE z.channel_sku = r.value AND z.account = CAST($2 AS TEXT) AND NOT EXISTS (SELECT 1 FROM links l
				WHERE l.account = z.account AND (l.sku = z.channel_sku OR l.channel_sku = z.channel_sku))`, func(rows *sql.Rows) error {
		var l listing.Linked
		err := rows.Scan(&l.SKU, &l.ChannelSKU, &l.ListingRef, &l.ChannelFulfils, &l.KeepsPrice, &l.StruckOff)
		linked = append(linked, l)
		return err
	}, g.skus(), g.publication.Through)
	chosen, taken, off := listing.ChooseLinks(linked)
	for sku, one := range g.of {
		if l, ok := chosen[sku]; ok {
			one.Links[sku] = l
		}
		one.StruckOff[sku] = off[sku]
		if other, ok := taken[sku]; ok {
			one.LinkedElsewhere[sku] = other
		}
	}
	return err
}

// ended reads which of the SKUs have a listing that was ended at 0.
func (g *goodsRead) ended(ctx context.Context) error {
	return g.Read(ctx, `SELECT l.sku FROM {{rows 1}} CROSS JOIN links l WHERE l.sku = r.value AND l.account = CAST($2 AS TEXT) AND `+levels.EndedLink, func(rows *sql.Rows) error {
		var sku string
		err := rows.Scan(&sku)
		if one := g.of[sku]; one != nil {
			one.Ended[sku] = true
		}
		return err
	}, g.skus(), g.publication.Through)
}

// levels computes what the account whose connection is used would list, because levels are sent for that account.
func (g *goodsRead) levels(ctx context.Context) error {
	var sum stock.ByLocation
	var last string
	return g.Read(ctx, `WITH asked AS MATERIALIZED (SELECT CAST($2 AS TEXT) AS account, r.value AS sku FROM {{rows 1}})
		SELECT d.sku, a.buffer, a.cap, `+levels.PartColumns+` FROM asked d JOIN accounts a ON a.id = d.account `+levels.PartsOf("d")+`
		ORDER BY d.sku, p.location`, func(rows *sql.Rows) error {
		var sku string
		var offer stock.Offer
		var on levels.PartRow
		if err := rows.Scan(append([]any{&sku, &offer.Buffer, &offer.Cap}, on.Dest()...)...); err != nil {
			return err
		}
		if sku != last {
			last, sum = sku, nil
		}
		on.Offer(&sum)
		offer.Raw, offer.Off = sum.Sum(), g.of[sku].StruckOff[sku]
		g.of[sku].Levels[sku] = offer.Level(stock.NoHold)
		return nil
	}, g.skus(), g.publication.Through)
}

// types adds the account's settings for the category of each product and its parents.
func (g *goodsRead) types(ctx context.Context) error {
	all, err := g.Store.products.Types(ctx, g.publication.Account)
	if err != nil {
		return err
	}
	for i := range g.out {
		g.out[i].Types = listing.Holding(all, g.out[i].Product.Category)
	}
	return nil
}

func (g *goodsRead) accepted(ctx context.Context) error {
	return g.Read(ctx, `SELECT o.sku, o.hash, o.fields, o.item FROM {{rows 1}} CROSS JOIN published o
		WHERE o.account = CAST($2 AS TEXT) AND o.endpoint = CAST($3 AS TEXT) AND o.sku = r.value`, func(rows *sql.Rows) error {
		var sku string
		var s publication.Standing
		err := rows.Scan(&sku, &s.Hash, &s.Marks, &s.Item)
		if s.WasAccepted() {
			g.of[sku].Accepted[sku] = Marked{s.Hash, s.Marks}
		}
		return err
	}, g.skus(), g.publication.Account, string(g.publication.Endpoint))
}

func (g *goodsRead) plans(ctx context.Context) error {
	if g.turn != publication.ToSend() {
		return nil
	}
	return g.Read(ctx, `SELECT o.product, o.sku, o.plan, o.sent_at FROM {{rows 1}} CROSS JOIN publication_plans o
		WHERE o.run_id = CAST($2 AS TEXT) AND o.product = r.value`, func(rows *sql.Rows) error {
		var p publication.Plan
		var sent int64
		err := rows.Scan(&p.Product, &p.SKU, &p.Text, &sent)
		p.SentAt = db.At(sent)
		if one, ok := g.index[p.Product]; ok {
			if p.Text != "" {
				one.Plans[p.SKU] = p.Text
			}
			if p.Sent() {
				one.Sent[p.SKU] = true
			}
		}
		return err
	}, db.Texts(g.keys), g.publication.ID)
}
