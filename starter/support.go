package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/support"
	"github.com/towpath/towpath/internal/version"
)

// The most that a support file has.
const (
	supportFaults = 200
	supportCalls  = 1000
	supportSince  = 30 * 24 * time.Hour // calls are kept so long
)

// Support collects what the support of a channel asks for about a subject. An unknown reference, or one that several accounts have
// while account is empty, is a UsageError.
func (s *Starter) Support(ctx context.Context, kind support.Kind, reference, account string) (support.Dossier, error) {
	g := supportGathering{Starter: s, d: support.Dossier{Kind: kind, Reference: reference, Version: version.Of(invocation.Program).Version, At: time.Now().UTC(),
		Faults: []support.Fault{}, Calls: []support.Call{}, Events: []support.Event{}}, account: account}
	gather := map[support.Kind]func(context.Context) error{support.Item: g.item, support.Run: g.run, support.Order: g.order, support.Package: g.parcel,
		support.Account: g.wholeAccount, support.Error: g.fault}[kind]
	if gather == nil {
		return g.d, usagef("support %q: want one of %v", kind, support.Kinds())
	}
	if err := gather(ctx); err != nil {
		return g.d, err
	}
	return g.d, g.finish(ctx)
}

// supportGathering is one dossier being made.
type supportGathering struct {
	*Starter
	d       support.Dossier
	account string // as it was asked for, or found
	found   []runs.FaultRow
	calls   []runs.Call
}

func (g *supportGathering) order(ctx context.Context) error {
	row, err := g.Find(ctx, g.d.Reference, g.account)
	if err != nil {
		return err
	}
	return g.ofOrder(ctx, row, "")
}

// parcel is order for one package, named as ORDER/PACKAGE.
func (g *supportGathering) parcel(ctx context.Context) error {
	at := strings.LastIndex(g.d.Reference, "/")
	if at <= 0 || at == len(g.d.Reference)-1 {
		return usagef("package %q: want ORDER/PACKAGE, as `towpath order ORDER` shows both", g.d.Reference)
	}
	row, err := g.Find(ctx, g.d.Reference[:at], g.account)
	if err != nil {
		return err
	}
	return g.ofOrder(ctx, row, g.d.Reference[at+1:])
}

func (g *supportGathering) ofOrder(ctx context.Context, row orders.OrderRow, packageID string) error {
	g.account = row.Key.Account.ID
	packages, err := g.Store.Orders.PackageRows(ctx, row.Key.RowID)
	if err != nil {
		return err
	}
	if packageID != "" && !slices.ContainsFunc(packages, func(p orders.PackageRow) bool { return p.ID == packageID }) {
		return usagef("order %s has no package %q: `towpath order %s` lists them", row.Reference, packageID, row.Reference)
	}
	g.event(row.PlacedAt, "the order was placed on the channel as "+row.Key.OrderID)
	g.event(row.SavedAt, "Towpath saved the order")
	g.event(row.UpdatedAt, fmt.Sprintf("the order changed: %s here, %q on the channel", row.State, row.ChannelStatus))
	for _, p := range packages {
		if packageID == "" || p.ID == packageID {
			g.event(p.ShippedAt, "package "+p.ID+" was shipped with "+cmp.Or(p.CarrierName, p.Carrier))
			g.event(p.ConfirmedAt, "the channel accepted package "+p.ID)
		}
	}
	if g.found, err = g.Store.Runs.Faults(ctx, runs.FaultFilter{Account: g.account, OrderRow: row.Key.RowID, PackageID: packageID, Limit: supportFaults}); err != nil {
		return err
	}
	calls, err := g.Store.Runs.OrderCalls(ctx, row.Key.RowID, supportCalls)
	for _, c := range calls {
		if packageID == "" || c.PackageID == packageID {
			g.calls = append(g.calls, c)
		}
	}
	return err
}

func (g *supportGathering) run(ctx context.Context) error {
	list, err := g.Store.Runs.List(ctx, runs.RunFilter{ID: g.d.Reference, Limit: 1})
	if err != nil {
		return err
	}
	if len(list) == 0 || g.account != "" && list[0].Account != g.account {
		return usagef("no run %q: `towpath runs list` lists them", g.d.Reference)
	}
	r := list[0]
	g.account = r.Account
	g.event(r.StartedAt, fmt.Sprintf("run of %s began", r.Kind))
	g.event(r.EndedAt, fmt.Sprintf("the run ended: %d seen, %d saved, %d errors", r.Counts.Seen, r.Counts.Saved, r.Counts.Errors))
	if g.found, err = g.Store.Runs.Faults(ctx, runs.FaultFilter{Account: g.account, RunID: r.ID, Limit: supportFaults}); err != nil {
		return err
	}
	g.calls, err = g.Store.Runs.RunCalls(ctx, r.ID, supportCalls)
	return err
}

func (g *supportGathering) fault(ctx context.Context) error {
	f, err := g.Store.Runs.Fault(ctx, g.d.Reference)
	if errors.Is(err, store.ErrNotFound) || err == nil && g.account != "" && f.Account != g.account {
		return usagef("no error %q: `towpath errors` lists them", g.d.Reference)
	}
	if err != nil {
		return err
	}
	g.account, g.found = f.Account, []runs.FaultRow{f}
	return nil
}

func (g *supportGathering) wholeAccount(ctx context.Context) (err error) {
	if g.account != "" && g.account != g.d.Reference {
		return usagef("support account %s with --account %s: name one of them", g.d.Reference, g.account)
	}
	g.account = g.d.Reference
	if _, err := g.Store.Accounts.Account(ctx, g.account); err != nil {
		return usagef("no account %q: `towpath accounts` lists them", g.account)
	}
	g.found, err = g.Store.Runs.Faults(ctx, runs.FaultFilter{Account: g.account, Limit: supportFaults})
	return err
}

// event adds what happened at a moment that is known.
func (g *supportGathering) event(at time.Time, what string) {
	if !at.IsZero() {
		g.d.Events = append(g.d.Events, support.Event{At: at, What: what})
	}
}

// finish adds the account, the calls that made the faults, and the open cases.
func (g *supportGathering) finish(ctx context.Context) error {
	acc, err := g.Store.Accounts.Account(ctx, g.account)
	if err != nil {
		return fmt.Errorf("read account %s: %w", g.account, err)
	}
	g.d.Account, g.d.Channel, g.d.Endpoint, g.d.Marketplace, g.d.Host = acc.ID, acc.Channel, acc.Endpoint, acc.Marketplace, acc.Host
	var ids []string
	for _, f := range g.found {
		shown := supportFault(f)
		g.d.Faults = append(g.d.Faults, shown)
		for _, c := range shown.Calls {
			if c.RequestID != "" && !slices.Contains(ids, c.RequestID) {
				ids = append(ids, c.RequestID)
			}
		}
	}
	more, err := g.Store.Runs.CallsWith(ctx, acc.ID, ids, g.d.At.Add(-supportSince), supportCalls)
	if err != nil {
		return err
	}
	for _, c := range append(g.calls, more...) {
		call := support.Call{Call: c.Call, RunID: c.RunID, PackageID: c.PackageID}
		if !slices.Contains(g.d.Calls, call) {
			g.d.Calls = append(g.d.Calls, call)
		}
	}
	g.d.Calls = g.d.Calls[:min(len(g.d.Calls), supportCalls)]
	slices.SortStableFunc(g.d.Calls, func(a, b support.Call) int { return b.At.Compare(a.At) })
	return nil
}

func supportFault(f runs.FaultRow) support.Fault {
	return support.Fault{ID: f.ID, At: f.At, Class: f.Class, Code: f.Code, Status: f.Status, Operation: f.Operation, Calls: FaultShown{FaultRow: f}.RequestIDs(),
		OrderID: f.Order, PackageID: f.PackageID, SKU: f.SKU, RunID: f.RunID}
}
