package packages

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
)

// Waiting is a package that waits for a person, and the workflow that waits with it.
type Waiting struct {
	OrderRow   int64
	PackageID  string
	WorkflowID string // waits, and from now on alone sends the package
	HandsOver  string // id of the workflow that had sent it before
	Since      time.Time
	Fault      *channel.Fault
	Unshown    bool // it is confirmed, and the channel does not show it
	Corrected  bool // it is confirmed, and the channel has another tracking number
}

// Park saves that a package waits for a person and which workflow alone sends it from now on, in one transaction. It may be
// repeated. parked is false, and nothing is saved, when the package was confirmed or voided meanwhile, or is another workflow's; of
// an unshown one, also when its order has ended.
func (s *Store) Park(ctx context.Context, w Waiting) (parked bool, err error) {
	err = s.Write(ctx, fmt.Sprintf("park package %q of order %d", w.PackageID, w.OrderRow), func(ctx context.Context, t *db.Tx) error {
		rec, err := orders.LockOrder(ctx, t, w.OrderRow)
		if err != nil {
			return err
		}
		p, err := known(ctx, t, w.OrderRow, w.PackageID)
		if err != nil {
			return err
		}
		before := p.State
		parked = (!w.Unshown || !rec.State.Terminal()) && (!w.Corrected || p.Was != "") && p.Park(w.WorkflowID, w.HandsOver, w.Unshown || w.Corrected)
		if !parked {
			return nil
		}
		err = t.ExecAll(ctx, 1, `UPDATE packages SET state = $4, sender = $5, next_at = 0`+asRead, w.OrderRow, w.PackageID, string(before), string(p.State), p.Sender)
		if err != nil {
			return err
		}
		return incidents.SaveParked(ctx, t, incidents.Parked{WorkflowID: w.WorkflowID, Account: rec.Account.ID, OrderRow: w.OrderRow,
			Reference: rec.ID, Package: w.PackageID, Since: w.Since, Fault: w.Fault})
	})
	return parked, err
}
