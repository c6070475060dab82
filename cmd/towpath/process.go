package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

func (p *Program) processCommand() *cobra.Command {
	var account, file, many, by string
	var anyway bool
	var o starter.PackagesFile
	var wait answering
	c := &cobra.Command{
		Use:   "process REF --package FILE | --file FILE",
		Short: "Process packages: deduct their units and send them to the channel",
		Long: "Processes packages: their units are deducted from stock, and the channel gets the shipment.\n\n" +
			"--package: packages of one order, in JSON, one or a list; - reads standard input. Each package id counts once,\n" +
			"so the command may be repeated.\n\n" +
			"  {\"id\": \"P1\", \"label\": \"L-1\", \"carrier\": \"Royal Mail\", \"trackingNumber\": \"RM123\",\n" +
			"   \"shippedAt\": \"2026-11-21T14:05:00Z\", \"contents\": [{\"lineId\": \"1\", \"quantity\": 2}]}\n\n" +
			"--file: packages of many orders, as ShipStation exports them, as Amazon accepts them (its shipping\n" +
			"confirmation file), or the file of `towpath orders export --for csv` with carrier and tracking filled\n" +
			"in. Rows with the same order and tracking number are one package; rows without a line are the whole\n" +
			"order. The whole file is checked first: when anything is wrong, nothing is processed. The same file\n" +
			"may be given again: what was processed counts once. --timeout limits the wait for each package.",
		Example: "  towpath process 202-5538961-7743559 --package package.json\n  ./pack.sh | towpath process 1001 --package -\n" +
			"  towpath process --file shipments.csv --dry-run\n" +
			"  towpath process --file confirmation.txt --account amazon-uk --skip-bad",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			switch {
			case many != "" && (file != "" || len(args) > 0):
				return usagef("either REF and --package FILE for one order, or --file FILE for many")
			case many != "" && anyway:
				return usagef("--anyway is for one order: name it, or use `towpath order allow REF`")
			case many != "":
				o.Account, o.Patience = account, wait.patience
				return p.processFile(ctx, many, o)
			case len(args) == 0:
				return usagef("name the packages: REF and --package FILE for one order, or --file FILE for many")
			case file == "":
				return usagef("name the packages: --package FILE")
			case o.DryRun || o.SkipBad || o.Combined || o.Carrier != "":
				return usagef("--dry-run, --skip-bad, --combined and --carrier-default need --file")
			}
			packages, err := readPackages(file, p.In)
			if err != nil {
				return err
			}
			return wait.reach(ctx, p, func(ctx context.Context, pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				process := pf.Starter.Process
				if anyway {
					process = func(ctx context.Context, row orders.OrderRow, packages []shipment.Package) (message.OrderResult, error) {
						return pf.Starter.ProcessAnyway(ctx, row, by, packages)
					}
				}
				out, err := process(ctx, row, packages)
				if err != nil {
					return err
				}
				return p.printResult(row.Reference, out)
			})
		},
	}
	f := c.Flags()
	wait.flags(c)
	f.StringVar(&account, "account", "", "only orders of this account; needed when several have the reference")
	f.StringVar(&file, "package", "", "JSON file with one package or a list of them, - for standard input")
	f.StringVar(&many, "file", "", "file with packages of many orders")
	f.BoolVar(&anyway, "anyway", false, "ship it although it is held, whatever holds it")
	f.StringVar(&by, "by", userName(), "with --anyway: who does it")
	f.BoolVar(&o.DryRun, "dry-run", false, "with --file: show what would be done, and do nothing")
	f.BoolVar(&o.SkipBad, "skip-bad", false, "with --file: process the packages without mistakes, leave out the others")
	f.BoolVar(&o.Combined, "combined", false, "with --file: orders with the same tracking number travel in one package")
	f.StringVar(&o.Carrier, "carrier-default", "", "with --file: the carrier of rows that name none")
	return c
}

// printResult prints the state of an order after a change.
func (p *Program) printResult(reference string, out message.OrderResult) error {
	shown := struct {
		Order string `json:"order"`
		message.OrderResult
	}{reference, out}
	return p.print(shown, func(pg *page) { pg.line("Order %s is %s.", reference, string(out.State)) })
}
