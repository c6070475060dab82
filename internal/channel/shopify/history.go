package shopify

import (
	"context"
	"slices"
	"time"
)

// recent is the age of the oldest orders that an app without the scope read_all_orders is shown.
const recent = 60 * 24 * time.Hour

// Oldest reads the granted scopes (channel.Historian).
func (c *Connection) Oldest(ctx context.Context) (time.Duration, string, error) {
	scopes, access := c.access(ctx)
	if access.Fault != nil {
		return 0, "", access.Fault
	}
	if slices.Contains(scopes, "read_all_orders") {
		return 0, "", nil
	}
	return recent, "Shopify shows an app without the scope read_all_orders only the orders of the last 60 days", nil
}
