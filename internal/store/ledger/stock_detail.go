package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/products"
)

// StockDetail is a SKU with all that decides what is listed of it.
type StockDetail struct {
	SKU    string             `json:"sku"`
	Title  string             `json:"title"`
	Levels []StockRow         `json:"levels"` // of a kit: of its parts
	Parts  []products.KitPart `json:"parts"`  // of a kit: what it is packed from; empty: it is no kit
	In     []products.KitPart `json:"in"`     // kits that it is a part of, and how many of it each takes
	Lists  []StockListed      `json:"lists"`  // per listing
}

// StockListed is what an account lists of a SKU, and why: Listed = Raw - Buffer - Held, between 0 and Cap.
type StockListed struct {
	Account    string           `json:"account"`
	ChannelSKU string           `json:"channelSku"`
	Offers     stock.ByLocation `json:"offers"` // what each stock location of the account adds
	Raw        int              `json:"raw"`    // their sum
	Buffer     int              `json:"buffer"`
	Held       int              `json:"held"`    // units kept back by the brake; below zero: listed beyond what there is
	HeldCap    int              `json:"heldCap"` // a cap that goes on in place of Cap while it is held; stock.NotHeld: none
	Braked     bool             `json:"braked"`  // the brake holds something of it
	Cap        int              `json:"cap"`
	StruckOff  bool             `json:"struckOff,omitempty"` // an operator has struck the listing off: its level is 0
	Left       bool             `json:"left,omitempty"`      // its level is left to another tool: Towpath sends none
	Listed     int              `json:"listed"`              // what is right now
	Sent       int              `json:"sent"`                // what the channel accepted last
	SentAt     time.Time        `json:"sentAt,omitzero"`
	Shown      int              `json:"shown"`               // what the channel showed when its listings were last read; channel.UnknownQuantity: not known
	ShownAt    time.Time        `json:"shownAt,omitzero"`    // when that was
	Waits      bool             `json:"waits"`               // a newer level is to be sent
	Refused    bool             `json:"refused"`             // the channel refused the newest level
	EndedAt    time.Time        `json:"endedAt,omitzero"`    // since when Towpath has ended the listing at 0; its level is not sent
	Relists    bool             `json:"relists"`             // its account may put listings up again
	WaitsUntil time.Time        `json:"waitsUntil,omitzero"` // it is not sent earlier, unless it changes
	Revisions  int              `json:"revisions,omitempty"` // with WaitsUntil: how often its listing had been revised when that was decided
	Fulfils    bool             `json:"channelFulfils"`
	Observing  bool             `json:"observing"` // its account observes, and it is not of a sample
	Paused     bool             `json:"paused"`    // its account, or the stock of it alone
}

// StockDetail reads a SKU; ErrNotFound when neither the catalogue nor the books know it.
func (s *Store) StockDetail(ctx context.Context, sku string) (StockDetail, error) {
	d := StockDetail{SKU: sku, Levels: []StockRow{}, Parts: []products.KitPart{}, In: []products.KitPart{}, Lists: []StockListed{}}
	known := false
	err := s.Read(ctx, `SELECT title FROM variants WHERE sku = $1`, func(rows *sql.Rows) error {
		known = true
		return rows.Scan(&d.Title)
	}, sku)
	if err == nil {
		err = s.detailKit(ctx, &d)
	}
	if err == nil {
		err = s.detailLevels(ctx, &d)
	}
	if err == nil {
		err = s.detailLists(ctx, &d)
	}
	if err == nil && !known && len(d.Levels)+len(d.Lists) == 0 {
		err = db.ErrNotFound
	}
	if err != nil {
		return StockDetail{}, fmt.Errorf("stock of %s: %w", sku, err)
	}
	return d, nil
}

func (s *Store) detailKit(ctx context.Context, d *StockDetail) error {
	return s.Read(ctx, `SELECT kit, part, quantity FROM kit_parts WHERE quantity > 0 AND (kit = $1 OR part = $1) ORDER BY kit, part`, func(rows *sql.Rows) error {
		var kit, part string
		var n int
		err := rows.Scan(&kit, &part, &n)
		if kit == d.SKU {
			d.Parts = append(d.Parts, products.KitPart{SKU: part, Quantity: n})
		} else {
			d.In = append(d.In, products.KitPart{SKU: kit, Quantity: n})
		}
		return err
	}, d.SKU)
}

func (s *Store) detailLevels(ctx context.Context, d *StockDetail) error {
	return s.Read(ctx, `SELECT v.sku, COALESCE(p.title, ''), v.location, v.on_hand, v.reserved, v.backordered
		FROM stock_levels v LEFT JOIN variants p ON p.sku = v.sku
		WHERE v.sku = $1 OR v.sku IN (SELECT k.part FROM kit_parts k WHERE k.kit = $1 AND k.quantity > 0)
		ORDER BY v.location, v.sku`, func(rows *sql.Rows) error {
		var r StockRow
		err := rows.Scan(&r.SKU, &r.Title, &r.Location, &r.OnHand, &r.Reserved, &r.Backordered)
		d.Levels = append(d.Levels, r)
		return err
	}, d.SKU)
}

func (s *Store) detailLists(ctx context.Context, d *StockDetail) error {
	err := s.Read(ctx, `SELECT l.account, l.channel_sku, a.buffer, a.cap, `+levels.StruckOff("l")+`, `+levels.EndedSince("l")+`, a.may_relist, l.held, l.held_cap, `+levels.Left("l", listing.FieldLevel)+`, `+db.SelectsOf[levels.TrackRow]("l")+`,
			CASE WHEN a.observing = 1 AND l.apart = '' THEN 1 ELSE 0 END, a.paused, a.paused_work, COALESCE((SELECT MAX(o.quantity) FROM listings o
				WHERE o.account = l.account AND o.channel_sku = l.channel_sku AND o.gone_at = 0), $2),
			COALESCE((SELECT MAX(o.seen_at) FROM listings o WHERE o.account = l.account AND o.channel_sku = l.channel_sku AND o.gone_at = 0), 0), `+levels.PartColumns+`
		FROM links l JOIN accounts a ON a.id = l.account `+levels.PartsOf("l")+`
		WHERE l.sku = $1 ORDER BY l.account, l.channel_sku, p.location, k.part`, func(rows *sql.Rows) error {
		var one StockListed
		var row levels.TrackRow
		var on levels.PartRow
		var ended, shown int64
		var pausedWork string
		dest := []any{&one.Account, &one.ChannelSKU, &one.Buffer, &one.Cap, &one.StruckOff, &ended, &one.Relists, &one.Held, &one.HeldCap, &one.Left}
		dest = append(append(dest, db.FieldsOf(&row)...), &one.Observing, &one.Paused, &pausedWork, &one.Shown, &shown)
		if err := rows.Scan(append(dest, on.Dest()...)...); err != nil {
			return err
		}
		var work []account.PausedWork
		if err := db.FromJSON(pausedWork, &work); err != nil {
			return err
		}
		one.Paused = one.Paused || slices.ContainsFunc(work, func(p account.PausedWork) bool { return p.Work == account.Stock })
		track := stock.Track(row)
		one.Braked, one.Sent, one.SentAt, one.Fulfils = track.HeldAt > 0, track.AcceptedQuantity, db.At(track.AcceptedAt), track.Theirs
		one.Refused = track.Refused()
		if track.WaitsLater() {
			one.WaitsUntil, one.Revisions = db.At(track.LaterUntil), track.LaterUsed
		}
		one.EndedAt, one.ShownAt = db.At(ended), db.At(shown)
		one.Waits = !one.Left && ended == 0 && (track.Waits() || one.Refused)
		if n := len(d.Lists); n == 0 || d.Lists[n-1].Account != one.Account || d.Lists[n-1].ChannelSKU != one.ChannelSKU {
			d.Lists = append(d.Lists, one)
		}
		last := &d.Lists[len(d.Lists)-1]
		on.Offer(&last.Offers)
		return nil
	}, d.SKU, channel.UnknownQuantity)
	for i := range d.Lists {
		l := &d.Lists[i]
		l.Raw = l.Offers.Sum()
		l.Listed = stock.Offer{Raw: l.Raw, Buffer: l.Buffer, Cap: l.Cap, Off: l.StruckOff}.Level(stock.Hold{Units: l.Held, Cap: l.HeldCap})
	}
	return err
}
