package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
)

// The sizes of a list's pages.
const (
	pageSize    = 25
	maxPageSize = 1000
)

func (p *Program) ordersCommand() *cobra.Command {
	var filter orders.OrderFilter
	var state, shipments, view, sort string
	var deleted, shipByFirst bool
	c := &cobra.Command{
		Use:   "orders",
		Short: "List orders, the last saved first",
		Long:  "Lists orders, the last saved first. Skipped and deleted orders are included, each with the reason.",
		Example: "  towpath orders --account amazon-uk --state open\n" +
			"  towpath orders --reference 202-5538961-7743559\n" +
			"  towpath orders --state skipped --limit 100 -o json\n" +
			"  towpath orders --at-risk\n" +
			"  towpath orders --shipments requires-sync\n" +
			"  towpath orders --same-address\n" +
			"  towpath orders --view to-ship-today --sort highest-total-first\n" +
			"  towpath orders --ship-by-first --account shopify-uk\n" +
			"  towpath orders --deleted",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if deleted && state != "" {
				return usagef("--deleted and --state %q: give one of them", state)
			}
			filter.Sort, filter.View = orders.Sort(sort), order.View(view)
			if shipByFirst {
				filter.Sort = orders.ShipByFirst
			}
			if !slices.Contains(orders.Sorts(), filter.Sort) {
				return usagef("--sort %q: want one of %s", sort, list(orders.Sorts()))
			}
			if view != "" && !slices.Contains(order.Views(), filter.View) {
				return usagef("--view %q: want one of %s", view, list(order.Views()))
			}
			if (filter.AtRisk || filter.Sort == orders.ShipByFirst) && (deleted || state != "" && !order.State(state).ToBeShipped()) {
				return usagef("--at-risk and --ship-by-first list orders that are to be shipped: give no other state")
			}
			filter.State = order.State(state)
			if state != "" && !slices.Contains(order.States(), filter.State) {
				return usagef("--state %q: want one of %s", state, list(order.States()))
			}
			if deleted {
				filter.State = order.Deleted
			}
			filter.Shipments = shipment.Progress(shipments)
			if shipments != "" && !slices.Contains(shipment.Progresses(), filter.Shipments) {
				return usagef("--shipments %q: want one of %s", shipments, list(shipment.Progresses()))
			}
			if err := checkLimit(filter.Limit); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, filter.Account); err != nil {
					return err
				}
				filter.Today = wording.DayEnds(time.Now(), p.zones.Shared())
				rows, err := pf.Store.Orders.Find(cmd.Context(), filter)
				if errors.Is(err, store.ErrBadCursor) {
					return usagef("--after %d: want the value shown at the end of a list", filter.After)
				}
				if err != nil {
					return err
				}
				return p.printOrders(rows, filter != (orders.OrderFilter{Sort: filter.Sort, Today: filter.Today, Limit: filter.Limit}), filter.Limit)
			})
		},
	}
	c.AddCommand(p.ordersExportCommand(), p.ordersAsideCommand())
	f := c.Flags()
	f.StringVar(&filter.Account, "account", "", "only orders of this account")
	f.StringVar(&state, "state", "", "only orders in this state: "+list(order.States()))
	f.StringVar(&shipments, "shipments", "", "only orders whose packages are so far on their channel: "+list(shipment.Progresses()))
	f.BoolVar(&filter.Uncancelled, "uncancelled", false, "only orders that are cancelled here, and that you have to cancel on the channel")
	f.BoolVar(&filter.Undecided, "undecided", false, "only orders about which you have to decide: contradicted by the channel, or held")
	f.BoolVar(&filter.SameAddress, "same-address", false, "only orders to be packed that go to the address of another one, from the same location")
	f.BoolVar(&filter.AtRisk, "at-risk", false, "only orders that are late or at risk: to be shipped within a day; the earliest first")
	f.StringVar(&view, "view", "", "only orders of this view, as the console counts them: "+list(order.Views()))
	f.StringVar(&sort, "sort", string(orders.NewestFirst), "the order of the list: "+list(orders.Sorts()))
	f.BoolVar(&shipByFirst, "ship-by-first", false, "only orders that are to be shipped, the earliest ship-by date first, those without one last")
	f.BoolVar(&deleted, "deleted", false, "only orders that were deleted by hand, with who did it, when and why")
	f.StringVar(&filter.Reference, "reference", "", "only the order with this reference or channel order id")
	f.IntVar(&filter.Limit, "limit", pageSize, "how many orders to list")
	f.Int64Var(&filter.After, "after", 0, "continue after this row, as shown at the end of a list")
	return c
}

func (p *Program) printOrders(rows []orders.OrderRow, filtered bool, limit int) error {
	shown := struct {
		Orders []orders.OrderRow `json:"orders"`
		After  int64             `json:"after,omitempty"` // for the next page; 0: there is none
	}{Orders: filled(rows)}
	if len(rows) == limit {
		shown.After = rows[len(rows)-1].Key.RowID
	}
	return p.print(shown, func(pg *page) {
		if len(rows) == 0 {
			pg.sentence("", wording.NoOrders.Text(filtered))
			return
		}
		cells := make([][]cell, len(rows))
		headers := []string{"ORDER", "ACCOUNT", "ENDPOINT", "STATE", "PLACED", "TOTAL", "LINES", "RESERVED", "BACKORDERED", "UNLINKED", "PACKED", "SHIPPED", "CANCELLED", "SHIPMENTS", "NOTE"}
		several := slices.ContainsFunc(rows, func(o orders.OrderRow) bool { return o.Location != rows[0].Location })
		if several {
			headers = append(headers, "LOCATION")
		}
		for i, o := range rows {
			cells[i] = []cell{
				word(o.Reference), word(o.Key.Account.ID), tinted(string(o.Key.Account.Endpoint), when(o.Key.Account.Endpoint == channel.Test, yellow)), tinted(string(o.State), colours[wording.OrderTone(o.State)]), word(pg.moment(o.Key.Account.ID, o.PlacedAt)),
				amount(amountOf(o.Total, o.Currency)), number(o.LineCount), number(o.Units.Reserved),
				counted(o.Units.Backordered, yellow), counted(o.Units.Unlinked, red), number(o.Units.Packed), number(o.Units.Shipped),
				number(o.Units.Cancelled), tinted(dash(o.Fulfilment.Text()), when(o.Fulfilment == shipment.RequiresSync, red)).prose(), tinted(pg.orderNote(o), dim).prose(),
			}
			if several {
				cells[i] = append(cells[i], word(o.Location))
			}
		}
		pg.table(headers, cells)
		if shown.After != 0 {
			pg.line("\nMore: the same command with --after %d", shown.After)
		}
	})
}

// orderNote returns when an order is to be shipped, what is to be decided about an order, what of it can't be read, why it was skipped, or that it was exported for packing.
func (pg *page) orderNote(o orders.OrderRow) string {
	switch {
	case len(o.Together) > 0:
		text := togetherWords(o)
		o.Together = nil
		if more := pg.orderNote(o); more != "" {
			text += "; " + more
		}
		return text
	case o.Promise == order.PromiseLate || o.Promise == order.PromiseAtRisk:
		text := o.Promise.Text() + ": ship by " + pg.moment(o.Key.Account.ID, o.ShipBy)
		o.Promise = ""
		if more := pg.orderNote(o); more != "" {
			text += "; " + more
		}
		return text
	case order.OnlyAfterPacking(o.Contradiction) && !o.Kept:
		return "changed on the channel after it was packed"
	case o.Contradiction != "" && !o.Kept:
		return "contradicted by the channel"
	case !o.NotBefore.IsZero() && !o.Allowed:
		text := "not yet: it " + wording.NotBefore(o.NotBefore, pg.zones.Of(o.Key.Account.ID))
		o.NotBefore = time.Time{}
		o.Holds = slices.DeleteFunc(slices.Clone(o.Holds), func(h orders.Held) bool { return h.Hold == order.HoldNotYet })
		if more := pg.orderNote(o); more != "" {
			text += "; " + more
		}
		return text
	case len(o.OpenHolds()) > 0:
		return heldWords(o.OpenHolds())
	case o.Unread != "":
		return wording.Unread(o.Unread)
	}
	if d := o.Deleted; d != nil {
		return fmt.Sprintf("deleted by %s, %s: %s", d.By, pg.moment(o.Key.Account.ID, d.At), d.Reason)
	}
	if o.Exported != nil && o.Reason == "" {
		return pg.exportedWords(o)
	}
	return o.Reason.Text()
}

// togetherWords names the other orders for the same address.
func togetherWords(o orders.OrderRow) string {
	names := make([]string, len(o.Together))
	for i, other := range o.Together {
		if names[i] = other.Reference; other.Account != o.Key.Account.ID {
			names[i] += " of " + other.Account
		}
	}
	return "ships to the same address as " + strings.Join(names, ", ")
}

func heldWords(holds []orders.Held) string {
	why := make([]string, len(holds))
	for i, h := range holds {
		why[i] = h.Text()
	}
	return "held: " + strings.Join(why, "; ")
}

func (pg *page) exportedWords(o orders.OrderRow) string {
	return fmt.Sprintf("export %d, %s", o.Exported.Export, pg.moment(o.Key.Account.ID, o.Exported.At))
}

func checkLimit(n int) error {
	if n < 1 || n > maxPageSize {
		return usagef("--limit %d: want 1 to %d", n, maxPageSize)
	}
	return nil
}

// filled returns a list that JSON shows as [] when it is empty.
func filled[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// list returns the words separated by commas.
func list[T any](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = fmt.Sprint(w)
	}
	return strings.Join(texts, ", ")
}
