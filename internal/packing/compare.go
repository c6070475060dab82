package packing

import (
	"fmt"
	"slices"
	"strings"
)

// compareRows checks that the rows of a package agree.
func (d *decider) compareRows(g *group) {
	rows := slices.DeleteFunc(slices.Clone(g.rows), func(r Row) bool { return d.options.Mistaken[r.Line] })
	if len(rows) == 0 {
		return
	}
	first := rows[0]
	lines := map[string]int{}
	for _, r := range rows {
		switch before, again := lines[r.LineID]; {
		case r.Carrier != first.Carrier || r.CarrierName != first.CarrierName:
			d.refuse(g, r.Line, "carrier", fmt.Sprintf("the package %s goes with %s here and with %s in line %d", r.Tracking, r.Carrier, first.Carrier, first.Line), "one carrier for a package")
		case !r.ShippedAt.Equal(first.ShippedAt):
			d.refuse(g, r.Line, "date", fmt.Sprintf("the package %s left at another time in line %d", r.Tracking, first.Line), "one time for a package")
		case (r.LineID == "") != (first.LineID == ""):
			d.refuse(g, r.Line, "line", fmt.Sprintf("of the rows of package %s some name a line and some the whole order (line %d)", r.Tracking, first.Line), "one or the other")
		case again && r.LineID != "":
			d.refuse(g, r.Line, "line", fmt.Sprintf("line %s of order %s is already in line %d with the same number", r.LineID, r.Order, before), "each line of an order once for a package, with all its units")
		case again && r.Quantity != first.Quantity:
			d.refuse(g, r.Line, "quantity", fmt.Sprintf("the order has other units in line %d", before), "the order's line ids, when not the whole order is in the package")
		default:
			lines[r.LineID] = r.Line
		}
	}
}

// compareNumbers refuses a number that another order has: a label that was scanned twice. Only the caller can know
// that two orders travel in one package.
func (d *decider) compareNumbers(g *group) {
	if d.options.Combined {
		return
	}
	const want = "the number of this order's own label; if they travel in one package, --combined"
	number := Number(g.first().Tracking)
	for _, other := range d.byNumber[number] {
		if other.order.RowID != g.order.RowID {
			d.refuse(g, g.first().Line, "tracking", fmt.Sprintf("%s is doubled: order %s in line %d has it too", g.first().Tracking, other.order.Reference, other.first().Line), want)
			return
		}
	}
	for _, other := range d.options.Used[number] {
		if other != g.order.Account+" "+g.order.ID {
			d.refuse(g, g.first().Line, "tracking", fmt.Sprintf("%s is doubled: it went out on order %s before", g.first().Tracking, other), want)
			return
		}
	}
}

// comparePackages refuses several packages of an order if one of them is the whole order: their contents would be
// unclear.
func (d *decider) comparePackages(g *group) {
	others := d.byOrder[g.order.RowID]
	if len(others) == 1 || d.done(g) {
		return
	}
	for _, o := range others {
		if o != g && (g.whole() || o.whole()) && !d.done(o) {
			d.refuse(g, g.first().Line, "tracking", fmt.Sprintf("order %s has the number %s here and %s in line %d, and no lines say what is in which", g.first().Order, g.first().Tracking, o.first().Tracking, o.first().Line),
				"the channel's line ids and the units, for each package")
			return
		}
	}
}

// done reports whether the package was processed before.
func (d *decider) done(g *group) bool {
	_, ok := g.known()
	return ok
}

func (d *decider) refuse(g *group, line int, column, what, want string) {
	g.bad = true
	d.wrong(line, column, what, want)
}

// lineNames returns an order's lines for a person, the first ten of them.
func lineNames(o *Order) string {
	const most = 10
	var names []string
	for i, l := range o.Lines {
		if i == most {
			names = append(names, "...")
			break
		}
		names = append(names, l.LineID)
	}
	return strings.Join(names, ", ")
}
