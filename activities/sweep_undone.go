package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// undoneAfter is how long after a level has gone back a scan of orders must begin to have all that was sold before.
const undoneAfter = 10 * time.Minute

// endUndone lets links observe with their account that have gone back to what they listed before it went live.
func (s *Sweep) endUndone(ctx context.Context, speed float64) error {
	var errs []error
	for account, conn := range s.Connections {
		acc, err := s.Store.Accounts.Account(ctx, account)
		if err == nil && acc.GoingBack > 0 {
			_, eventual := conn.(channel.Eventual)
			_, err = s.Store.Settings.EndUndone(ctx, account, eventual, time.Duration(float64(undoneAfter)/max(speed, 1)))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("end what goes back on %s: %w", account, err))
		}
	}
	return errors.Join(errs...)
}
