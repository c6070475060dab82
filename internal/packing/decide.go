package packing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// decider is one pass over a file.
type decider struct {
	options  Options
	orders   Orders
	groups   []*group
	byKey    map[key]*group
	byNumber map[string][]*group
	byOrder  map[int64][]*group
	unsure   map[int64]bool // orders with a row of which the package is not known
	left     map[unit]int   // reserved units that no package of this file has taken yet
	mistakes []Mistake
}

// key identifies a package: an order's row and a tracking number.
type key struct {
	order  int64
	number string
}

// unit identifies a line of an order.
type unit struct {
	order int64
	line  string
}

// group is the rows of one package.
type group struct {
	order *Order
	rows  []Row
	bad   bool
}

func (g *group) first() Row { return g.rows[0] }

// whole reports whether a row of the package names no line.
func (g *group) whole() bool {
	return slices.ContainsFunc(g.rows, func(r Row) bool { return r.LineID == "" })
}

// Decide returns the packages of the rows and all mistakes.
func Decide(rows []Row, orders Orders, options Options) Decision {
	d := &decider{options: options, orders: orders, byKey: map[key]*group{}, byNumber: map[string][]*group{},
		byOrder: map[int64][]*group{}, unsure: map[int64]bool{}, left: map[unit]int{}}
	for _, r := range rows {
		d.addRow(r)
	}
	for _, g := range d.groups {
		g.bad = g.bad || d.unsure[g.order.RowID]
		d.compareRows(g)
		d.compareNumbers(g)
		d.comparePackages(g)
	}
	var packages []Package
	for _, g := range d.groups {
		if p, ok := d.pack(g); ok {
			packages = append(packages, p)
		}
	}
	slices.SortStableFunc(d.mistakes, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return Decision{Packages: packages, Mistakes: d.mistakes}
}

func (d *decider) wrong(line int, column, what, want string) {
	d.mistakes = append(d.mistakes, Mistake{Line: line, Column: column, What: what, Want: want})
}

// addRow checks a row by itself and puts it to its package.
func (d *decider) addRow(r Row) {
	if d.options.Mistaken[r.Line] {
		d.hold(r)
		return
	}
	bad := false
	wrong := func(column, what, want string) {
		bad = true
		d.wrong(r.Line, column, what, want)
	}
	for _, c := range []struct{ column, text string }{{"order", r.Order}, {"line", r.LineID}, {"tracking", r.Tracking}} {
		if what := damage(c.text); what != "" {
			wrong(c.column, what, "the number itself: make the column text before the numbers go in, and write the file again")
		}
	}
	if Number(r.Tracking) == "" && damage(r.Tracking) == "" {
		wrong("tracking", fmt.Sprintf("%q is no tracking number", r.Tracking), "the number on the label")
	}
	d.carrier(&r, wrong)
	if r.Quantity < 0 {
		wrong("quantity", fmt.Sprintf("%d units are packed", r.Quantity), "1 or more, or nothing for all units of the line")
	}
	o := d.resolve(r, wrong)
	if o == nil {
		return
	}
	d.date(&r, o, wrong)
	if r.LineID == "" && r.SKU != "" {
		r.LineID = o.lineOfSKU(r, wrong)
	}
	d.join(r, o, bad)
}

// hold keeps back the package of a row that could not be read; where even its number could not, every package of the order.
func (d *decider) hold(r Row) {
	o := d.resolve(r, func(string, string, string) {})
	if o == nil {
		return
	}
	if Number(r.Tracking) == "" {
		d.unsure[o.RowID] = true
		return
	}
	d.join(r, o, true)
}

// carrier ensures that every package has a carrier. A name without a code is Amazon's "Other".
func (d *decider) carrier(r *Row, wrong func(column, what, want string)) {
	r.Carrier = cmp.Or(r.Carrier, map[bool]string{true: "Other"}[r.CarrierName != ""], d.options.Carrier)
	switch {
	case r.Carrier == "":
		wrong("carrier", "no carrier is named", "its name, or --carrier-default NAME for all rows without one")
	case strings.EqualFold(r.Carrier, "other") && r.CarrierName == "":
		wrong("carrier", "the carrier is Other and has no name", "the carrier's name in the column for it")
	case len(r.Carrier) > maxCell || len(r.CarrierName) > maxCell || len(r.Service) > maxCell:
		wrong("carrier", fmt.Sprintf("carrier or service is longer than %d characters", maxCell), "its name")
	}
}

// resolve finds the row's order.
func (d *decider) resolve(r Row, wrong func(column, what, want string)) *Order {
	account := cmp.Or(r.Account, d.options.Account)
	switch {
	case r.Order == "":
		wrong("order", "no order is named", "its reference or channel order id")
		return nil
	case damage(r.Order) != "":
		return nil
	case r.Account != "" && d.options.Account != "" && r.Account != d.options.Account:
		wrong("account", fmt.Sprintf("the row is for %s, but only orders of %s are asked for", r.Account, d.options.Account), "a file of that account, or no --account")
		return nil
	}
	found := d.orders.find(r.Order, account)
	switch len(found) {
	case 0:
		wrong("order", fmt.Sprintf("no order %s is known%s", r.Order, on(account)), "a reference or channel order id that `towpath orders` shows")
	case 1:
		return found[0]
	default:
		list := make([]string, len(found))
		for i, o := range found {
			list[i] = o.Account + " " + o.ID
		}
		wrong("order", fmt.Sprintf("%s is the name of %d orders: %s", r.Order, len(found), strings.Join(list, ", ")), "the channel order id, or --account")
	}
	return nil
}

func on(account string) string {
	if account == "" {
		return ""
	}
	return " on " + account
}

// date sets the current time for a row without one. A file with days only means midnight, which on the day of the
// order is before the order, and channels refuse that.
func (d *decider) date(r *Row, o *Order, wrong func(column, what, want string)) {
	const day = 24 * time.Hour
	switch {
	case r.ShippedAt.IsZero():
		r.ShippedAt = d.options.Now
	case r.ShippedAt.After(d.options.Now.Add(2 * day)):
		wrong("date", fmt.Sprintf("%s is in the future", r.ShippedAt.Format(time.DateOnly)), "the day on which the package left; are day and month the other way round?")
	case r.ShippedAt.Before(o.placed()) && o.placed().Sub(r.ShippedAt) < day:
		r.ShippedAt = o.placed()
	case r.ShippedAt.Before(o.placed()):
		wrong("date", fmt.Sprintf("%s is before the order was placed (%s)", r.ShippedAt.Format(time.DateOnly), o.placed().Format(time.DateOnly)),
			"the day on which the package left; are day and month the other way round?")
	}
}

func (d *decider) join(r Row, o *Order, bad bool) {
	k := key{o.RowID, Number(r.Tracking)}
	if k.number == "" {
		return
	}
	g := d.byKey[k]
	if g == nil {
		g = &group{order: o}
		d.byKey[k] = g
		d.groups = append(d.groups, g)
		d.byNumber[k.number] = append(d.byNumber[k.number], g)
		d.byOrder[o.RowID] = append(d.byOrder[o.RowID], g)
		for _, l := range o.Lines {
			d.left[unit{o.RowID, l.LineID}] = l.Units.Reserved
		}
	}
	g.rows = append(g.rows, r)
	g.bad = g.bad || bad
}
