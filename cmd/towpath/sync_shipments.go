package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) syncShipmentsCommand() *cobra.Command {
	var ask starter.ShipmentsAsk
	var w waiting
	c := &cobra.Command{
		Use:   "shipments",
		Short: "Send all parked packages to their channels again",
		Long: "Sends all parked packages to their channels again, those that wait longest first, and shows what became of each.\n" +
			"--code limits it to those parked by one fault, --sample N to the first N: see with a few whether the cause is gone.\n" +
			"`towpath retry` does it for one order or package. With --wait it shows the progress and exits 3 when one still needs you.",
		Example: "  towpath sync shipments --wait\n  towpath sync shipments --account ebay-uk --code 25001 --sample 1 --wait\n  towpath sync shipments -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if ask.Sample < 0 {
				return usagef("--sample %d: want 1 or more", ask.Sample)
			}
			return w.reach(cmd.Context(), p, func(ctx context.Context, pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, ask.Account); err != nil {
					return err
				}
				return p.syncShipments(cmd.Context(), ctx, pf, ask, w.wait)
			})
		},
	}
	c.Flags().StringVar(&ask.Account, "account", "", "only packages of this account")
	c.Flags().StringVar(&ask.Code, "code", "", "only those parked by a fault with this code")
	c.Flags().IntVar(&ask.Sample, "sample", 0, "only so many, those that wait longest; 0: all")
	w.flags(c, 10*time.Minute)
	return c
}

// syncShipments asks, and with wait follows until patience ends; ctx has none.
func (p *Program) syncShipments(ctx, patience context.Context, pf *platform.Platform, ask starter.ShipmentsAsk, wait bool) error {
	list, err := pf.Starter.SyncShipments(patience, ask)
	if err != nil {
		return err
	}
	if wait && len(list) > 0 {
		last := -1
		err := pf.Starter.FollowShipments(patience, list, func(done, all int) {
			if done != last {
				fmt.Fprintf(p.Err, "%d of %d packages done\n", done, all)
			}
			last = done
		})
		if err != nil {
			return err
		}
	}
	if err := p.printShipments(ctx, pf, list, wait); err != nil {
		return err
	}
	return needYou(list)
}

// shipmentShown is what became of a package, with what to do when it is parked.
type shipmentShown struct {
	starter.SyncedShipment
	Remedy *remedy.Remedy `json:"remedy,omitempty"`
}

func (p *Program) printShipments(ctx context.Context, pf *platform.Platform, list []starter.SyncedShipment, wait bool) error {
	shown := make([]shipmentShown, len(list))
	for i, one := range list {
		shown[i] = shipmentShown{SyncedShipment: one}
		if one.Outcome == starter.ShipmentParked {
			a, err := pf.Store.Accounts.Account(ctx, one.Account)
			if err != nil {
				return err
			}
			shown[i].Remedy = pf.Starter.PackageAdvice(ctx, one.Fault, a.Channel, remedy.Names{Account: one.Account, Reference: one.Reference}, true)
		}
	}
	return p.print(map[string]any{"shipments": filled(shown)}, func(pg *page) {
		if len(list) == 0 {
			pg.line("No package of that kind is parked.")
			return
		}
		rows := make([][]cell, len(shown))
		for i, one := range shown {
			rows[i] = []cell{word(one.Reference), word(one.Package), word(one.Account), tinted(one.Words(), colours[one.Tone()]).prose(), word(todo(one)).prose()}
		}
		pg.table([]string{"ORDER", "PACKAGE", "ACCOUNT", "RESULT", "WHAT TO DO"}, rows)
		runOf := map[string]string{}
		for _, one := range list {
			runOf[one.Account] = one.RunID
		}
		for _, account := range slices.Sorted(maps.Keys(runOf)) {
			pg.line("`towpath run %s` shows what became of those of %s.", runOf[account], account)
		}
		if !wait {
			pg.sentence("", fmt.Sprintf("%s on the way again; with --wait you see what becomes of them.", wording.Count(len(list), "package is", "packages are")))
		}
	})
}

// todo is what to do about a package that is parked again.
func todo(one shipmentShown) string {
	if one.Remedy == nil {
		return ""
	}
	return one.Remedy.Cause.Text() + ": " + one.Remedy.Title + ": `towpath order " + shellWord(one.Reference) + "`"
}

// needYou returns the error for packages that still need a person.
func needYou(list []starter.SyncedShipment) error {
	n := 0
	for _, one := range list {
		if one.Outcome == starter.ShipmentParked || one.Outcome == starter.ShipmentNotAsked {
			n++
		}
	}
	if n > 0 {
		return &attention{fmt.Sprintf("%d of %d packages are still parked: `towpath status` says what to do", n, len(list))}
	}
	return nil
}
