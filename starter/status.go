package starter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// queryTimeout limits the wait for a workflow's status: a query without a worker would hang.
const queryTimeout = time.Second

// Query asks a workflow for its status. found is false when no such workflow is known or no worker answered in time; then callers
// show what the store has. An empty id is that of a run without a workflow.
func (s *Starter) Query(ctx context.Context, workflowID string) (status message.Status, found bool) {
	if workflowID == "" {
		return message.Status{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	v, err := s.Temporal.QueryWorkflow(ctx, workflowID, "", message.QueryStatus)
	if err != nil || v.Get(&status) != nil {
		return message.Status{}, false
	}
	return status, true
}

// OrderStatus is an order with the current status of its workflows.
type OrderStatus struct {
	orders.OrderDetail
	Buyer     string          `json:"buyer,omitempty"`     // masked; why it is not known; empty: the order has none
	Notes     []buyers.Note   `json:"notes,omitempty"`     // by persons, the oldest first
	NotesLost string          `json:"notesLost,omitempty"` // why they can't be read
	Lifecycle *message.Status `json:"lifecycle,omitempty"` // nil when it has ended or no worker answered
	Shipments []ShipmentNow   `json:"shipments,omitempty"` // the workflows that wait with packages which could not be sent
	Calls     []runs.Call     `json:"calls,omitempty"`     // the latest that concerned it, newest first
	Aside     *AsideOrder     `json:"aside,omitempty"`     // a newer version of it that can't be read; nil: none
}

// ShipmentNow is a shipment sync with its current status: nil when it has ended or no worker answered.
type ShipmentNow struct {
	WorkflowID string          `json:"workflowId"`
	Status     *message.Status `json:"status,omitempty"`
}

// ShipmentsOf returns the shipment syncs that have unsent packages of an order, without their statuses.
func ShipmentsOf(d orders.OrderDetail) []ShipmentNow {
	var out []ShipmentNow
	for _, p := range d.Packages {
		now := ShipmentNow{WorkflowID: p.Sender}
		if p.State.Unsent() && strings.HasPrefix(p.Sender, message.PrefixShipment) && !slices.Contains(out, now) {
			out = append(out, now)
		}
	}
	return out
}

// Failing returns the status of the first of an order's workflows whose last call failed, or nil.
func Failing(lifecycle *message.Status, shipments []ShipmentNow) *message.Status {
	if lifecycle != nil && lifecycle.Fault != nil {
		return lifecycle
	}
	for _, s := range shipments {
		if s.Status != nil && s.Status.Fault != nil {
			return s.Status
		}
	}
	return nil
}

// callsShown is how many of an order's calls are shown.
const callsShown = 20

// Order returns everything known about an order.
func (s *Starter) Order(ctx context.Context, row orders.OrderRow) (OrderStatus, error) {
	detail, err := s.Store.Orders.Detail(ctx, row.Key.RowID)
	if err != nil {
		return OrderStatus{}, fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	out := OrderStatus{OrderDetail: detail}
	if out.Buyer, err = s.Store.Buyers.Masked(ctx, row.Key.RowID); err != nil {
		return OrderStatus{}, fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	if out.Notes, out.NotesLost, err = s.NotesOf(ctx, row.Key.RowID); err != nil {
		return OrderStatus{}, fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	if out.Calls, err = s.Store.Runs.OrderCalls(ctx, row.Key.RowID, callsShown); err != nil {
		return OrderStatus{}, err
	}
	if out.Aside, err = s.AsideOf(ctx, detail.Key); err != nil {
		return OrderStatus{}, err
	}
	if st, ok := s.Query(ctx, message.OrderWorkflowID(row.Key.Account.ID, row.Key.OrderID)); ok {
		out.Lifecycle = &st
	}
	out.Shipments = ShipmentsOf(detail)
	var g errgroup.Group
	g.SetLimit(deliveries)
	for i := range out.Shipments {
		now := &out.Shipments[i]
		g.Go(func() error {
			if st, ok := s.Query(ctx, now.WorkflowID); ok {
				now.Status = &st
			}
			return nil
		})
	}
	return out, g.Wait()
}

// Now is what is running, queued and waiting.
type Now struct {
	Accounts []AccountNow       `json:"accounts"`
	Sweep    ScheduleNow        `json:"sweep"`
	Parked   []incidents.Parked `json:"parked"`
}

// AccountNow is the current state of one account.
type AccountNow struct {
	store.AccountSummary
	Orders ScheduleNow     `json:"ordersSchedule"`
	Scan   *message.Status `json:"scan,omitempty"`  // status of the running order scan
	Stock  *message.Status `json:"stock,omitempty"` // status of the running stock push
}

// ScheduleNow is the current state of a schedule: in progress, last and next run.
type ScheduleNow struct {
	Paused  bool      `json:"paused"`
	Note    string    `json:"note,omitempty"`
	Running []string  `json:"running,omitempty"` // workflow ids
	Last    time.Time `json:"last,omitzero"`
	Next    time.Time `json:"next,omitzero"` // zero while paused, because the server then reports a past time
	// AsOf is when Temporal said so. Zero: it has not answered, and nothing but Last, which the store may have, is known.
	AsOf time.Time `json:"asOf,omitzero"`
}

// fresh is the age up to which an answer counts as given now: it was given for the same screen.
const fresh = 3 * time.Second

// Age returns how old the answer is, or 0 when it was given just now or never.
func (n ScheduleNow) Age() time.Duration {
	if age := time.Since(n.AsOf); !n.AsOf.IsZero() && age > fresh {
		return age
	}
	return 0
}

// known completes what is known of a schedule with the start of its last run in the store.
func (n ScheduleNow) known(last time.Time) ScheduleNow {
	if n.Last.IsZero() {
		n.Last = last
	}
	return n
}

// Stored returns what the store knows and what Temporal last said, without asking Temporal.
func (s *Starter) Stored(summaries []store.AccountSummary, parked []incidents.Parked) Now {
	out := Now{Parked: parked, Sweep: s.LastKnown(message.SweepScheduleID)}
	for _, a := range summaries {
		orders := s.LastKnown(message.OrdersScheduleID(a.ID)).known(a.LastRun[runs.RunOrders].StartedAt)
		out.Accounts = append(out.Accounts, AccountNow{AccountSummary: a, Orders: orders})
	}
	return out
}

// With returns what was asked of the workflows with newer figures of the store. ok is false if accounts have come or gone since.
func (n Now) With(summaries []store.AccountSummary, parked []incidents.Parked) (out Now, ok bool) {
	if len(summaries) != len(n.Accounts) {
		return n, false
	}
	n.Parked, n.Accounts = parked, slices.Clone(n.Accounts)
	for i, a := range summaries {
		if n.Accounts[i].ID != a.ID {
			return n, false
		}
		n.Accounts[i].AccountSummary = a
	}
	return n, true
}

// Now returns the store's figures and the statuses of the workflows.
func (s *Starter) Now(ctx context.Context) (Now, error) {
	summaries, err := s.Store.Summaries(ctx)
	if err != nil {
		return Now{}, fmt.Errorf("read accounts: %w", err)
	}
	parked, err := s.Store.Incidents.ParkedList(ctx, "")
	if err != nil {
		return Now{}, fmt.Errorf("read what is parked: %w", err)
	}
	return s.Ask(ctx, summaries, parked)
}

// Ask returns the store's figures, which are given, and the statuses of the workflows.
func (s *Starter) Ask(ctx context.Context, summaries []store.AccountSummary, parked []incidents.Parked) (Now, error) {
	out := Now{Parked: parked, Accounts: make([]AccountNow, len(summaries))}
	var g errgroup.Group
	g.SetLimit(deliveries)
	g.Go(func() error { out.Sweep = s.schedule(ctx, message.SweepScheduleID); return nil })
	for i, a := range summaries {
		g.Go(func() error { out.Accounts[i] = s.accountNow(ctx, a); return nil })
	}
	return out, g.Wait()
}

// accountNow returns the current state of an account. Accounts are asked at the same time, because each query may wait for its
// timeout.
func (s *Starter) accountNow(ctx context.Context, a store.AccountSummary) AccountNow {
	now := AccountNow{AccountSummary: a, Orders: s.schedule(ctx, message.OrdersScheduleID(a.ID)).known(a.LastRun[runs.RunOrders].StartedAt)}
	for _, id := range now.Orders.Running {
		if st, ok := s.Query(ctx, id); ok {
			now.Scan = &st
		}
	}
	if a.Dirty > 0 {
		if st, ok := s.Query(ctx, message.StockWorkflowID(a.ID)); ok {
			now.Stock = &st
		}
	}
	return now
}

// schedule returns the current state of a schedule, or the last one that is known when Temporal does not answer in time.
func (s *Starter) schedule(ctx context.Context, id string) ScheduleNow {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	d, err := s.Temporal.ScheduleClient().GetHandle(ctx, id).Describe(ctx)
	if err != nil {
		return s.LastKnown(id)
	}
	now := ScheduleNow{Paused: d.Schedule.State.Paused, Note: d.Schedule.State.Note, AsOf: time.Now()}
	for _, w := range d.Info.RunningWorkflows {
		now.Running = append(now.Running, w.WorkflowID)
	}
	if n := len(d.Info.RecentActions); n > 0 {
		now.Last = d.Info.RecentActions[n-1].ActualTime
	}
	if len(d.Info.NextActionTimes) > 0 && !now.Paused {
		now.Next = d.Info.NextActionTimes[0]
	}
	s.answers.mu.Lock()
	defer s.answers.mu.Unlock()
	if s.answers.schedules == nil {
		s.answers.schedules = make(map[string]ScheduleNow)
	}
	s.answers.schedules[id] = now
	return now
}

// answers are what Temporal last said of each schedule.
type answers struct {
	mu        sync.Mutex
	schedules map[string]ScheduleNow
}

// LastKnown returns what Temporal last said of a schedule; AsOf says when. It asks nothing.
func (s *Starter) LastKnown(scheduleID string) ScheduleNow {
	s.answers.mu.Lock()
	defer s.answers.mu.Unlock()
	return s.answers.schedules[scheduleID]
}
