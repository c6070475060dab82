package order

import (
	"cmp"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// Route says from which locations orders to some countries leave.
type Route struct {
	Countries []string `json:"countries,omitempty"` // ISO 3166-1 alpha-2; none: all countries
	Locations []string `json:"locations"`           // the most wanted first
}

// Serves reports whether orders to a country take the route.
func (r Route) Serves(country string) bool {
	return len(r.Countries) == 0 || slices.Contains(r.Countries, country)
}

// Routed is why an order is at its location. It is stored by these words.
type Routed string

// The reasons. Without one there was nothing to choose: one location serves the country, or the channel has decided.
const (
	RoutedNowhere Routed = "no-country"   // its country is not known yet
	RoutedAll     Routed = "has-all"      // the first location for its country that offered all of it
	RoutedNone    Routed = "none-has-all" // none did, so it waits at the first one
	RoutedParted  Routed = "parted"       // none did, so its lines are parted
)

// Text returns the reason as text for operators, to follow the location; empty without one.
func (r Routed) Text() string {
	switch r {
	case RoutedNowhere:
		return "its country is not known yet"
	case RoutedAll:
		return "the first for its country that had all of it"
	case RoutedNone:
		return "the first for its country; none had all of it"
	case RoutedParted:
		return "none for its country had all of it, so its lines are parted"
	}
	return ""
}

// RouteTo returns the locations from which an order to a country may leave, the most wanted first. While the country is not known, and
// when no route serves it, that is the order location.
func (p Policy) RouteTo(country string) []string {
	for _, r := range p.Routes {
		if country != "" && r.Serves(country) {
			return r.Locations
		}
	}
	return []string{p.OrderLocation}
}

// moves returns the locations among which a known order is to choose again because its country changed; none: it stays. A changed
// setting alone moves nothing.
func (p Policy) moves(known *Order, country string) []string {
	to := p.RouteTo(country)
	if slices.Equal(to, p.RouteTo(known.Country)) {
		return nil
	}
	return to
}

// wanted is what a line needs at one location.
type wanted struct {
	lineID string
	item   Item
	units  int
}

// needs returns what the version's lines need that are ours to ship and linked.
func (in *Intake) needs(a *Arrival) []wanted {
	var out []wanted
	for _, shown := range a.Shown.Lines {
		l := a.Order.Line(shown.ID)
		if shown.Sender != SenderUs || in.movedFrom(a.Order, l, shown.ID) != "" {
			continue
		}
		cancelled, shipped := shown.units(a.status)
		w := wanted{shown.ID, in.Items[shown.SKU], shown.Quantity - cancelled - shipped}
		if l != nil && l.Booked {
			w.item, w.units = l.Item, l.Units.Open()+l.moving+max(0, shown.Quantity-l.Quantity)
		}
		if w.item.SKU != "" && w.units > 0 {
			out = append(out, w)
		}
	}
	return out
}

// given are units that orders, or lines of one, are to get at places and do not hold yet.
type given map[stock.Place]int

// add notes so many units of an item.
func (g given) add(location string, i Item, units int) {
	for p := range i.Contents() {
		g[stock.Place{SKU: p.SKU, Location: location}] += units * p.Per
	}
}

// offers counts down what locations can give to one order.
type offers struct {
	books *Allocation
	own   map[stock.Place]int // held or waited for by the order itself
	given given
}

// offers returns what the locations can give to an order besides what is given to others, with what its lines have there already.
func (a *Arrival) offers(books *Allocation, others given) offers {
	o := offers{books, map[stock.Place]int{}, maps.Clone(others)}
	for _, l := range a.Order.Lines {
		for p := range l.Contents() {
			o.own[stock.Place{SKU: p.SKU, Location: l.Location}] += (l.Units.Reserved + l.Units.Backordered) * p.Per
		}
	}
	return o
}

// fit reports whether a location can give all of it: free units that nobody waits for.
func (o offers) fit(location string, lines ...wanted) bool {
	need := map[stock.Place]int{}
	for _, w := range lines {
		for p := range w.item.Contents() {
			need[stock.Place{SKU: p.SKU, Location: location}] += w.units * p.Per
		}
	}
	for p, n := range need {
		if at := o.books.At(p); at.Free()-at.Backordered+o.own[p]-o.given[p] < n {
			return false
		}
	}
	return true
}

// route chooses the order's location, and those of its lines, among some: the first that offers all of it, else the first. An account
// that parts orders has each line at the first location that offers all of that line.
func (in *Intake) route(books *Allocation, a *Arrival, among []string, others given) {
	o := a.Order
	o.Location, o.Routed, a.at = among[0], "", nil
	if len(among) == 1 {
		if o.Country == "" && len(in.Policy.Routes) > 0 {
			o.Routed = RoutedNowhere
		}
		return
	}
	left, lines := a.offers(books, others), in.needs(a)
	fits := func(w ...wanted) string {
		if i := slices.IndexFunc(among, func(location string) bool { return left.fit(location, w...) }); i >= 0 {
			return among[i]
		}
		return ""
	}
	if location := fits(lines...); location != "" {
		o.Location, o.Routed = location, RoutedAll
		return
	}
	o.Routed = RoutedNone
	if !in.Policy.Split {
		return
	}
	a.at = map[string]string{}
	for i, w := range lines {
		location := cmp.Or(fits(w), among[0])
		left.given.add(location, w.item, w.units)
		a.at[w.lineID] = location
		if i == 0 {
			o.Location = location
		} else if location != o.Location {
			o.Routed = RoutedParted
		}
	}
}
