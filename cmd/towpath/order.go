package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) orderCommand() *cobra.Command {
	var account string
	c := &cobra.Command{
		Use:   "order REF",
		Short: "Show one order: its lines and packages, where it is and why",
		Long: "Shows one order, found by its reference or channel order id: its lines, its packages, its state, the reason for\n" +
			"it, and what happens next. The buyer is masked;\n" +
			"`towpath buyers show` shows who it is.",
		Example: "  towpath order 202-5538961-7743559\n  towpath order 1001 --account shopify-uk -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				st, err := pf.Starter.Order(ctx, row)
				if err != nil {
					return err
				}
				shown, err := withRemedy(ctx, pf, st)
				if err != nil {
					return err
				}
				short, cancel := context.WithTimeout(ctx, temporalAnswers)
				defer cancel()
				shown.noTemporal = pf.Reachable(short) != nil
				shown.Where = where(shown, p.zones[st.Key.Account.ID], time.Now())
				return p.print(shown, func(pg *page) { showOrder(pg, shown) })
			})
		},
	}
	accountFlag(c, &account)
	c.AddCommand(p.orderDecisionCommands()...)
	c.AddCommand(p.orderMoveCommand())
	return c
}

// orderShown is an order with the remedies for the faults that parked its packages.
type orderShown struct {
	starter.OrderStatus
	Remedies   []*remedy.Remedy `json:"remedies,omitempty"` // in the order of what is parked; nil: none is known
	Where      []string         `json:"where"`              // where it is, why, and what it needs, in sentences
	needs      []incident.Need  // what its packages wait for, where that is a pause
	noTemporal bool             // the Temporal server does not answer
}

func withRemedy(ctx context.Context, pf *platform.Platform, st starter.OrderStatus) (shown orderShown, err error) {
	shown.OrderStatus = st
	for _, k := range st.Parked {
		shown.Remedies = append(shown.Remedies, pf.Starter.ParkedAdvice(ctx, k, st.Key.Account.Channel))
		if shown.needs == nil && starter.ParkedIncident(k).Code == incident.CodePaused {
			if shown.needs, err = pf.Starter.NeedsYou(ctx, "", incident.Builds{}); err != nil {
				return shown, err
			}
		}
	}
	return shown, nil
}

func accountFlag(c *cobra.Command, account *string) {
	c.Flags().StringVar(account, "account", "", "the order's account; needed if orders of several accounts have the reference")
}

func showOrder(pg *page, st orderShown) {
	pg.title("Order " + st.Reference)
	moment := func(t time.Time) string { return pg.moment(st.Key.Account.ID, t) }
	rows := [][]cell{
		words("account", fmt.Sprintf("%s (%s, %s)", st.Key.Account.ID, st.Key.Account.Channel, st.Key.Account.Endpoint)),
		words("channel order id", st.Key.OrderID),
		{word("state"), tinted(string(st.State), colours[wording.OrderTone(st.State)])},
		words("on the channel", st.ChannelStatus),
		{word("shipments"), tinted(shipmentsText(st.Fulfilment), colours[wording.ShipmentTone(st.Fulfilment)])},
		words("paid", yesNo(st.Paid)),
		words("location", dash(st.Whence())),
		words("buyer", dash(st.Buyer)),
		words("placed", moment(st.PlacedAt)),
		words("first seen", moment(st.SavedAt)),
		words("changed", moment(st.UpdatedAt)),
		words("total", fmt.Sprintf("%s (shipping %s, tax %s, discount %s)", amountOf(st.Total, st.Currency),
			amountOf(st.Shipping, st.Currency), amountOf(st.Tax, st.Currency), amountOf(st.Discount, st.Currency))),
	}
	rows = append(rows, dueRows(st, moment)...)
	if len(st.Together) > 0 {
		rows = append(rows, words("", togetherWords(st.OrderRow)))
	}
	if st.Unread != "" {
		rows = append(rows, words("can't be read", st.Unread+"; see it on the channel"))
	}
	if st.Exported != nil {
		rows = append(rows, words("exported to be packed", pg.exportedWords(st.OrderRow)))
	}
	pg.facts(rows)
	pg.section("Where it is")
	for _, l := range st.Where {
		pg.line("  %s", l)
	}
	showOrderNotes(pg, st.OrderStatus)
	pg.section("Lines")
	showLines(pg, st.Lines, st.Currency)
	if len(st.Packages) > 0 {
		pg.section("Packages")
		showPackages(pg, st.Packages, moment)
		if slices.ContainsFunc(st.Packages, func(k orders.PackageRow) bool { return k.State.Unsent() || k.State.Waiting() }) {
			pg.sentence("", "What each needs to be sent: `towpath packages show "+shellWord(st.Reference)+"`.")
		}
	}
	if len(st.Calls) > 0 {
		pg.section("Calls to the channel, newest first")
		showCalls(pg, st.Calls, moment)
		if slices.ContainsFunc(st.Calls, func(c runs.Call) bool { return c.Class != "" }) {
			pg.sentence("", "For the channel's support: `towpath support order "+shellWord(st.Reference)+" --account "+st.Key.Account.ID+" --out case.zip`.")
		}
	}
}

// shipmentsText says how far the order's packages are on the channel, and what that means.
func shipmentsText(p shipment.Progress) string {
	if p == "" {
		return "no packages yet"
	}
	return p.Text() + ": " + p.Means()
}

// dueRows are the order's dates, and what the buyer paid in his own currency, as far as the channel gives them.
func dueRows(st orderShown, moment func(time.Time) string) [][]cell {
	var rows [][]cell
	if !st.ShipBy.IsZero() {
		rows = append(rows, []cell{word("to be shipped by"), tinted(strings.TrimSuffix(moment(st.ShipBy)+", "+st.Promise.Text(), ", "), colours[wording.PromiseTone(st.Promise)])})
	}
	if !st.DeliverBy.IsZero() {
		rows = append(rows, words("to be delivered by", moment(st.DeliverBy)))
	}
	if st.PaidCurrency != "" {
		rows = append(rows, words("the buyer paid", amountOf(st.PaidTotal, st.PaidCurrency)))
	}
	return rows
}

// showCalls lists calls with the request ids that the channel's support needs.
func showCalls(pg *page, calls []runs.Call, moment func(time.Time) string) {
	rows := make([][]cell, len(calls))
	for i, c := range calls {
		status := "none"
		if c.Status != 0 {
			status = strconv.Itoa(c.Status)
		}
		rows[i] = []cell{
			word(moment(c.At)), word(c.Operation), amount(status), amount(wording.Took(c.Took)), word(dash(c.RequestID)), word(dash(c.PackageID)),
			tinted(wording.Fault(c.Class, c.Code), red).prose(),
		}
	}
	pg.table([]string{"AT", "CALL", "HTTP", "TOOK", "REQUEST ID", "PACKAGE", "FAULT"}, rows)
}

func showLines(pg *page, lines []orders.LineRow, currency string) {
	rows := make([][]cell, len(lines))
	for i, l := range lines {
		u := l.Units
		rows[i] = []cell{
			word(l.LineID), word(dash(l.SKU)), word(dash(l.ChannelSKU)), number(l.Quantity), number(u.Reserved),
			counted(u.Backordered, yellow), counted(u.Unlinked, red), number(u.Packed), number(u.Shipped), number(u.Cancelled),
			number(l.Returned), amount(amountOf(l.Total, currency)), amount(amountOf(l.Tax, currency)), amount(amountOf(l.Discount, currency)), word(l.Title).prose(), tinted(l.UnlinkedReason, red).prose(), tinted(l.Elsewhere, dim).prose(),
		}
	}
	pg.table([]string{"LINE", "SKU", "CHANNEL SKU", "UNITS", "RESERVED", "BACKORDERED", "UNLINKED", "PACKED", "SHIPPED", "CANCELLED", "RETURNED", "TOTAL", "TAX", "DISCOUNT", "TITLE", "REASON", "ELSEWHERE"}, rows)
	parted := slices.ContainsFunc(lines, func(l orders.LineRow) bool { return l.Location != lines[0].Location })
	for _, l := range lines {
		if parted && l.Elsewhere == "" {
			pg.line("Line %s goes from %s.", l.LineID, l.Location)
		}
		if len(l.Parts) > 0 {
			pg.line("Line %s is a kit: each unit is %s.", l.LineID, partWords(l.Parts))
		}
	}
}

func showPackages(pg *page, packages []orders.PackageRow, moment func(time.Time) string) {
	rows := make([][]cell, len(packages))
	for i, k := range packages {
		contents := make([]string, len(k.Contents))
		for j, c := range k.Contents {
			contents[j] = fmt.Sprintf("%d of %s", c.Quantity, c.LineID)
		}
		why := k.Refusal
		if why == "" && k.ConfirmedAt.IsZero() {
			why = k.Fault.Text()
		}
		rows[i] = []cell{
			number(k.Number), word(k.ID), tinted(string(k.State), colours[wording.PackageTone(k.State)]), word(k.Label), word(cmp.Or(k.CarrierName, k.Carrier)),
			word(k.TrackingNumber), word(strings.Join(contents, ", ")).prose(), word(moment(k.ShippedAt)), number(k.Attempts),
			word(nextAttempt(k.State, k.NextAttempt, k.Fault != nil, time.Now())),
			word(moment(k.ConfirmedAt)), tinted(why, red).prose(),
		}
	}
	pg.table([]string{"NO", "PACKAGE", "STATE", "LABEL", "CARRIER", "TRACKING", "CONTENTS", "SHIPPED", "ATTEMPTS", "NEXT", "CONFIRMED", "WHY NOT"}, rows)
}
