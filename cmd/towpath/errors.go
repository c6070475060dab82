package main

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

func (p *Program) errorsCommand() *cobra.Command {
	var f runs.FaultFilter
	c := &cobra.Command{
		Use:   "errors [ID]",
		Short: "List what channels refused or failed, or show one with its request ids and what to do",
		Long: "Lists the faults of calls to the channels, the newest first: what each of them hit (order, package, SKU, run), and\n" +
			"the request id that the channel's support asks for. With ID it shows one: every call that made it, the channel's\n" +
			"own words, and what to do about it.",
		Example: "  towpath errors --account ebay-uk\n  towpath errors 6f1c0f6e-2f51-4d65-9a4e-0b0f0c5e7a11\n  towpath errors -o json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if err := checkLimit(f.Limit); err != nil {
				return err
			}
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, f.Account); err != nil {
					return err
				}
				if len(args) == 1 {
					one, err := pf.Starter.Fault(ctx, args[0])
					if errors.Is(err, store.ErrNotFound) {
						return usagef("no error %q: `towpath errors` lists them", args[0])
					}
					if err != nil {
						return err
					}
					return p.print(one, func(pg *page) { showFault(pg, one) })
				}
				list, err := pf.Starter.Faults(ctx, f)
				if err != nil {
					return err
				}
				return p.printFaults(list, f.Limit)
			})
		},
	}
	c.Flags().StringVar(&f.Account, "account", "", "only errors of this account")
	c.Flags().IntVar(&f.Limit, "limit", pageSize, "how many errors to list")
	c.Flags().StringVar(&f.Before, "before", "", "continue before this error, as shown at the end of a list")
	return c
}

func (p *Program) printFaults(list []starter.FaultShown, limit int) error {
	shown := struct {
		Errors []starter.FaultShown `json:"errors"`
		Before string               `json:"before,omitempty"` // for the next page; empty: there is none
	}{Errors: filled(list)}
	if len(list) == limit {
		shown.Before = list[len(list)-1].ID
	}
	return p.print(shown, func(pg *page) {
		if len(list) == 0 {
			pg.line("No error has been recorded.")
			return
		}
		rows := make([][]cell, len(list))
		for i, f := range list {
			rows[i] = []cell{word(pg.moment(f.Account, f.At)), word(f.Account), tinted(f.Brief(), yellow).prose(), word(dash(f.Hit())).prose(), word(dash(f.RequestID)), word(f.ID)}
		}
		pg.table([]string{"AT", "ACCOUNT", "FAULT", "WHAT IT HIT", "REQUEST ID", "ERROR"}, rows)
		pg.sentence("", "For the channel's support, of the newest: `towpath support error "+list[0].ID+" --out case.zip`.")
		if shown.Before != "" {
			pg.line("\nMore: the same command with --before %s", shown.Before)
		}
	})
}

func showFault(pg *page, f starter.FaultShown) {
	status := "no answer came"
	if f.Status != 0 {
		status = strconv.Itoa(f.Status)
	}
	pg.title("Error " + f.ID)
	rows := [][]cell{
		words("account", fmt.Sprintf("%s (%s, %s)", f.Account, dash(string(f.Channel)), dash(string(f.Endpoint)))),
		words("when", pg.moment(f.Account, f.At)), words("class", string(f.Class)), words("call", f.Operation), words("channel's code", dash(f.Code)), words("HTTP status", status),
	}
	for _, part := range []struct{ name, is string }{{"order", cmp.Or(f.Reference, f.Order)}, {"package", f.PackageID}, {"channel's SKU", f.SKU}, {"run", f.RunID}} {
		if part.is != "" {
			rows = append(rows, words(part.name, part.is))
		}
	}
	for _, c := range f.RequestIDs() {
		rows = append(rows, words("request id of "+c.Operation, c.RequestID))
	}
	if f.Ambiguous {
		rows = append(rows, words("outcome", "the call may have been carried out: Towpath checks that before it sends it again"))
	}
	pg.facts(rows)
	pg.section("What to do")
	for _, line := range whatToDo(f.Remedy) {
		pg.line("%s", line)
	}
	pg.sentence("", "For the channel's support: `towpath support error "+f.ID+" --out case.zip`.")
	pg.section("The channel's own words")
	pg.line("%s", dash(f.Words))
}
