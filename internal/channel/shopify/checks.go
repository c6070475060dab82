package shopify

import (
	"context"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// capability is something that an account does, with the read that tests it and the scopes it needs. Writes are not
// made; the granted scopes show that they would work.
type capability struct {
	name   string
	try    *operation // nil: only the scopes are checked
	scopes []string
}

var capabilities = []capability{
	{"read orders", &opFirstOrder, []string{"read_orders"}},
	{"confirm shipments", &opFirstFulfillment, []string{"write_merchant_managed_fulfillment_orders"}},
	{"set stock levels", nil, []string{"write_inventory"}},
	{"read listings", &opFirstVariant, []string{"read_products", "read_inventory"}},
	{"read collections", &opFirstCollection, []string{"read_products"}},
	{"publish listings", nil, []string{"write_products", "write_inventory"}},
}

// Checks reads the granted scopes and the location, and then one order, variant, fulfillment order and collection. It
// stops when the grant is refused, since every other call would be too.
func (c *Connection) Checks(ctx context.Context) []channel.Check {
	scopes, access := c.access(ctx)
	checks := []channel.Check{access}
	if access.Fault != nil && access.Fault.Class == channel.Auth {
		return checks
	}
	checks = append(checks, c.checkLocation(ctx), c.checkLocations(ctx))
	for _, one := range capabilities {
		check := c.check(ctx, one, scopes, access.Fault == nil)
		checks = append(checks, check)
		if check.Fault != nil && check.Fault.Class == channel.Auth {
			return checks
		}
	}
	return checks
}

// access reads the granted scopes.
func (c *Connection) access(ctx context.Context) ([]string, channel.Check) {
	check := channel.Check{Capability: "speak for the shop", Operation: opAccess.name}
	var data struct {
		Shop struct {
			Currency string `json:"currencyCode"`
		} `json:"shop"`
		App struct {
			Scopes []struct {
				Handle string `json:"handle"`
			} `json:"accessScopes"`
		} `json:"currentAppInstallation"`
	}
	r, fault := c.read(ctx, opAccess, variables{}, &data)
	if fault != nil {
		check.Fault, check.RequestID = fault, fault.RequestID
		return nil, check
	}
	check.RequestID = r.requestID
	check.Detail = "prices in " + data.Shop.Currency
	scopes := make([]string, len(data.App.Scopes))
	for i, s := range data.App.Scopes {
		scopes[i] = s.Handle
	}
	return scopes, check
}

func (c *Connection) checkLocation(ctx context.Context) channel.Check {
	check := channel.Check{Capability: "list stock at the location", Operation: opShop.name, Detail: c.account.Location}
	if err := c.Test(ctx); err != nil {
		check.Fault = channel.AsFault(err, opShop.name)
		check.RequestID = check.Fault.RequestID
	}
	return check
}

// check tests one capability. If the scopes are not known, only reads are tested.
func (c *Connection) check(ctx context.Context, what capability, scopes []string, known bool) channel.Check {
	check := channel.Check{Capability: what.name, Operation: opAccess.name}
	if what.try != nil {
		check.Operation = what.try.name
		var data any
		r, fault := c.read(ctx, *what.try, variables{}, &data)
		check.RequestID = r.requestID
		if fault != nil {
			check.Fault, check.RequestID = fault, fault.RequestID
			return check
		}
	}
	if !known {
		if what.try == nil {
			check.Operation, check.Untried, check.Detail = "", true, "a write can't be tested, and the granted scopes can't be read"
		}
		return check
	}
	if missing := lacking(scopes, what.scopes); len(missing) > 0 {
		f := channel.NewFault(channel.Config, check.Operation, "the app lacks the scopes "+strings.Join(missing, ", "))
		f.Code, f.RequestID = "ACCESS_DENIED", check.RequestID
		check.Fault, check.Detail = f, "the app lacks "+strings.Join(missing, ", ")
		return check
	}
	check.Detail = "granted: " + strings.Join(what.scopes, ", ")
	if what.try == &opFirstOrder && !slices.Contains(scopes, "read_all_orders") {
		check.Detail += "; orders of the last 60 days only, without read_all_orders"
	}
	return check
}

// lacking returns the wanted scopes that were not granted. A write scope includes reading.
func lacking(granted, wanted []string) (missing []string) {
	for _, scope := range wanted {
		writing := strings.Replace(scope, "read_", "write_", 1)
		if !slices.Contains(granted, scope) && !slices.Contains(granted, writing) {
			missing = append(missing, scope)
		}
	}
	return missing
}
