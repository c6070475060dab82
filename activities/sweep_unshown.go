package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
)

// leastShownWithin is how long a simulated channel may take at least, however fast its clock is.
const leastShownWithin = time.Minute

// tellUnshown tells lifecycles of packages that were confirmed and that their channels do not show. It reads nothing from a
// channel: the scans have read every change, and these orders were not shown as shipped among them.
func (s *Sweep) tellUnshown(ctx context.Context, speed float64) (int, error) {
	within := max(leastShownWithin, time.Duration(float64(shipment.ShownWithin)/max(speed, 1)))
	count := 0
	for after := int64(0); ; {
		activity.RecordHeartbeat(ctx)
		found, err := s.Store.Packages.Unshown(ctx, within, after, sweepBatch)
		if err != nil {
			return count, err
		}
		for _, u := range found {
			after = u.Key.RowID
			told, err := s.tellOf(ctx, u, within)
			if err != nil {
				return count, err
			}
			if told {
				count++
			}
		}
		if len(found) < sweepBatch {
			return count, nil
		}
	}
}

// tellOf tells a lifecycle of its unshown packages, unless its account does not work or a package is being sent just now.
func (s *Sweep) tellOf(ctx context.Context, u packages.UnshownOrder, within time.Duration) (bool, error) {
	if _, works, err := s.working(ctx, u.Key.Account.ID, account.Shipments); err != nil || !works {
		return false, err
	}
	if u.OutboxEntry.Unshown = judged(u, within); len(u.OutboxEntry.Unshown) == 0 {
		return false, nil
	}
	at := time.Now()
	idle, err := s.notSending(ctx, []orders.OutboxEntry{u.OutboxEntry})
	if err != nil || len(idle) == 0 || len(s.Starter.Deliver(ctx, idle)) == 0 {
		return false, err
	}
	told := make([]string, len(u.OutboxEntry.Unshown))
	for i, p := range u.OutboxEntry.Unshown {
		told[i] = p.PackageID
	}
	if err := s.Store.Packages.NoticeUnshown(ctx, u.Key.RowID, at, told); err != nil {
		return false, err
	}
	return true, nil
}

// judged returns what the lifecycle is to do about each package.
func judged(u packages.UnshownOrder, within time.Duration) []message.Unshown {
	var out []message.Unshown
	for _, p := range u.Packages {
		switch p.Judge(u.ReadUntil, within) {
		case shipment.KeepWaiting:
		case shipment.SendAgain:
			out = append(out, message.Unshown{PackageID: p.PackageID})
		case shipment.AskPerson:
			words := fmt.Sprintf("confirmed %d times, and not shown by %s", p.Resent+1, p.ConfirmedAt.Add(within).Format(time.RFC3339))
			out = append(out, message.Unshown{PackageID: p.PackageID,
				Fault: channel.Refusal(channel.Conflict, string(channel.OpShipment), shipment.CodeNotShown, words)})
		}
	}
	return out
}
