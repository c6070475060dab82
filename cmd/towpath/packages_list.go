package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) packagesCommand() *cobra.Command {
	var filter packages.Filter
	var state, after string
	c := &cobra.Command{
		Use:   "packages",
		Short: "List packages that are not on their channel yet, each with the cause and the next attempt",
		Long: "Lists packages, those of the newest orders first: without --state those that are on their way to the channel or\n" +
			"parked. A parked one has one of six causes: " + causeList() + ".\n" +
			"`towpath packages show REF` says what a package needs to be sent; `towpath sync shipments` sends all parked ones again.",
		Example: "  towpath packages\n  towpath packages --account ebay-uk --state parked\n  towpath packages show 14-12345-67890\n  towpath packages --state confirmed -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter.State = shipment.State(state)
			if state != "" && !slices.Contains(shipment.States(), filter.State) {
				return usagef("--state %q: want one of %s", state, list(shipment.States()))
			}
			if err := checkLimit(filter.Limit); err != nil {
				return err
			}
			var err error
			if filter.After, err = parseBehind(after); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.listPackages(cmd.Context(), pf, filter) })
		},
	}
	c.Flags().StringVar(&filter.Account, "account", "", "only packages of this account")
	c.Flags().StringVar(&state, "state", "", "only packages in this state: "+list(shipment.States()))
	c.Flags().IntVar(&filter.Limit, "limit", pageSize, "how many packages to list")
	c.Flags().StringVar(&after, "after", "", "continue after this package, as shown at the end of a list")
	c.AddCommand(p.packagesShowCommand(), p.packagesCorrectCommand())
	return c
}

// causeList names the causes as the help has them.
func causeList() string {
	var names []string
	for _, c := range shipment.Causes() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// parseBehind reads where a page begins: an order's row, a stroke and a package's number.
func parseBehind(text string) (packages.Behind, error) {
	if text == "" {
		return packages.Behind{}, nil
	}
	row, number, _ := strings.Cut(text, "/")
	id, err := strconv.ParseInt(row, 10, 64)
	n, err2 := strconv.Atoi(number)
	if err != nil || err2 != nil || id < 1 {
		return packages.Behind{}, usagef("--after %q: want the value shown at the end of a list", text)
	}
	return packages.Behind{OrderRow: id, Number: n}, nil
}

func (p *Program) listPackages(ctx context.Context, pf *platform.Platform, filter packages.Filter) error {
	if err := knownAccount(ctx, pf, filter.Account); err != nil {
		return err
	}
	rows, err := pf.Starter.Packages(ctx, filter)
	if err != nil {
		return err
	}
	shown := struct {
		Packages []starter.ListedPackage `json:"packages"`
		After    string                  `json:"after,omitempty"` // for the next page; empty: there is none
	}{Packages: filled(rows)}
	if len(rows) == filter.Limit {
		last := rows[len(rows)-1]
		shown.After = fmt.Sprintf("%d/%d", last.Order.RowID, last.Number)
	}
	return p.print(shown, func(pg *page) {
		if len(rows) == 0 {
			pg.sentence("", "No package of that kind.")
			return
		}
		cells := make([][]cell, len(rows))
		for i, k := range rows {
			cause, why := "", ""
			if k.Remedy != nil {
				cause, why = k.Remedy.Cause.Text(), k.Fault.Brief()+": "+k.Remedy.Title
			}
			cells[i] = []cell{
				word(k.Reference), word(k.ID), word(k.Order.Account.ID), tinted(string(k.State), colours[wording.PackageTone(k.State)]), number(k.Attempts),
				word(nextAttempt(k.State, k.NextAttempt, k.Fault != nil, time.Now())).prose(), tinted(dash(cause), when(cause != "", red)).prose(), word(dash(why)).prose(),
			}
		}
		pg.table([]string{"ORDER", "PACKAGE", "ACCOUNT", "STATE", "ATTEMPTS", "NEXT ATTEMPT", "CAUSE", "WHY"}, cells)
		if shown.After != "" {
			pg.line("\nMore: the same command with --after %s", shown.After)
		}
	})
}

// nextAttempt says when a package is sent again by itself, or what it waits for.
func nextAttempt(s shipment.State, next time.Time, failed bool, at time.Time) string {
	switch {
	case s == shipment.Parked:
		return "when you retry"
	case !s.WaitsForCall():
		return "-"
	case !next.IsZero():
		return due(next, at)
	case failed:
		return "under way"
	}
	return "at once"
}

func (p *Program) packagesShowCommand() *cobra.Command {
	var account, id string
	c := &cobra.Command{
		Use:   "show REF",
		Short: "Say of each package of an order what it needs to be sent, and what has become of it",
		Long: "Shows each package of an order: the preconditions of sending it, met or not and with what to do, its attempts and the\n" +
			"next one, its last fault with the cause and the remedy. Exits 3 when one of them needs you.",
		Example: "  towpath packages show 14-12345-67890\n  towpath packages show 14-12345-67890 --package P1 -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.showPackagesOf(cmd.Context(), pf, args[0], account, id) })
		},
	}
	accountFlag(c, &account)
	c.Flags().StringVar(&id, "package", "", "only this package")
	return c
}

func (p *Program) showPackagesOf(ctx context.Context, pf *platform.Platform, reference, account, id string) error {
	row, err := pf.Starter.Find(ctx, reference, account)
	if err != nil {
		return err
	}
	d, err := pf.Store.Orders.Detail(ctx, row.Key.RowID)
	if err != nil {
		return err
	}
	found, err := pf.Starter.PackagesOf(ctx, d)
	if err != nil {
		return err
	}
	if id != "" {
		found = slices.DeleteFunc(found, func(k starter.PackageShown) bool { return k.ID != id })
		if len(found) == 0 {
			return usagef("order %s has no package %q: `towpath packages show %s` lists them", d.Reference, id, shellWord(d.Reference))
		}
	}
	if err := p.print(map[string]any{"order": d.Key, "reference": d.Reference, "packages": filled(found)}, func(pg *page) {
		if len(found) == 0 {
			pg.sentence("", "The order has no package yet.")
		}
		for i, k := range found {
			if i > 0 {
				pg.line("")
			}
			showPackage(pg, d.Reference, d.Key.Account.ID, k, time.Now())
		}
	}); err != nil {
		return err
	}
	for _, k := range found {
		if k.State == shipment.Parked || k.State == shipment.Refused || len(shipment.Unmet(k.Preconditions)) > 0 {
			return &attention{fmt.Sprintf("package %s of order %s needs you", k.ID, d.Reference)}
		}
	}
	return nil
}

func showPackage(pg *page, reference, account string, k starter.PackageShown, at time.Time) {
	pg.title(fmt.Sprintf("Package %s of order %s", k.ID, reference))
	rows := [][]cell{
		{word("state"), tinted(string(k.State), colours[wording.PackageTone(k.State)])},
		words("carrier and number", strings.TrimSpace(k.Carrier+" "+k.CarrierName+" "+k.TrackingNumber)),
		words("attempts", strconv.Itoa(k.Attempts)),
		words("next attempt", nextAttempt(k.State, k.NextAttempt, k.Fault != nil, at)),
	}
	switch k.Was {
	case "":
	case k.TrackingNumber:
		rows = append(rows, words("the channel", "it is not told of the correction yet"))
	default:
		rows = append(rows, words("the channel still has", k.Was))
	}
	if !k.ConfirmedAt.IsZero() {
		rows = append(rows, words("confirmed", pg.moment(account, k.ConfirmedAt)))
	}
	if k.Fault != nil && k.Unsent() {
		rows = append(rows, words("last fault", k.Fault.Text()))
	}
	pg.facts(rows)
	if len(k.Preconditions) > 0 {
		pg.line("Needed to be sent")
		cells := make([][]cell, len(k.Preconditions))
		for i, c := range k.Preconditions {
			mark := tinted("  ✓", green)
			if !c.Met {
				mark = tinted("  ✗", red)
			}
			cells[i] = []cell{mark, word(c.Name), word(c.Text).prose(), word(c.Do).prose()}
		}
		pg.table(nil, cells)
	}
	pg.sentences("", whatToDo(k.Remedy)...)
}
