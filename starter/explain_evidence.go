package starter

import (
	"context"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// The scans and the errors of runs that are looked at.
const (
	scansLookedAt  = 10
	errorsLookedAt = 10
)

// gather reads what the store knows of a subject.
func (s *Starter) gather(ctx context.Context, sub subject, e *explain.Evidence) error {
	steps := []func(context.Context, subject, *explain.Evidence) error{s.gatherOrder, s.gatherScans, s.gatherErrors, s.gatherAside, s.gatherIncoming}
	for _, step := range steps {
		if err := step(ctx, sub, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *Starter) gatherOrder(ctx context.Context, sub subject, e *explain.Evidence) error {
	if sub.row == nil {
		return nil
	}
	packages, err := s.Store.Orders.PackageRows(ctx, sub.row.Key.RowID)
	if err != nil {
		return err
	}
	e.Order = savedOrder(*sub.row, packages)
	return nil
}

// savedOrder returns a saved order as the rules of package explain see it.
func savedOrder(r orders.OrderRow, packages []orders.PackageRow) *explain.Order {
	o := &explain.Order{OrderID: r.Key.OrderID, Reference: r.Reference, State: r.State, Reason: r.Reason, Status: r.ChannelStatus, Location: r.Location, Routed: r.Routed,
		Units: r.Units, PlacedAt: r.PlacedAt, SeenAt: r.SeenAt, SavedAt: r.SavedAt, UpdatedAt: r.UpdatedAt, RequestID: r.RequestID, RunID: r.RunID}
	if d := r.Deleted; d != nil {
		o.Deleted = &explain.Deletion{By: d.By, Reason: d.Reason, At: d.At}
		if order.SaysChanged(r.Contradiction) {
			o.Deleted.Changed = time.UnixMicro(r.ChannelVersion).UTC()
		}
	}
	if !r.Kept {
		o.Contradiction = r.Contradiction
	}
	for _, h := range r.OpenHolds() {
		o.Holds = append(o.Holds, explain.Hold{Hold: h.Hold, Text: h.Text()})
	}
	if r.Exported != nil {
		o.Exported = r.Exported.Export
	}
	for _, p := range packages {
		switch p.State {
		case shipment.Processed:
			o.Packages.Waiting++
		case shipment.Parked:
			o.Packages.Parked++
		case shipment.Confirmed:
			o.Packages.Confirmed++
		case shipment.Saved, shipment.Voided, shipment.Refused:
		}
	}
	return o
}

func (s *Starter) gatherScans(ctx context.Context, sub subject, e *explain.Evidence) (err error) {
	id := sub.account.ID
	if e.Scans.First, err = s.Store.Runs.First(ctx, id, runs.RunOrders); err != nil {
		return err
	}
	if e.Scans.Newest, err = s.Store.Runs.List(ctx, runs.RunFilter{Account: id, Kind: runs.RunOrders, Limit: scansLookedAt}); err != nil {
		return err
	}
	last := slices.IndexFunc(e.Scans.Newest, runs.Run.Ended)
	if last < 0 || e.Scans.Newest[last].FaultID == "" {
		return nil
	}
	r := e.Scans.Newest[last]
	e.Scans.Failed = &channel.Fault{ID: r.FaultID, Class: r.FaultClass, Code: r.FaultCode}
	if row, err := s.Store.Runs.Fault(ctx, r.FaultID); err == nil {
		e.Scans.Failed.Status, e.Scans.Failed.Operation, e.Scans.Failed.RequestID = row.Status, row.Operation, row.RequestID
	}
	e.Scans.Steps = s.Advice(ctx, e.Scans.Failed, sub.account.Channel, remedy.Names{Account: id, Reference: sub.reference}).Steps
	return nil
}

// gatherErrors finds runs that had the order in error.
func (s *Starter) gatherErrors(ctx context.Context, sub subject, e *explain.Evidence) (err error) {
	names := explain.Names(sub.reference)
	if sub.row != nil {
		names = append(names, sub.row.Reference, sub.row.Key.OrderID)
	}
	e.Errors, err = s.Store.Runs.InError(ctx, sub.account.ID, "order", names, errorsLookedAt)
	return err
}

func (s *Starter) gatherAside(ctx context.Context, sub subject, e *explain.Evidence) error {
	names := explain.Names(sub.reference)
	if sub.row != nil {
		names = []string{sub.row.Key.OrderID}
	}
	for _, n := range names {
		list, err := s.AsideOrders(ctx, aside.Filter{Account: sub.account.ID, OrderID: n, Limit: 1})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			continue
		}
		o := list[0]
		e.Aside = &explain.Aside{Name: o.Name, Fault: o.Fault, FirstSeen: o.FirstSeen, LastSeen: o.LastSeen, Times: o.Times}
		if o.Remedy != nil {
			e.Aside.Steps = slices.Clone(o.Remedy.Steps)
		}
		return nil
	}
	return nil
}

func (s *Starter) gatherIncoming(ctx context.Context, sub subject, e *explain.Evidence) (err error) {
	in := &e.Incoming
	in.Last, in.Lately, err = s.Store.Orders.Incoming(ctx, sub.account.ID, e.Now.Add(-explain.Lately), explain.MostCounted)
	if err != nil {
		return err
	}
	list, err := s.Store.Aside.List(ctx, aside.Filter{Account: sub.account.ID, Limit: explain.MostCounted})
	in.Aside = len(list)
	return err
}

// askPatience is how long a channel is waited for: somebody waits for the explanation.
const askPatience = 10 * time.Second

// askChannel asks an account's channel for the order, once. An account that is paused or off is not called.
func (s *Starter) askChannel(ctx context.Context, sub subject, now time.Time, channels OrderReader) explain.Answer {
	id, row, acc := "", int64(0), sub.account
	why := ""
	if sub.row != nil {
		id, row = sub.row.Key.OrderID, sub.row.Key.RowID
	} else {
		id, why = explain.AskBy(acc.Channel, sub.reference)
	}
	switch {
	case why != "":
		return explain.Answer{Why: why}
	case !acc.Enabled:
		return explain.Answer{OrderID: id, Why: acc.ID + " is switched off, so its channel is not called"}
	case acc.Paused:
		return explain.Answer{OrderID: id, Why: acc.ID + " is paused, so its channel is not called"}
	case channels == nil:
		return explain.Answer{OrderID: id, Why: "it was not asked"}
	}
	patience := askPatience
	if end, limited := ctx.Deadline(); limited {
		patience = min(patience, time.Until(end)-time.Second) // the rest is for showing the answer
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	shown, request, err := channels.ReadOrder(ctx, acc.Account, id, row)
	a := explain.Answer{At: now, OrderID: id, RequestID: request}
	if err != nil {
		a.Refused(err)
		return a
	}
	policy := acc.OrderPolicy()
	policy.Site, policy.OtherSites = acc.Marketplace, sub.sites
	a.Status, a.Means, a.Paid, a.PlacedAt, a.UpdatedAt, a.Lines = shown.ChannelStatus, policy.Status(shown).Fulfilment(), shown.Paid, shown.PlacedAt, shown.UpdatedAt, len(shown.Lines)
	a.Skips = policy.Skips(shown)
	return a
}
