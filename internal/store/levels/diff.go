package levels

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// DiffRow is a listing with what its channel lists and what would be listed.
type DiffRow struct {
	ChannelSKU string           `json:"channelSku"` // empty: the seller gave it none
	ListingID  string           `json:"listingId,omitempty"`
	SKU        string           `json:"sku,omitempty"`
	Title      string           `json:"title,omitempty"`
	Listed     int              `json:"listed"` // stock.UnknownListed: nobody knows
	Would      int              `json:"would"`
	Difference stock.Difference `json:"difference"`
	Risky      bool             `json:"risky"`           // to zero, or above five times what is listed
	Held       bool             `json:"held"`            // by the brake
	Apart      Apart            `json:"apart,omitempty"` // Undo: Would is what it goes back to
}

func (r DiffRow) key() string { return r.ChannelSKU + "\x00" + r.ListingID }

// Diff compares an account's channel with the stock.
type Diff struct {
	Account  string                   `json:"account"`
	Counts   map[stock.Difference]int `json:"counts"`
	Listings int                      `json:"listings"` // whose levels are ours to set
	Risky    int                      `json:"risky"`
	Bears    int                      `json:"bears"`     // so many risky ones are no reason to ask
	Sample   int                      `json:"sample"`    // that are live although the account observes
	Back     int                      `json:"goingBack"` // to what they listed before they went live
	Imported bool                     `json:"imported"`  // the listings were read from the channel at least once
	Stocked  bool                     `json:"stocked"`   // something is on hand where the account's stock lies
	Rows     []DiffRow                `json:"rows"`
	After    string                   `json:"after,omitempty"` // where the list goes on; empty: it ends here
}

// DiffFilter says which rows a Diff lists; its counts are those of the whole account.
type DiffFilter struct {
	Only  stock.Difference // empty: all
	After string           // as the list before said
	Limit int
}

// Diff compares what an account's channel lists, according to imports and answers, with what would be listed.
func (s *Store) Diff(ctx context.Context, account string, filter DiffFilter) (Diff, error) {
	after, err := diffPlace(filter.After)
	if err != nil {
		return Diff{}, err
	}
	d := diffing{Diff: Diff{Account: account, Counts: map[stock.Difference]int{}, Rows: []DiffRow{}}, filter: filter, after: after, limit: db.Limited(filter.Limit)}
	for _, k := range stock.Differences() {
		d.Counts[k] = 0
	}
	if err := s.goingBack(ctx, account, &d); err != nil {
		return Diff{}, err
	}
	if err := linkStates(ctx, s.Read, ofAccounts([]string{account}), d.linked); err != nil {
		return Diff{}, fmt.Errorf("compare levels of %s: %w", account, err)
	}
	if err := s.notSent(ctx, account, &d); err != nil {
		return Diff{}, fmt.Errorf("compare levels of %s: %w", account, err)
	}
	err = s.Read(ctx, `SELECT CASE WHEN EXISTS (SELECT 1 FROM listings l WHERE l.account = CAST($1 AS TEXT)) THEN 1 ELSE 0 END,
			CASE WHEN EXISTS (SELECT 1 FROM account_locations p JOIN stock_levels v ON v.location = p.location
				WHERE p.account = CAST($1 AS TEXT) AND v.on_hand > 0) THEN 1 ELSE 0 END`,
		func(rows *sql.Rows) error { return rows.Scan(&d.Imported, &d.Stocked) }, account)
	if err != nil {
		return Diff{}, fmt.Errorf("compare levels of %s: %w", account, err)
	}
	d.Bears = stock.Many(d.Listings)
	d.cut(true)
	return d.Diff, s.titles(ctx, d.Rows)
}

// diffing collects a Diff in one pass, without keeping many more rows than it lists.
type diffing struct {
	Diff
	filter DiffFilter
	after  string
	limit  int
	back   map[string]int // what goes back goes back to
}

// goingBack reads what goes back on the account.
func (s *Store) goingBack(ctx context.Context, account string, d *diffing) error {
	list, err := s.GoingBack(ctx, account)
	d.back = make(map[string]int, len(list))
	for _, b := range list {
		d.back[b.ChannelSKU] = b.Quantity
	}
	return err
}

func (d *diffing) linked(l linkState) error {
	r := DiffRow{ChannelSKU: l.ChannelSKU, SKU: l.sku, Listed: l.listed, Would: l.offer.Level(stock.NoHold), Held: l.hold != stock.NoHold, Apart: l.apart}
	switch quantity, known := d.back[l.ChannelSKU]; {
	case l.apart == Sample:
		d.Sample++
	case l.apart == Undo && known:
		d.Back++
		r.Would = quantity
	}
	// What goes back is wanted by a person, whatever it changes.
	r.Difference, r.Risky = stock.Compare(r.Listed, r.Would), l.apart != Undo && stock.Risky(r.Listed, r.Would)
	d.Listings++
	if r.Risky {
		d.Risky++
	}
	d.add(r)
	return nil
}

func (d *diffing) add(r DiffRow) {
	d.Counts[r.Difference]++
	if (d.filter.Only != "" && d.filter.Only != r.Difference) || (d.after != "" && r.key() <= d.after) {
		return
	}
	d.Rows = append(d.Rows, r)
	if len(d.Rows) > 4*d.limit {
		d.cut(false)
	}
}

// cut keeps the first rows, and one more while reading, to know whether there are more.
func (d *diffing) cut(last bool) {
	slices.SortFunc(d.Rows, func(a, b DiffRow) int { return cmp.Compare(a.key(), b.key()) })
	if len(d.Rows) > d.limit && last {
		d.Rows = d.Rows[:d.limit]
		d.After = db.Cursor{"diff", d.Rows[d.limit-1].ChannelSKU, d.Rows[d.limit-1].ListingID}.Text()
	} else if len(d.Rows) > d.limit+1 {
		d.Rows = d.Rows[:d.limit+1]
	}
}

func diffPlace(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	c, err := db.CursorAfter("diff", text)
	if err != nil {
		return "", err
	}
	return c[1] + "\x00" + c[2], nil
}

// notSent adds the listings whose level is never sent.
func (s *Store) notSent(ctx context.Context, account string, d *diffing) error {
	return s.Read(ctx, `SELECT s.channel_sku, s.listing_id, COALESCE(l.sku, ''), s.title, s.quantity, s.channel_fulfils, s.unmanaged,
			CASE WHEN l.sku IS NULL THEN 0 ELSE 1 END, COALESCE(l.channel_fulfils, 0), CASE WHEN l.listing_ref <> '' THEN 1 ELSE 0 END
		FROM listings s LEFT JOIN links l ON l.account = s.account AND l.channel_sku = s.channel_sku
		WHERE s.account = $1 AND `+isShown, func(rows *sql.Rows) error {
		var r DiffRow
		var shown stock.Shown
		err := rows.Scan(&r.ChannelSKU, &r.ListingID, &r.SKU, &r.Title, &r.Listed, &shown.Fulfils, &shown.Unmanaged,
			&shown.Linked, &shown.Theirs, &shown.Referred)
		if err != nil {
			return err
		}
		shown.ChannelSKU = r.ChannelSKU
		if r.Difference = shown.NotSent(); r.Difference != "" {
			d.add(r)
		}
		return nil
	}, account)
}

// titles adds the titles of the linked products.
func (s *Store) titles(ctx context.Context, list []DiffRow) error {
	title := map[string]string{}
	var skus []string
	for _, r := range list {
		if r.SKU != "" {
			skus = append(skus, r.SKU)
		}
	}
	err := s.Read(ctx, `SELECT v.sku, v.title FROM {{rows 1}} CROSS JOIN variants v WHERE v.sku = r.value`, func(rows *sql.Rows) error {
		var sku, text string
		err := rows.Scan(&sku, &text)
		title[sku] = text
		return err
	}, db.Texts(skus))
	for i := range list {
		list[i].Title = cmp.Or(strings.TrimSpace(title[list[i].SKU]), list[i].Title)
	}
	return err
}
