package config

import (
	"regexp"
	"slices"

	"github.com/towpath/towpath/internal/document"
)

// shopifyLocation matches the id of a Shopify location: its number, as the address of its page in Shopify's admin ends, or its gid.
var shopifyLocation = regexp.MustCompile(`^(?:gid://shopify/Location/)?([1-9][0-9]{0,18})$`)

// locations reads the channel's locations that are locations of ours, one to one.
func (r *reader) locations(a *Account, e document.Field) {
	a.Channel.Locations = make(map[string]string)
	lines := make(map[string]int) // by location of ours
	for _, f := range r.Fields(e.Value, "locations", nil) {
		ours := r.Text(f.In("locations"))
		id := shopifyLocation.FindStringSubmatch(f.Name)
		switch {
		case id == nil:
			r.Wrong(f.Key, "locations: %q is no location of a shop: want e.g. gid://shopify/Location/1, or its number", document.Clip(f.Name))
			continue
		case ours == "":
			r.Wrong(f.Value, "locations: %s: want a location of yours, as in order_location", f.Name)
			continue
		}
		gid := "gid://shopify/Location/" + id[1]
		switch line, again := lines[ours]; {
		case a.Channel.Locations[gid] != "":
			r.Wrong(f.Key, "locations: %s is there twice", gid)
		case again:
			r.Wrong(f.Value, "locations: %q is mapped in line %d already: its stock would be listed twice", document.Clip(ours), line)
		}
		a.Channel.Locations[gid], lines[ours] = ours, f.Value.Line
	}
	if len(a.Channel.Locations) == 0 || len(a.Channel.Locations) > maxShopLocations {
		r.Wrong(e.Value, "locations: want 1 to %d, each a location of the shop with a location of yours", maxShopLocations)
	}
}

// locationSettings completes the settings of an account whose channel decides from where each line leaves, and reports those that
// contradict it. The default is the location that is the order location.
func (r *reader) locationSettings(at map[string]*document.Node, a *Account) {
	mapped := at["locations"]
	if mapped == nil || len(a.Channel.Locations) == 0 {
		return
	}
	home := ""
	a.Store.StockLocations, a.Store.ByLocation = nil, true
	for id, ours := range a.Channel.Locations {
		a.Store.StockLocations = append(a.Store.StockLocations, ours)
		if ours == a.Store.OrderLocation {
			home = id
		}
	}
	slices.Sort(a.Store.StockLocations)
	if home == "" && a.Store.OrderLocation != "" {
		r.Wrong(mapped, "locations: order_location %q is not among them: which of the shop's locations is it?", document.Clip(a.Store.OrderLocation))
	}
	if given := at["location"]; given != nil && home != "" && gidOf(a.Channel.Location) != home {
		r.Wrong(given, "location: the order location %q is %s in locations: give that one, or delete the key", document.Clip(a.Store.OrderLocation), home)
	}
	a.Channel.Location = home
	for _, key := range []string{"stock_locations", "ship_from", "routing", "split"} {
		if at[key] != nil {
			r.Wrong(at[key], "%s: with locations, %s: delete it", key, decidedBy[key])
		}
	}
}

// decidedBy says what takes the place of a setting for an account with locations.
var decidedBy = map[string]string{
	"stock_locations": "each location lists its own stock at its own location of the shop",
	"ship_from":       "the shop decides from which location each line leaves",
	"routing":         "the shop decides from which location each line leaves",
	"split":           "the shop decides from which location each line leaves",
}

// gidOf returns the gid of a location that is given by its number, or the text as it is.
func gidOf(location string) string {
	if id := shopifyLocation.FindStringSubmatch(location); id != nil {
		return "gid://shopify/Location/" + id[1]
	}
	return location
}
