package starter

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
)

// reportOf is the report of orders that each channel gives merchants, by its format.
var reportOf = map[channel.Kind]string{channel.Amazon: "amazon-all-orders", channel.EBay: "ebay-orders", channel.Shopify: "shopify-orders"}

// BackfillReport is what was read of a report: the request without its range where none was given.
type BackfillReport struct {
	Request            BackfillRequest
	Elsewhere, Outside int // orders of other marketplaces, and outside the range: left out
	Read               merchantfile.Report
}

// ReadBackfill reads a report of orders for an account. With a range, orders outside it are left out; the zero range is that of the file.
// Mistakes in the file are in the answer: then nothing must be started.
func (s *Starter) ReadBackfill(ctx context.Context, acc accounts.Account, f *merchantfile.File, within backfill.Range) (BackfillReport, error) {
	out := BackfillReport{Request: BackfillRequest{Account: acc.ID, Records: backfill.Orders, Range: within}}
	if want := reportOf[acc.Channel]; f.Format().ID != want {
		return out, usagef("%s is not a report of orders of %s, the channel of %s", f.Format().Title, acc.Channel, acc.ID)
	}
	span, site := &out.Request.Range, channel.SalesChannel(acc.Marketplace)
	all := within == (backfill.Range{})
	var err error
	out.Read, err = f.SoldOrders(ctx, func(o merchantfile.SoldOrder) error {
		switch {
		case o.Site != "" && site != "" && !strings.EqualFold(o.Site, site):
			out.Elsewhere++
			return nil
		case !all && (o.PlacedAt.Before(within.From) || !o.PlacedAt.Before(within.To)):
			out.Outside++
			return nil
		}
		if all && (span.From.IsZero() || o.PlacedAt.Before(span.From)) {
			span.From = o.PlacedAt
		}
		if all && !o.PlacedAt.Before(span.To) {
			span.To = o.PlacedAt.Add(1e9)
		}
		body, err := json.Marshal(reported(o))
		if err != nil {
			return fmt.Errorf("keep order %s of the report: %w", o.ID, err)
		}
		out.Request.Orders = append(out.Request.Orders, string(body))
		return nil
	})
	return out, err
}

// reported returns an order of a report as a snapshot. Its amounts are not known, and its version is the latest moment that the report
// names: the channel's own is never older.
func reported(o merchantfile.SoldOrder) order.Snapshot {
	s := order.Snapshot{
		ID: o.ID, Reference: o.Reference, PlacedAt: o.PlacedAt, UpdatedAt: o.ChangedAt, Paid: o.Paid, ChannelStatus: o.Status,
		ChannelFulfils: o.ChannelFulfils, Fulfilment: fulfilment(o),
	}
	for i, l := range o.Lines {
		line := order.SnapshotLine{ID: order.ReportLineID(o.ID, i+1), SKU: l.SKU, Title: l.Title, Quantity: l.Quantity}
		switch {
		case l.Shipped:
			line.Shipped = l.Quantity
		case l.Cancelled:
			line.Cancelled = l.Quantity
		}
		if l.NoShipping {
			line.Sender = order.SenderNobody
		}
		s.Lines = append(s.Lines, line)
	}
	s.WithoutAmounts()
	return s
}

// fulfilment returns the status of an order of a report from its lines: shipped when nothing is left to ship and something was shipped. An
// order that needs no shipping at all is open: its lines say why it is skipped.
func fulfilment(o merchantfile.SoldOrder) order.Fulfilment {
	shipped, left, cancelled := false, false, len(o.Lines) > 0
	for _, l := range o.Lines {
		shipped = shipped || l.Shipped
		left = left || !l.Shipped && !l.Cancelled && !l.NoShipping
		cancelled = cancelled && l.Cancelled
	}
	switch {
	case o.Cancelled || cancelled:
		return order.FulfilmentCancelled
	case left && shipped:
		return order.FulfilmentPartlyShipped
	case !shipped && len(o.Lines) > 0:
		return order.FulfilmentUnshipped
	}
	return order.FulfilmentShipped
}
