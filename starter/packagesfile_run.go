package starter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/packing"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/orders"
)

// maxFailures is how many packages of a file may fail in a row before the rest is not tried: the server or the workers are down then, and
// each would wait as long.
const maxFailures = 2 * deliveries

// fileRun processes the packages of a file, several orders at a time.
type fileRun struct {
	*Starter
	accounts map[string]accounts.Account
	decided  []packing.Package
	filed    []FiledPackage
	progress func(done, total int)
	patience time.Duration // for one package; 0: without limit

	mu       sync.Mutex
	done     int
	total    int
	failures int // in a row
}

// processAll processes the packages that are not processed yet, those of one order one after the other, and writes the outcomes
// into filed. A failure does not stop the others.
func (s *Starter) processAll(ctx context.Context, decided []packing.Package, filed []FiledPackage, o PackagesFile) error {
	run := &fileRun{Starter: s, accounts: map[string]accounts.Account{}, decided: decided, filed: filed, progress: o.Progress, patience: o.Patience}
	list, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return err
	}
	for _, a := range list {
		run.accounts[a.ID] = a
	}
	byOrder, order := map[int64][]int{}, []int64{}
	for i, p := range decided {
		if p.Done() {
			continue
		}
		if byOrder[p.Order.RowID] == nil {
			order = append(order, p.Order.RowID)
		}
		byOrder[p.Order.RowID] = append(byOrder[p.Order.RowID], i)
		run.total++
	}
	var g errgroup.Group
	g.SetLimit(deliveries)
	for _, id := range order {
		g.Go(func() error {
			for _, i := range byOrder[id] {
				run.one(ctx, i)
			}
			return nil
		})
	}
	return g.Wait()
}

func (r *fileRun) one(ctx context.Context, i int) {
	p, out := r.decided[i], &r.filed[i]
	if why := r.hopeless(ctx); why != "" {
		out.Outcome, out.Why = FileUntried, why
		r.finished(nil)
		return
	}
	acc := r.accounts[p.Order.Account]
	err := r.process(ctx, orders.OrderRow{Reference: p.Order.Reference, State: p.Order.State,
		Key: message.OrderKey{RowID: p.Order.RowID, Account: acc.Account, OrderID: p.Order.ID}}, p.Shipment, out)
	var refused *RefusedError
	switch {
	case err == nil && acc.Observing:
		out.Outcome, out.Why = FileHeld, fmt.Sprintf("%s observes: the package is sent when the account goes live", acc.ID)
	case err == nil:
		out.Outcome = FileProcessed
	case errors.As(err, &refused):
		out.Outcome, out.Why, err = FileRefused, refused.Reason, nil
	default:
		out.Outcome, out.Why = FileFailed, err.Error()
	}
	r.finished(err)
}

func (r *fileRun) process(ctx context.Context, row orders.OrderRow, p shipment.Package, out *FiledPackage) error {
	limited := ctx
	if r.patience > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, r.patience)
		defer cancel()
	}
	answer, err := r.Process(limited, row, []shipment.Package{p})
	out.State = answer.State
	if late := limited.Err() != nil || Unanswered(err); err != nil && late && r.patience > 0 && ctx.Err() == nil {
		return fmt.Errorf("not done within %s: %s", r.patience, r.WaitsFor(ctx))
	}
	return err
}

// hopeless returns why no further package is tried, or an empty string.
func (r *fileRun) hopeless(ctx context.Context) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return "the command was ended before its turn"
	case r.failures >= maxFailures:
		return fmt.Sprintf("%d packages in a row failed before its turn", r.failures)
	}
	return ""
}

func (r *fileRun) finished(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	switch {
	case err != nil:
		r.failures++
	case r.failures < maxFailures:
		r.failures = 0
	}
	if r.progress != nil {
		r.progress(r.done, r.total)
	}
}
