package amazon

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
)

// CorrectShipment confirms the package again: Amazon takes the same packageReferenceId as a change of the package that it has.
func (c *client) CorrectShipment(ctx context.Context, s channel.Shipment, _ string) (channel.Confirmation, error) {
	return c.ConfirmShipment(ctx, s)
}
