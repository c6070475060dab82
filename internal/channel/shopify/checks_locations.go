package shopify

import (
	"context"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// shopLocation is a location of the shop.
type shopLocation struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Active  bool   `json:"isActive"`
	Service bool   `json:"isFulfillmentService"`
	Stocked bool   `json:"hasActiveInventory"`
	Orders  bool   `json:"hasUnfulfilledOrders"`
}

// checkLocations checks that each location of the account is the shop's own, and active. It names those that are not the account's and
// have stock or orders. Without the scope read_locations an account with one location does without it.
func (c *Connection) checkLocations(ctx context.Context) channel.Check {
	check := channel.Check{Capability: "know the shop's locations", Operation: opLocations.name}
	var data struct {
		Locations struct {
			Nodes []shopLocation `json:"nodes"`
		} `json:"locations"`
	}
	r, fault := c.read(ctx, opLocations, variables{}, &data)
	check.RequestID = r.requestID
	switch {
	case fault == nil:
		code := ""
		if code, check.Detail = c.judgeLocations(data.Locations.Nodes); code != "" {
			check.Fault = r.answer.Fault(channel.Config, opLocations.name, code)
		}
	case len(c.account.Locations) > 0 || fault.Class == channel.Auth:
		check.Fault, check.RequestID = fault, fault.RequestID
	default:
		check.Untried, check.RequestID = true, fault.RequestID
		check.Detail = "the app may not read them: grant read_locations to see from where else the shop ships"
	}
	return check
}

// judgeLocations returns the code of what is wrong with the account's locations, or none, and what there is to say.
func (c *Connection) judgeLocations(all []shopLocation) (code, detail string) {
	byID := make(map[string]shopLocation, len(all))
	var others []string
	for _, l := range all {
		byID[l.ID] = l
		_, mapped := c.account.Locations[l.ID]
		if !mapped && l.ID != c.account.Location && !l.Service && (l.Stocked || l.Orders) {
			others = append(others, l.Name+" ("+l.ID+")")
		}
	}
	var names []string
	for _, gid := range c.stockedAt() {
		l, there := byID[gid]
		switch {
		case !there:
			return CodeLocationMissing, gid
		case !l.Active:
			return CodeLocationInactive, l.Name + " (" + gid + ")"
		case l.Service:
			return CodeLocationServed, l.Name + " (" + gid + ")"
		}
		names = append(names, strings.TrimSuffix(l.Name+" = "+c.account.Locations[gid], " = "))
	}
	detail = strings.Join(names, ", ")
	if len(others) > 0 {
		detail += "; not in the accounts file, and with stock or orders: " + strings.Join(others, ", ")
	}
	return "", detail
}
