package shopify

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// Publish sends one product.
func (c *Connection) Publish(ctx context.Context, p channel.Product, preview bool) (channel.Publication, error) {
	return c.Submit(ctx, []listing.Draft{{Product: p}}, preview, nil)
}

// PublishOutcome is SubmitOutcome of nothing.
func (c *Connection) PublishOutcome(ctx context.Context, pending string) (channel.Publication, error) {
	return c.SubmitOutcome(ctx, pending, nil)
}
