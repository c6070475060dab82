package market

import (
	"bytes"
	"context"
	"fmt"
)

// Rewrite is what a second tool of the seller makes of listings, besides their levels: one of these.
type Rewrite struct {
	Price int64  // minor units; 0: prices stay
	Title string // empty: titles stay
	End   bool
}

// What the Note of an EntryOther says that was set; none: the level.
const (
	OtherPrice = "price"
	OtherTitle = "title"
	OtherEnd   = "end"
)

// Rewritten is a listing of which a second tool has set something.
type Rewritten struct {
	SKU   string `json:"sku"`
	Field string `json:"field"` // OtherPrice, OtherTitle or OtherEnd
	Was   string `json:"was"`   // a price in minor units, a title, a status
	Made  string `json:"made"`
}

// Rewrite rewrites n listings as a second tool of the seller does: each time the same ones. It returns those that were not so already, with those that
// their channel describes together with them. The ledger names them EntryOther.
func (m *Market) Rewrite(ctx context.Context, n int, r Rewrite) ([]Rewritten, error) {
	var done []Rewritten
	err := m.change(ctx, func(c *change) error {
		done = nil
		listings, err := c.sold()
		if err != nil {
			return err
		}
		all := rewriting{change: c, how: r, rewritten: map[string]Listing{}}
		for _, l := range spread(listings, n) {
			if err := all.rewrite(l, listings); err != nil {
				return err
			}
		}
		done = all.done
		return all.write()
	})
	if err != nil {
		return nil, fmt.Errorf("rewrite %d listings: %w", n, err)
	}
	return done, nil
}

// rewriting collects rewritten listings.
type rewriting struct {
	*change
	how       Rewrite
	rewritten map[string]Listing // by SKU
	order     []string
	done      []Rewritten
}

// rewrite rewrites a listing, and where its channel keeps the field with its family, the family's others too.
func (w *rewriting) rewrite(l Listing, all []Listing) error {
	if _, twice := w.rewritten[l.SKU]; twice || l.Status != Live {
		return nil
	}
	together, err := w.family(l)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.SKU == l.SKU || together && one.Product == l.Product {
			w.one(one)
		}
	}
	return nil
}

// family rewrites the document of a listing's family, and reports whether that changed it.
func (w *rewriting) family(l Listing) (changed bool, err error) {
	o := w.options
	if o.FamilyKind == "" || l.Product == "" {
		return false, nil
	}
	d := Document{Kind: o.FamilyKind, Key: l.Product}
	if err := w.tx.QueryRowContext(w.ctx, `SELECT body FROM documents WHERE kind = ? AND key = ?`, d.Kind, d.Key).Scan(&d.Body); err != nil {
		return false, err
	}
	before := bytes.Clone(d.Body)
	if d.Body, err = o.RewriteFamily(d.Body, w.how); err != nil || bytes.Equal(before, d.Body) {
		return false, err
	}
	return true, w.exec(`UPDATE documents SET body = ? WHERE kind = ? AND key = ?`, d.Body, d.Kind, d.Key)
}

func (w *rewriting) one(l Listing) {
	now, one := l, Rewritten{SKU: l.SKU}
	switch {
	case w.how.Price > 0:
		now.Price = w.how.Price
		one.Field, one.Was, one.Made = OtherPrice, fmt.Sprint(l.Price), fmt.Sprint(now.Price)
	case w.how.Title != "":
		now.Title = w.how.Title
		one.Field, one.Was, one.Made = OtherTitle, l.Title, now.Title
	case w.how.End:
		now.Status, now.Quantity = Ended, 0
		one.Field, one.Was, one.Made = OtherEnd, string(l.Status), string(now.Status)
	}
	if one.Was == one.Made {
		return
	}
	if w.options.Rewritten != nil {
		w.options.Rewritten(&now, w.how)
	}
	w.rewritten[l.SKU], w.order, w.done = now, append(w.order, l.SKU), append(w.done, one)
	w.record(Entry{Kind: EntryOther, SKU: l.SKU, Quantity: now.Quantity, Amount: now.Price, Note: one.Field})
}

// write puts the listings in the place of what is there. A change of Towpath's that is still to come would undo it, and does not come.
func (w *rewriting) write() error {
	if len(w.order) == 0 {
		return nil
	}
	if err := w.change.write(w.order, w.rewritten); err != nil {
		return err
	}
	if w.how.End {
		return w.forget(w.order)
	}
	return w.ends(w.order, `UPDATE due SET listing = NULL WHERE sku IN `, `DELETE FROM due WHERE listing IS NULL AND quantity < 0 AND sku IN `)
}
