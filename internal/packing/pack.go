package packing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
)

// lineIDs returns the lines of the package's rows, by the channel's ids where the order has them.
func (g *group) lineIDs() []string {
	var ids []string
	for _, r := range g.rows {
		if r.LineID == "" {
			continue
		}
		if l := g.order.line(r.LineID); l != nil {
			ids = append(ids, l.LineID)
		} else {
			ids = append(ids, r.LineID)
		}
	}
	return ids
}

func (g *group) id() string {
	return ID(g.order.Account, g.order.ID, g.first().Tracking, g.lineIDs())
}

// known returns the package if it is among those of the order whose units have left the shelf: by its id, or if it
// came in another way, by number and lines.
func (g *group) known() (*shipment.Known, bool) {
	id, number, lines := g.id(), Number(g.first().Tracking), g.lineIDs()
	for _, k := range g.order.Packages {
		holds := func(id string) bool {
			return slices.ContainsFunc(k.Contents, func(c shipment.Content) bool { return c.LineID == id })
		}
		alike := Number(k.TrackingNumber) == number && !slices.ContainsFunc(lines, func(id string) bool { return !holds(id) })
		if k.State.Deducted() && (k.ID == id || alike) {
			return k, true
		}
	}
	return nil, false
}

// saved returns the package if an earlier run saved it and ended before processing it.
func (g *group) saved() (*shipment.Known, bool) {
	id := g.id()
	i := slices.IndexFunc(g.order.Packages, func(k *shipment.Known) bool { return k.ID == id })
	if i < 0 {
		return nil, false
	}
	return g.order.Packages[i], true
}

// pack returns the package of a group, and takes its units from what is left of the order.
func (d *decider) pack(g *group) (Package, bool) {
	if g.bad {
		return Package{}, false
	}
	out := Package{Order: g.order}
	for _, r := range g.rows {
		out.Lines = append(out.Lines, r.Line)
	}
	if k, ok := g.known(); ok {
		d.compareUnits(g, k)
		out.Shipment, out.Known = k.Package, k.State
		return out, !g.bad
	}
	if what, want := g.unpackable(d.options.Now); what != "" {
		d.refuse(g, g.first().Line, "order", what, want)
		return Package{}, false
	}
	saved, again := g.saved()
	switch {
	case again && saved.State == shipment.Voided:
		d.refuse(g, g.first().Line, "order", fmt.Sprintf("the package %s was packed before and its units were cancelled since: stop it", g.first().Tracking), "")
		return Package{}, false
	case again && saved.State == shipment.Saved:
		out.Shipment, out.Known = saved.Package, saved.State
		d.consume(g, saved.Contents)
		return out, !g.bad
	case again:
		out.Known = saved.State
	}
	first := g.first()
	out.Shipment = shipment.Package{
		ID: g.id(), Label: first.Tracking, Carrier: first.Carrier, CarrierName: first.CarrierName, Service: first.Service,
		TrackingNumber: first.Tracking, ShippedAt: first.ShippedAt, Contents: d.contents(g),
	}
	d.consume(g, out.Shipment.Contents)
	return out, !g.bad
}

// unpackable returns why nothing of an order can be packed now.
func (g *group) unpackable(now time.Time) (what, want string) {
	o := g.order
	switch o.State {
	case order.Cancelled:
		return fmt.Sprintf("order %s is cancelled: stop the package", o.Reference), ""
	case order.Skipped:
		return fmt.Sprintf("order %s was skipped: %s", o.Reference, o.Reason.Text()), ""
	case order.Deleted:
		return fmt.Sprintf("order %s was deleted by hand: stop the package, or take the order back with `towpath restore`", o.Reference), ""
	case order.Processed, order.Shipped, order.Completed:
		return fmt.Sprintf("every unit of order %s is packed already%s: a number that was wrong can only be corrected on the channel", o.Reference, packedIn(o)), ""
	case order.AwaitingPayment, order.Open, order.Processing:
	}
	if !o.Ready() {
		return fmt.Sprintf("order %s is not paid, and its account processes only paid orders", o.Reference), ""
	}
	if why := o.HeldFor(now.UnixMicro()); why != "" {
		return fmt.Sprintf("order %s is held: %s", o.Reference, why), fmt.Sprintf("nothing of it in the file, or `towpath order allow %s` first", o.Reference)
	}
	return "", ""
}

func packedIn(o *Order) string {
	var numbers []string
	for _, k := range o.Packages {
		if k.State.Deducted() {
			numbers = append(numbers, k.TrackingNumber)
		}
	}
	if len(numbers) == 0 {
		return ""
	}
	return ", under " + strings.Join(numbers, ", ")
}

// contents returns the units of the rows.
func (d *decider) contents(g *group) []shipment.Content {
	var out []shipment.Content
	if g.whole() && g.first().Quantity == 0 {
		for _, l := range g.order.Lines {
			if n := l.Units.Backordered + l.Units.Unlinked; n > 0 {
				d.refuse(g, g.first().Line, "order", fmt.Sprintf("line %s of order %s can't be packed whole: %s", l.LineID, g.order.Reference, waiting(l)), "the lines and units that are in the package")
				continue
			}
			if l.Units.Reserved > 0 {
				out = append(out, shipment.Content{LineID: l.LineID, Quantity: l.Units.Reserved})
			}
		}
		return out
	}
	for _, r := range g.rows {
		l := d.lineOf(g, r)
		if l == nil {
			continue
		}
		n := r.Quantity
		if n == 0 {
			n = d.left[unit{g.order.RowID, l.LineID}]
			if open := l.Units.Backordered + l.Units.Unlinked; open > 0 {
				d.refuse(g, r.Line, "quantity", fmt.Sprintf("line %s of order %s: %s", l.LineID, g.order.Reference, waiting(l)), "the units that are in the package")
				continue
			}
		}
		out = append(out, shipment.Content{LineID: l.LineID, Quantity: n})
		if g.whole() {
			return out // further rows only repeat it
		}
	}
	return out
}

// lineOf returns the order line of a row. A quantity without a line means the only line.
func (d *decider) lineOf(g *group, r Row) *order.Line {
	if r.LineID == "" {
		if len(g.order.Lines) == 1 {
			return g.order.Lines[0]
		}
		d.refuse(g, r.Line, "line", fmt.Sprintf("order %s has %d lines and the row says %d units of none", g.order.Reference, len(g.order.Lines), r.Quantity), "a line's id, one of "+lineNames(g.order)+"; or no quantity for the whole order")
		return nil
	}
	l := g.order.line(r.LineID)
	if l == nil {
		d.refuse(g, r.Line, "line", fmt.Sprintf("order %s has no line %s", g.order.Reference, r.LineID), "one of "+lineNames(g.order))
	}
	return l
}

// consume takes a package's units from what is left.
func (d *decider) consume(g *group, contents []shipment.Content) {
	if len(contents) == 0 && !g.bad {
		d.refuse(g, g.first().Line, "order", fmt.Sprintf("no unit of order %s is left to pack%s", g.order.Reference, packedIn(g.order)), "")
	}
	for _, c := range contents {
		u := unit{g.order.RowID, c.LineID}
		l := g.order.line(c.LineID)
		if l == nil || c.Quantity < 1 || c.Quantity > d.left[u] {
			d.refuse(g, g.at(c.LineID), "quantity", fmt.Sprintf("line %s of order %s: %d units are packed, but %d are left to pack%s", c.LineID, g.order.Reference, c.Quantity, d.left[u], because(l)), "the units that are in the package")
			continue
		}
		d.left[u] -= c.Quantity
	}
	if what := g.order.RefuseDates(contents, d.options.Now.UnixMicro()); what != "" && !g.bad {
		d.refuse(g, g.first().Line, "line", fmt.Sprintf("order %s: %s", g.order.Reference, what), fmt.Sprintf("rows without it, or `towpath process %s --anyway`", g.order.Reference))
	}
	if what := g.order.RefuseLocations(contents); what != "" && !g.bad {
		d.refuse(g, g.first().Line, "line", fmt.Sprintf("order %s: %s", g.order.Reference, what), "rows with the lines, and a tracking number for each location")
	}
}

// at returns the line of the file that names an order's line.
func (g *group) at(lineID string) int {
	for _, r := range g.rows {
		if r.LineID == lineID || r.LineID != "" && strings.HasSuffix(lineID, "/"+r.LineID) {
			return r.Line
		}
	}
	return g.first().Line
}

// compareUnits reports other units under the number of a package that was already processed.
func (d *decider) compareUnits(g *group, k *shipment.Known) {
	for _, r := range g.rows {
		for _, c := range k.Contents {
			l := g.order.line(r.LineID)
			if r.Quantity > 0 && l != nil && l.LineID == c.LineID && c.Quantity != r.Quantity {
				d.refuse(g, r.Line, "quantity", fmt.Sprintf("package %s was processed with %d units of line %s", r.Tracking, c.Quantity, c.LineID), "the same, or another package with its own number for the rest")
			}
		}
	}
}

func waiting(l *order.Line) string {
	var parts []string
	if l.Units.Backordered > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d units are backordered", l.Units.Backordered, l.Units.Total()))
	}
	if l.Units.Unlinked > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d units are not linked to a SKU", l.Units.Unlinked, l.Units.Total()))
	}
	return strings.Join(parts, ", ")
}

func because(l *order.Line) string {
	if l == nil {
		return ""
	}
	u := l.Units
	if u.Packed+u.Shipped+u.Cancelled+u.Backordered+u.Unlinked == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d packed or shipped, %d cancelled, %d backordered or unlinked)", u.Packed+u.Shipped, u.Cancelled, u.Backordered+u.Unlinked)
}
