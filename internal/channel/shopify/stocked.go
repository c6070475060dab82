package shopify

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// wireItem is an inventory item with what it has at the locations that were asked for.
type wireItem struct {
	ID      string                `json:"id"`
	Tracked bool                  `json:"tracked"`
	Levels  map[string]*wireLevel `json:"-"` // by the name in the query; null where the item is not stocked at the location
}

type wireLevel struct {
	Quantities []struct {
		Quantity int `json:"quantity"`
	} `json:"quantities"`
}

// levelName is the name of an item's level in queries; those of several locations have a number behind it.
const levelName = "inventoryLevel"

// UnmarshalJSON reads the levels, whatever their number.
func (w *wireItem) UnmarshalJSON(body []byte) error {
	type plain wireItem
	if err := json.Unmarshal(body, (*plain)(w)); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return err
	}
	w.Levels = map[string]*wireLevel{}
	for name, raw := range fields {
		if !strings.HasPrefix(name, levelName) {
			continue
		}
		var level *wireLevel
		if err := json.Unmarshal(raw, &level); err != nil {
			return err
		}
		w.Levels[name] = level
	}
	return nil
}

// stocked returns the query of listings with what they have at the account's locations, and its variables for these. Without mapped
// locations it asks for the one.
func (c *Connection) stocked() (operation, variables) {
	if len(c.account.Locations) == 0 {
		return opListings, variables{"location": c.account.Location}
	}
	var given, levels []string
	v := variables{}
	for i, gid := range c.gids() {
		name := fmt.Sprintf("location%d", i)
		given = append(given, "$"+name+": ID!")
		levels = append(levels, fmt.Sprintf("%s%d: %s(locationId: $%s)", levelName, i, levelName, name))
		v[name] = gid
	}
	parts := strings.SplitN(opListings.text, levelName+"(locationId: $location)", 2)
	fields, _, _ := strings.Cut(parts[1], "\n") // what is asked of a level
	text := parts[0] + strings.Join(levels, fields+"\n        ") + parts[1]
	return operation{opListings.name, strings.Replace(text, "$location: ID!", strings.Join(given, ", "), 1)}, v
}

// gids returns the shop's locations that are mapped, sorted.
func (c *Connection) gids() []string { return slices.Sorted(maps.Keys(c.account.Locations)) }

// stockedAt returns the shop's locations at which the account's products are stocked.
func (c *Connection) stockedAt() []string {
	if len(c.account.Locations) == 0 {
		return []string{c.account.Location}
	}
	return c.gids()
}

// gidOf returns the shop's location that is a location of ours.
func (c *Connection) gidOf(ours string) string {
	for gid, name := range c.account.Locations {
		if name == ours {
			return gid
		}
	}
	return ""
}

// shown returns what an item has at the account's locations, and whether it is stocked at one.
func (c *Connection) shown(w wireItem) (out channel.Shown, stocked bool) {
	add := func(name string) (n int, there bool) {
		level := w.Levels[name]
		if level == nil || len(level.Quantities) == 0 {
			return 0, false
		}
		out.Quantity, stocked = out.Quantity+level.Quantities[0].Quantity, true
		return level.Quantities[0].Quantity, true
	}
	if len(c.account.Locations) == 0 {
		add(levelName)
		return out, stocked
	}
	out.At = map[string]int{}
	for i, gid := range c.gids() {
		if n, there := add(fmt.Sprintf("%s%d", levelName, i)); there {
			out.At[c.account.Locations[gid]] = n
		} else {
			c.activated.Delete(w.ID + gid) // not any more
		}
	}
	return out, stocked
}
