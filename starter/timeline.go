package starter

import (
	"context"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// Happened is one thing in the life of an order.
type Happened struct {
	At   time.Time    `json:"at"`
	Text string       `json:"text"` // a sentence without a full stop
	By   string       `json:"by,omitempty"`
	From string       `json:"from"` // who knows of it: the channel, Towpath or Temporal
	Tone wording.Tone `json:"-"`
}

// Who knows what happened.
const (
	fromChannel  = "channel"
	fromTowpath  = "Towpath"
	fromTemporal = "Temporal"
)

// timelinePatience is how long Temporal may take to say when the order's workflow ran.
const timelinePatience = time.Second

// Timeline returns what is known of the life of an order, the first first: from its channel, from the store and, if it answers, from Temporal.
func (s *Starter) Timeline(ctx context.Context, d orders.OrderDetail, calls []runs.Call, notes []buyers.Note, live bool) ([]Happened, error) {
	events, err := s.Store.Orders.Events(ctx, d.Key.RowID)
	if err != nil {
		return nil, err
	}
	all := []Happened{
		{At: d.PlacedAt, Text: "placed by its buyer", From: fromChannel},
		{At: d.SeenAt, Text: "first seen by a scan", From: fromTowpath},
		{At: d.SavedAt, Text: "saved, and its stock reserved", From: fromTowpath},
		{At: d.ContradictedAt, Text: "the channel contradicted it: " + d.Contradiction, From: fromChannel, Tone: wording.Bad},
		{At: d.ShipBy, Text: "to be shipped by then", From: fromChannel},
	}
	for _, e := range events {
		all = append(all, happened(e))
	}
	movements, err := s.Store.Ledger.OfOrder(ctx, d.Key.RowID)
	if err != nil {
		return nil, err
	}
	for _, m := range movements {
		all = append(all, Happened{At: m.At, Text: moved(m), From: fromTowpath})
	}
	for _, c := range calls {
		if c.Class != "" {
			all = append(all, Happened{At: c.At, Text: "a call to the channel failed: " + c.Operation + ", " + string(c.Class), From: fromChannel, Tone: wording.Warn})
		}
	}
	for _, n := range notes {
		all = append(all, Happened{At: n.At, Text: "a note was written", By: n.By, From: fromTowpath})
	}
	if live {
		all = append(all, s.ran(ctx, message.OrderWorkflowID(d.Key.Account.ID, d.Key.OrderID))...)
	}
	all = slices.DeleteFunc(all, func(h Happened) bool { return h.At.IsZero() })
	slices.SortStableFunc(all, func(a, b Happened) int { return a.At.Compare(b.At) })
	return all, nil
}

// ran says when the order's workflow ran last; nothing when Temporal does not know it, or does not answer.
func (s *Starter) ran(ctx context.Context, workflow string) []Happened {
	ctx, cancel := context.WithTimeout(ctx, timelinePatience)
	defer cancel()
	found, err := s.Temporal.DescribeWorkflowExecution(ctx, workflow, "")
	if err != nil {
		return nil
	}
	info := found.GetWorkflowExecutionInfo()
	list := []Happened{{At: info.GetStartTime().AsTime(), Text: "its workflow began", From: fromTemporal}}
	if end := info.GetCloseTime(); end != nil {
		list = append(list, Happened{At: end.AsTime(), Text: "its workflow ended: " + info.GetStatus().String(), From: fromTemporal})
	}
	for _, p := range found.GetPendingActivities() {
		if next := p.GetScheduledTime(); next != nil {
			list = append(list, Happened{At: next.AsTime(), Text: "an attempt is due: " + p.GetActivityType().GetName(), From: fromTemporal, Tone: wording.Busy})
		}
	}
	return list
}

// happened says in words what the store has recorded.
func happened(e orders.Event) Happened {
	h := Happened{At: e.At, By: e.By, From: fromTowpath}
	with := func(text string) string {
		if e.Text == "" {
			return text
		}
		return text + ": " + e.Text
	}
	switch e.What {
	case orders.EventHeld:
		h.Text, h.Tone = with("held"), wording.Warn
	case orders.EventReleased:
		h.Text = "released"
	case orders.EventDeleted:
		h.Text, h.Tone = with("deleted here"), wording.Bad
	case orders.EventRestored:
		h.Text = "its deletion was taken back"
	case orders.EventCancelAsked:
		h.Text = with("a cancellation was asked for")
	case orders.EventCancelled:
		h.Text = with("units were cancelled")
	case orders.EventReturned:
		h.Text = with("units came back")
	case orders.EventPackageSaved:
		h.Text = "package " + e.Text + " was entered"
	case orders.EventPackagePacked:
		h.Text = "package " + e.Text + " was packed: its units left the stock"
	case orders.EventConfirmed:
		h.Text, h.From, h.Tone = "package "+e.Text+" was confirmed", fromChannel, wording.Good
	case orders.EventExported:
		h.Text = "written to export " + e.Text + " for packing"
	case orders.EventParked:
		h.Text, h.Tone = with("parked: it waits for a person"), wording.Bad
	case orders.EventActedOn:
		h.Text = "done with others at once: " + e.Text
	}
	return h
}
