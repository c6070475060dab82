package shopify

import (
	"cmp"
	"maps"
	"slices"
)

// places says from which of the shop's locations the lines of an order leave. Without mapped locations it says nothing: all leave from
// where the account's settings say.
type places struct {
	mapped map[string]string // the account's locations: gid to ours
	all    string            // the location of every line, when it is one
	of     map[string]string // line id to its location, when they differ
	parted bool              // open units of one line are at several locations
}

// at returns the gid of the location of a line; empty: Shopify names none.
func (p *places) at(line string) string {
	if gid, known := p.of[line]; known {
		return gid
	}
	return p.all
}

// ours returns our location of a line; empty: the account's settings decide it, or the location is not mapped.
func (p *places) ours(line string) string { return p.mapped[p.at(line)] }

// unmapped reports whether a line leaves from a location that the account does not map.
func (p *places) unmapped(line string) bool {
	return len(p.mapped) > 0 && p.at(line) != "" && p.mapped[p.at(line)] == ""
}

// leavesTogether reports whether all fulfillment orders of the order are at one location, as far as the account looks at locations.
// A cancelled one says nothing.
func (o *wireOrder) leavesTogether(mapped map[string]string) bool {
	o.places = places{mapped: mapped}
	if len(mapped) == 0 {
		return true
	}
	if o.Parts.PageInfo.HasNextPage {
		return false
	}
	for _, part := range o.Parts.Nodes {
		at := part.Assigned.Location
		switch {
		case part.Status == "CANCELLED" || at == nil || at.ID == o.places.all:
		case o.places.all != "":
			return false
		default:
			o.places.all = at.ID
		}
	}
	return true
}

// readLines finds the location of each line: where most of its units are still to be shipped, a mapped one first, or, of a line
// without any, where they were last. One that is shipped from several locations is parted.
func (p *places) readLines(orders []fulfillmentOrder) {
	p.all, p.of = "", map[string]string{}
	open := map[string]map[string]int{} // by line and location
	for i := range orders {
		f := &orders[i]
		if f.Status == "CANCELLED" || f.location() == "" {
			continue
		}
		for _, l := range f.LineItems.Nodes {
			p.of[l.Line.ID] = f.location()
			if l.Remaining <= 0 || !f.live() || f.atService() {
				continue
			}
			if open[l.Line.ID] == nil {
				open[l.Line.ID] = map[string]int{}
			}
			open[l.Line.ID][f.location()] += min(l.Remaining, maxUnits)
		}
	}
	for line, units := range open {
		p.of[line] = slices.MaxFunc(slices.Sorted(maps.Keys(units)), func(a, b string) int {
			switch ours, theirs := p.mapped[a] != "", p.mapped[b] != ""; {
			case ours && !theirs:
				return 1
			case theirs && !ours:
				return -1
			}
			return cmp.Compare(units[a], units[b])
		})
		p.parted = p.parted || len(units) > 1
	}
}
