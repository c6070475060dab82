package audit

import (
	"fmt"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/books"
	"github.com/towpath/towpath/internal/store/levels"
)

type place struct{ sku, location string }

// onHand checks that the stock on hand is what came in, less what the channels show as shipped.
func (a *auditor) onHand() check {
	c := check{Check{Name: "on hand = opening + in + returns - shipped"}}
	want, have := make(map[place]int), make(map[place]int)
	for _, e := range a.truth.box {
		switch e.Kind {
		case warehouse.Opening, warehouse.Receipt, warehouse.Adjust:
			want[place{e.SKU, e.Location}] += e.Quantity
		case warehouse.Return:
			if l, ok := a.line(e.Account, e.OrderID, e.LineID); ok && e.Restock {
				for p := range l.Contents() {
					want[place{p.SKU, l.Location}] += e.Quantity * p.Per
				}
			}
		}
	}
	for _, m := range a.books.Movements {
		if a.in.Warehouse == nil {
			want[place{m.SKU, m.Location}] += m.Entered
		} else { // what people count and take back beside the warehouse's box
			want[place{m.SKU, m.Location}] += m.Counted
		}
	}
	for key, o := range a.truth.orders {
		for _, l := range o.Lines {
			if have, ok := a.line(key.account, key.id, l.ID); ok {
				recalled, _ := a.excused(key, a.saved[key], l) // they left the shelf all the same
				recalled = max(recalled, sentCancelled(a.saved[key], l))
				for p := range have.Contents() {
					want[place{p.SKU, have.Location}] -= (l.Shipped + recalled + have.Units.Packed) * p.Per
				}
			}
		}
	}
	units := 0
	for _, r := range a.books.Levels {
		have[place{r.SKU, r.Location}] = r.OnHand
		units += r.OnHand
	}
	for p := range merge(want, have) {
		c.equal(fmt.Sprintf("%s at %s: on hand", p.sku, p.location), have[p], want[p])
	}
	c.Result = fmt.Sprintf("%d units of %d SKUs", units, len(have))
	return c
}

// levels checks that the levels are the sum of the stock ledger and of the open lines, and that no unit is promised
// twice.
func (a *auditor) levels() check {
	c := check{Check{Name: "free = on hand - reserved >= 0"}}
	reserved, backordered := make(map[place]int), make(map[place]int)
	for _, l := range a.books.Lines {
		for p := range l.Contents() {
			reserved[place{p.SKU, l.Location}] += l.Units.Reserved * p.Per
			backordered[place{p.SKU, l.Location}] += l.Units.Backordered * p.Per
		}
	}
	ledger := make(map[place]books.AuditMovement)
	for _, m := range a.books.Movements {
		ledger[place{m.SKU, m.Location}] = m
	}
	sum := stock.Level{}
	backorderedSum := 0
	for _, r := range a.books.Levels {
		p := place{r.SKU, r.Location}
		name := r.SKU + " at " + r.Location
		if r.Free() < 0 || r.Reserved < 0 {
			c.fail("%s: on hand %d, reserved %d", name, r.OnHand, r.Reserved)
		}
		c.equal(name+": reserved", r.Reserved, reserved[p])
		c.equal(name+": backordered", r.Backordered, backordered[p])
		c.equal(name+": on hand by the ledger", r.OnHand, ledger[p].OnHand)
		c.equal(name+": reserved by the ledger", r.Reserved, ledger[p].Reserved)
		sum.OnHand, sum.Reserved, backorderedSum = sum.OnHand+r.OnHand, sum.Reserved+r.Reserved, backorderedSum+r.Backordered
	}
	c.Result = fmt.Sprintf("%d on hand, %d reserved, %d free, %d backordered", sum.OnHand, sum.Reserved, sum.Free(), backorderedSum)
	return c
}

// inForce checks that nothing that a marketplace accepted has still to take effect.
func (a *auditor) inForce() check {
	c := check{Check{Name: "accepted changes are in force"}}
	total := 0
	for account, n := range a.truth.pending {
		total += n
		c.equal(account+": changes to come", n, 0)
	}
	c.Result = fmt.Sprintf("%d to come", total)
	return c
}

// listedElsewhere checks what a shop lists at its locations besides the first, and returns what it is to list at the first: that of the
// account's order location. A simulated shop has two.
func (a *auditor) listedElsewhere(c *check, what, channelSKU string, acc accounts.Account, level stock.ByLocation) (first int) {
	want, have := 0, 0
	for _, l := range level {
		if l.Location == acc.OrderLocation {
			first = l.Units
		} else {
			want += l.Units
		}
	}
	for _, n := range a.truth.shelves[acc.ID][channelSKU] {
		have += n
	}
	c.equal(what+" at its other locations", have, want)
	return first
}

// listings checks that each account lists exactly the quantity that the stock rules give, except where the brake
// holds a level.
func (a *auditor) listings() check {
	c, foreign, left, ended := check{Check{Name: "listed = available, on every account"}}, 0, 0, 0
	listed := make(map[orderKey]int)
	for account, all := range a.truth.listings {
		for _, l := range all {
			listed[orderKey{account, l.SKU}] = l.Quantity
		}
	}
	list := make(map[string]accounts.Account)
	for _, acc := range a.accounts {
		list[acc.ID] = acc
	}
	for _, l := range a.books.Listings {
		if l.Zero == levels.ZeroEnded { // nobody can buy it, whatever it lists: atZero judges it
			ended++
			continue
		}
		if a.setByTool(fieldKey{orderKey{l.Account, l.ChannelSKU}, market.OtherEnd}) {
			foreign++
			continue
		}
		if l.Left { // an operator has said so: what is listed there is another tool's
			left++
			continue
		}
		acc := list[l.Account]
		raw, offered := a.offers(l, acc)
		what := fmt.Sprintf("%s %s: listed", l.Account, l.ChannelSKU)
		level := stock.Offer{Raw: raw, Buffer: acc.Buffer, Cap: acc.Cap, Off: l.StruckOff}.Level(l.Hold)
		if acc.ByLocation {
			level = a.listedElsewhere(&c, what, l.ChannelSKU, acc, stock.Split(level, offered))
		}
		if n := listed[orderKey{l.Account, l.ChannelSKU}]; n != level && !l.Dirty && a.setByOther(l) {
			foreign++
		} else {
			c.equal(what, n, level)
		}
		if l.Dirty {
			c.fail("%s %s is still dirty", l.Account, l.ChannelSKU)
		}
	}
	c.Result = fmt.Sprintf("%d listings", len(a.books.Listings))
	if foreign > 0 {
		c.Result += fmt.Sprintf(", %d set by somebody else: named, or not read back yet", foreign)
	}
	if ended > 0 {
		c.Result += fmt.Sprintf(", %d ended at 0", ended)
	}
	if left > 0 {
		c.Result += fmt.Sprintf(", %d left to another tool", left)
	}
	return c
}

// offers returns what the locations of an account have of a listing's SKU, together and each.
func (a *auditor) offers(l books.AuditListing, acc accounts.Account) (raw int, at stock.ByLocation) {
	var locations [][]stock.PartLevel
	for _, loc := range acc.StockLocations {
		var parts []stock.PartLevel
		for _, p := range a.books.Kits.Of(l.SKU) {
			r := a.shelf[place{p.SKU, loc}]
			parts = append(parts, stock.PartLevel{Level: r.Level, Backordered: r.Backordered, Per: p.Quantity})
		}
		locations = append(locations, parts)
		at.Add(loc, "", stock.Offers(parts))
	}
	return stock.Raw(locations), at
}

// setByOther reports whether somebody else has set a listing's level last, by the marketplace's ledger, and Towpath knows that or has not
// begun to read the listings since.
func (a *auditor) setByOther(l books.AuditListing) bool {
	at, set := a.truth.overwritten[orderKey{l.Account, l.ChannelSKU}]
	return set && (l.Foreign || a.books.ReadBack[l.Account].Before(at))
}

// oversold counts the units sold beyond the stock that was really free, over all ledgers in one sequence. With ample
// stock there can be none; with tight stock they show what late pushes cost.
func (a *auditor) oversold() check {
	c := check{Check{Name: "oversold units"}}
	sku := make(map[orderKey]string)
	for _, l := range a.books.Listings {
		sku[orderKey{l.Account, l.ChannelSKU}] = l.SKU
	}
	free, soldAt := make(map[string]int), make(map[string]int64)
	box := a.truth.box
	units, sales := 0, 0
	for _, e := range a.truth.entries {
		for len(box) > 0 && box[0].At.UnixNano() <= e.Seq {
			a.unbox(box[0], free)
			box = box[1:]
		}
		s := sku[orderKey{e.account, e.SKU}]
		parts := a.books.Kits.Of(s)
		switch e.Kind {
		case market.EntryCancel, market.EntryGiveUp:
			for _, p := range parts {
				free[p.SKU] += e.Quantity * p.Quantity
			}
		case market.EntryPlace:
			n := 0
			for _, p := range parts {
				free[p.SKU] -= e.Quantity * p.Quantity
				n = max(n, min(e.Quantity, (max(0, -free[p.SKU])+p.Quantity-1)/p.Quantity))
			}
			if n > 0 && s != "" {
				units, sales = units+n, sales+1
				if len(c.Examples) < maxExamples {
					c.Examples = append(c.Examples, fmt.Sprintf("%s: %d of %d on %s, %d ms after the sale before it",
						s, n, e.Quantity, e.account, (e.Seq-soldAt[s])/1_000_000))
				}
			}
			soldAt[s] = e.Seq
		}
	}
	c.Result = fmt.Sprintf("%d units in %d sales", units, sales)
	if a.in.Warehouse == nil {
		c.Result, c.Examples = "not asked: what came in when is only known where a warehouse keeps count", nil
	}
	if a.in.Ample {
		c.Violated = units
	}
	return c
}

// unbox applies a warehouse entry to the free stock.
func (a *auditor) unbox(e warehouse.Entry, free map[string]int) {
	switch e.Kind {
	case warehouse.Opening, warehouse.Receipt, warehouse.Adjust:
		free[e.SKU] += e.Quantity
	case warehouse.Return:
		if l, ok := a.line(e.Account, e.OrderID, e.LineID); ok && e.Restock {
			for p := range l.Contents() {
				free[p.SKU] += e.Quantity * p.Per
			}
		}
	case warehouse.BookDone, warehouse.CancelRequest:
	}
}

func (a *auditor) line(account, orderID, lineID string) (books.AuditLine, bool) {
	s := a.saved[orderKey{account, orderID}]
	if s == nil || s.Reason != "" {
		return books.AuditLine{}, false
	}
	l, ok := s.lines[lineID]
	return l, ok
}

func merge(x, y map[place]int) map[place]bool {
	all := make(map[place]bool, len(x)+len(y))
	for p := range x {
		all[p] = true
	}
	for p := range y {
		all[p] = true
	}
	return all
}
