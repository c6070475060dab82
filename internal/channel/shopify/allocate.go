package shopify

import (
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// refusal is why a package can't be confirmed.
type refusal struct {
	class channel.Class
	code  string
}

// changedMeanwhile is why a package names a fulfillment order, or a line of one, that is no longer there.
var changedMeanwhile = refusal{channel.Conflict, CodeOrderSplit}

// shelves returns the shop's location of each line of a package: the account's own, unless it maps the line's.
func (c *Connection) shelves(s channel.Shipment) map[string]string {
	at := make(map[string]string, len(s.Lines))
	for _, l := range s.Lines {
		at[l.LineID] = c.account.Location
		for gid, ours := range c.account.Locations {
			if ours == l.Location {
				at[l.LineID] = gid
			}
		}
	}
	return at
}

// allocate returns the fulfillment order lines for a package's units, in groups of one location each. It tries each line's own
// location first, then any location that has all units, then several.
func allocate(orders []fulfillmentOrder, units map[string]int, own map[string]string) ([][]partInput, *refusal) {
	locations := slices.Compact(slices.Sorted(maps.Values(own)))
	for i := range orders {
		if at := orders[i].location(); !slices.Contains(locations, at) {
			locations = append(locations, at)
		}
	}
	if groups, left := gather(orders, units, locations, func(line, at string) bool { return own[line] == at }); len(left) == 0 && len(groups) > 0 {
		return groups, nil
	}
	anything := func(string, string) bool { return true }
	for _, at := range locations {
		if groups, left := gather(orders, units, []string{at}, anything); len(left) == 0 && len(groups) > 0 {
			return groups, nil
		}
	}
	if groups, left := gather(orders, units, locations, anything); len(left) == 0 && len(groups) > 0 {
		return groups, nil
	}
	return nil, whyNot(orders, units)
}

// gather takes units from the fulfillment orders that are ready, one location after the other, of each the lines that belong there. It
// returns a group per location and the units not found.
func gather(
	orders []fulfillmentOrder, units map[string]int, locations []string, belongs func(line, at string) bool,
) (groups [][]partInput, left map[string]int) {
	left = maps.Clone(units)
	for _, at := range locations {
		here := maps.Clone(left)
		maps.DeleteFunc(here, func(line string, _ int) bool { return !belongs(line, at) })
		parts, rest := collectUnits(orders, here, func(f *fulfillmentOrder) bool { return f.ready() && f.location() == at })
		if len(parts) > 0 {
			groups = append(groups, parts)
		}
		maps.DeleteFunc(left, func(line string, _ int) bool { return here[line] > 0 })
		maps.Copy(left, rest)
	}
	return groups, left
}

// collectUnits takes units from the suitable fulfillment orders and returns those not found.
func collectUnits(
	orders []fulfillmentOrder, units map[string]int, suits func(*fulfillmentOrder) bool,
) (parts []partInput, left map[string]int) {
	left = maps.Clone(units)
	for i := range orders {
		if !suits(&orders[i]) {
			continue
		}
		part := partInput{FulfillmentOrderID: orders[i].ID}
		for _, l := range orders[i].LineItems.Nodes {
			if n := min(left[l.Line.ID], l.Remaining); n > 0 {
				part.Lines = append(part.Lines, unitInput{ID: l.ID, Quantity: n})
				left[l.Line.ID] -= n
			}
		}
		if len(part.Lines) > 0 {
			parts = append(parts, part)
		}
	}
	maps.DeleteFunc(left, func(_ string, n int) bool { return n <= 0 })
	return parts, left
}

// whyNot explains why a package can't be shipped now.
func whyNot(orders []fulfillmentOrder, units map[string]int) *refusal {
	ours := func(f *fulfillmentOrder) bool { return f.live() && !f.atService() }
	if _, left := collectUnits(orders, units, ours); len(left) == 0 && len(units) > 0 {
		for i := range orders {
			if orders[i].Status == CodeScheduled {
				return &refusal{channel.Config, CodeScheduled}
			}
		}
		return &refusal{channel.Config, CodeOnHold}
	}
	served := func(f *fulfillmentOrder) bool { return f.live() && f.atService() }
	if _, left := collectUnits(orders, units, served); len(units) > 0 && len(left) < len(units) {
		return &refusal{channel.Config, CodeServiceShips}
	}
	known := map[string]bool{}
	for i := range orders {
		for _, l := range orders[i].LineItems.Nodes {
			known[l.Line.ID] = true
		}
	}
	for line := range units {
		if !known[line] {
			return &refusal{channel.Missing, CodeLineNotFound}
		}
	}
	return &refusal{channel.Conflict, CodeUnitsNotOpen}
}

// refusalOf classifies the user errors of mutations whose errors have no codes, by their messages. Shopify does not
// publish the messages; these were observed, and others are shown unchanged.
func refusalOf(message string) refusal {
	text := strings.ToLower(message)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	switch {
	case has("on_hold", "on hold"):
		return refusal{channel.Config, CodeOnHold}
	case has("scheduled"):
		return refusal{channel.Config, CodeScheduled}
	case has("unfulfillable status", "quantity", "already fulfilled", "already been fulfilled"):
		return refusal{channel.Conflict, CodeUnitsNotOpen}
	case has("same location", "different location", "multiple location"):
		return refusal{channel.Config, CodeSplitLocations}
	case has("tracking", "carrier", "company", "url"):
		return refusal{channel.Invalid, CodeTracking}
	case has("not found", "does not exist", "doesn't exist", "no longer exists"):
		return refusal{channel.Missing, CodeNotFound}
	case has("access denied", "permission", "not approved"):
		return refusal{channel.Config, "ACCESS_DENIED"}
	}
	return refusal{channel.Unknown, CodeUserError}
}
