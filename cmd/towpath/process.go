package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
)

func (p *Program) processCommand() *cobra.Command {
	var account, file string
	c := &cobra.Command{
		Use:   "process REF --package FILE",
		Short: "Process packages of an order: deduct their units and tell the channel",
		Long: "Processes packages of an order: their units are deducted from stock and the channel is told.\n" +
			"FILE is JSON, one package or a list; - reads standard input. A package counts once by its id,\n" +
			"so the command may be repeated.\n\n" +
			"  {\"id\": \"P1\", \"label\": \"L-1\", \"carrier\": \"Royal Mail\", \"trackingNumber\": \"RM123\",\n" +
			"   \"shippedAt\": \"2026-11-21T14:05:00Z\", \"contents\": [{\"lineId\": \"1\", \"quantity\": 2}]}",
		Example: "  towpath process 202-5538961-7743559 --package parcel.json\n  ./pack.sh | towpath process 1001 --package -",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if file == "" {
				return usagef("say which packages: --package FILE")
			}
			packages, err := readPackages(file, p.In)
			if err != nil {
				return err
			}
			return p.reach(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				out, err := pf.Starter.Process(ctx, row, packages)
				if err != nil {
					return err
				}
				return p.printResult(row.Reference, out)
			})
		},
	}
	accountFlag(c, &account)
	c.Flags().StringVar(&file, "package", "", "JSON file with one package or a list of them, - for standard input")
	return c
}

// printResult shows where an order stands after it was changed.
func (p *Program) printResult(reference string, out message.OrderResult) error {
	shown := struct {
		Order string `json:"order"`
		message.OrderResult
	}{reference, out}
	return p.print(shown, func(pg *page) { pg.line("Order %s is %s.", reference, string(out.State)) })
}
