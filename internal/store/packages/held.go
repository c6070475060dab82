package packages

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
)

// ForgetPackage notes that a package was told to the channel by other means: no call is made for it, its units are
// shipped. by says who knows. It happens once; a package that the channel has already stays as it is.
func (s *Store) ForgetPackage(ctx context.Context, rowID int64, packageID, by string) (orders.Outcome, error) {
	return orders.Change(ctx, s.DB, fmt.Sprintf("forget package %q", packageID), rowID, func(ctx context.Context, c *orders.OrderChange) (string, error) {
		p, err := known(ctx, c.Tx, rowID, packageID)
		if err != nil {
			return "", err
		}
		shipped, news := p.Forget()
		if !news {
			return "", nil
		}
		ship(c, shipped)
		return "", c.ExecAll(ctx, 1, `UPDATE packages SET state = 'confirmed', confirmed_at = $3, forgotten_by = $4, attempted_at = 0, doubtful = 0
			WHERE order_id = $1 AND package_id = $2 AND state IN ('processed', 'parked')`, rowID, packageID, c.Now, db.Clean(by))
	})
}
