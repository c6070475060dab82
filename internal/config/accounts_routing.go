package config

import (
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/order"
)

// routing reads from where orders leave: for some countries each, the last one for all others.
func (r *reader) routing(a *Account, e document.Field) {
	lines := make(map[string]int) // by country
	for i, n := range r.Items(e, 1, len(countries)+1, "with an entry for some countries each, e.g. {countries: [GB, IE], locations: [main, dublin]}") {
		if i > 0 && len(a.Store.Routing[i-1].Countries) == 0 {
			r.Wrong(n, "routing: the entry before has no countries, so it is for all, and no order comes to this one: put it before that one")
		}
		a.Store.Routing = append(a.Store.Routing, r.route(n, lines))
	}
}

// route reads one entry; lines has the countries that entries before it have.
func (r *reader) route(n *document.Node, lines map[string]int) (out order.Route) {
	for _, f := range r.Fields(n, "routing", []string{"countries", "locations"}) {
		in := f.In("routing")
		if f.Name == "locations" {
			out.Locations = r.texts(in)
			continue
		}
		for _, c := range r.Items(in, 1, len(countries), "of countries, e.g. [GB, IE]; an entry for all others has no countries") {
			code := r.Text(document.Field{Name: in.Name, Value: c})
			r.country(c, in.Name, code)
			if line, again := lines[code]; again {
				r.Wrong(c, "routing: countries: %s is in line %d already, and that entry counts: delete one", document.Clip(code), line)
			}
			lines[code] = c.Line
			out.Countries = append(out.Countries, code)
		}
	}
	if n.Kind == document.Object && len(out.Locations) == 0 {
		r.Wrong(n, "routing: locations is missing: say from where these orders leave, the most wanted first, e.g. locations: [main, dublin]")
	}
	return out
}

// country reports what is not a country.
func (r *reader) country(n *document.Node, of, code string) {
	switch {
	case code == "UK":
		r.Wrong(n, "%s: UK: the United Kingdom's code is GB", of)
	case !slices.Contains(countries, code):
		r.Wrong(n, "%s: %q is not a country: want two capital letters of ISO 3166-1, e.g. DE", of, document.Clip(code))
	}
}

// routingSettings completes the settings of an account with routing, and reports those that contradict it. The account lists all that
// it may send, so that what it lists is what orders can get.
func (r *reader) routingSettings(at map[string]*document.Node, a *Account) {
	several := false
	for i, route := range a.Store.Routing {
		several = several || len(route.Locations) > 1
		for _, location := range route.Locations {
			switch {
			case slices.Contains(a.Store.StockLocations, location):
			case at["stock_locations"] != nil:
				r.Wrong(at["routing"].Items[i], "routing: locations: %q is not in stock_locations, so what is there would not be listed: add it there, or correct the name", document.Clip(location))
			default:
				a.Store.StockLocations = append(a.Store.StockLocations, location)
			}
		}
	}
	if at["ship_from"] != nil && at["routing"] != nil {
		r.Wrong(at["ship_from"], "ship_from: routing says from where orders leave: write it there, e.g. %s, and delete this key", asRouting(a.Store.ShipFrom))
	}
	if a.Store.Split && !several {
		r.Wrong(at["split"], "split: no entry of routing has two locations, so there is nothing to choose from: add locations, or delete this key")
	}
}

// asRouting writes one country of ship_from as an entry of routing.
func asRouting(shipFrom map[string]string) string {
	for _, country := range document.Keys(shipFrom) {
		return fmt.Sprintf("{countries: [%s], locations: [%s]}", country, shipFrom[country])
	}
	return "{countries: [DE], locations: [berlin]}"
}
