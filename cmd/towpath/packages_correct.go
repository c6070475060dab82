package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/packages"
)

func (p *Program) packagesCorrectCommand() *cobra.Command {
	var account, id, shippedAt string
	var correction shipment.Correction
	c := &cobra.Command{
		Use:   "correct REF --package ID",
		Short: "Correct the label of a package: tracking number, carrier, service, date",
		Long: "Corrects a package: what you leave out stays. A package that is not sent yet is sent with the right label, a parked one at\n" +
			"once. One that the channel has is corrected there, too: on Amazon by confirming it again, on Shopify by changing the\n" +
			"fulfilment's tracking. eBay has no call for that: the command says so, and changes nothing. A label that was voided is\n" +
			"replaced in the same way: give the new one. Its contents can't be changed: cancel units, or process a further package.",
		Example: "  towpath packages correct 202-5538961-7743559 --package P1 --tracking RM123456789GB\n" +
			"  towpath packages correct 1001 --package P1 --carrier DHL --tracking JD014600003 --label LBL-2",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if id == "" {
				return usagef("--package is missing: `towpath packages show %s` lists the order's packages", shellWord(args[0]))
			}
			if shippedAt != "" {
				at, err := time.Parse(time.RFC3339, shippedAt)
				if err != nil {
					return usagef("--shipped-at %q: want a time like 2026-11-21T14:05:00Z", shippedAt)
				}
				correction.ShippedAt = at
			}
			if correction.Empty() {
				return usagef("nothing to correct: give --tracking, --carrier, --service, --label or --shipped-at")
			}
			return p.reach(cmd.Context(), func(pf *platform.Platform) error {
				return p.correctPackage(cmd.Context(), pf, args[0], account, id, correction)
			})
		},
	}
	accountFlag(c, &account)
	f := c.Flags()
	f.StringVar(&id, "package", "", "the package")
	f.StringVar(&correction.TrackingNumber, "tracking", "", "the right tracking number")
	f.StringVar(&correction.Carrier, "carrier", "", "the right carrier, or Other")
	f.StringVar(&correction.CarrierName, "carrier-name", "", "the carrier's name beside --carrier Other")
	f.StringVar(&correction.Service, "service", "", "the carrier's service")
	f.StringVar(&correction.Label, "label", "", "the reference of the new label")
	f.StringVar(&shippedAt, "shipped-at", "", "when it left")
	return c
}

func (p *Program) correctPackage(ctx context.Context, pf *platform.Platform, reference, account, id string, c shipment.Correction) error {
	row, err := pf.Starter.Find(ctx, reference, account)
	if err != nil {
		return err
	}
	out, err := pf.Starter.CorrectPackage(ctx, row, id, c)
	if err != nil {
		return err
	}
	shown := map[string]any{"reference": row.Reference, "package": out.Package, "state": out.State, "changed": out.Changed, "channelIsTold": out.Tell}
	return p.print(shown, func(pg *page) { pg.sentence("", correctedWords(row.Reference, out)) })
}

// correctedWords says what a correction has done.
func correctedWords(reference string, out packages.Corrected) string {
	name := fmt.Sprintf("Package %s of order %s", out.ID, reference)
	switch {
	case out.Tell:
		return fmt.Sprintf("%s is corrected here, and the channel is being told: `towpath packages show %s` shows whether it has the number %s.", name, shellWord(reference), out.TrackingNumber)
	case !out.Changed:
		return name + " is as you say already."
	case out.State == shipment.Parked:
		return name + " is corrected, and sent again."
	}
	return name + " is corrected, and is sent so."
}
