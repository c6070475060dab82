package starter

import (
	"context"

	"github.com/towpath/towpath/internal/listing"
)

// PublishNeeds lists what types require and goods of the account's last run lack.
func (s *Starter) PublishNeeds(ctx context.Context, account string) ([]listing.Need, error) {
	return s.Store.Needs(ctx, account, "")
}
