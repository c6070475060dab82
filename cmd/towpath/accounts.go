package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
)

func (p *Program) accountsCommand() *cobra.Command {
	listAll := func(cmd *cobra.Command, _ []string) error {
		return p.with(cmd.Context(), func(pf *platform.Platform) error {
			accounts, err := pf.Store.Accounts(cmd.Context())
			if err != nil {
				return err
			}
			counts := make([]store.LinkCounts, len(accounts))
			for i, a := range accounts {
				if counts[i], err = pf.Store.LinkCounts(cmd.Context(), a.ID); err != nil {
					return err
				}
			}
			return p.printAccounts(accounts, counts)
		})
	}
	c := &cobra.Command{
		Use:     "accounts",
		Short:   "List the accounts; test, pause or resume one",
		Long:    "Lists the accounts as the last worker that started has saved them. Credentials are never shown.",
		Example: "  towpath accounts\n  towpath accounts test amazon-uk\n  towpath accounts resume ebay-uk",
		Args:    cobra.NoArgs, RunE: listAll,
	}
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "List the accounts", Args: cobra.NoArgs, RunE: listAll},
		p.accountTestCommand(), p.accountPauseCommand(), p.accountResumeCommand())
	return c
}

func (p *Program) printAccounts(accounts []store.Account, counts []store.LinkCounts) error {
	shown := map[string]any{"accounts": filled(accounts), "links": filled(counts)}
	return p.print(shown, func(pg *page) {
		if len(accounts) == 0 {
			pg.line("No accounts yet: `towpath worker` saves those of the accounts file.")
			return
		}
		rows := make([][]cell, len(accounts))
		for i, a := range accounts {
			state := tinted("on", green)
			switch {
			case !a.Enabled:
				state = tinted("off", dim)
			case a.Paused:
				state = tinted("paused", red)
			}
			most := "-"
			if a.Cap < stock.NoCap {
				most = number(a.Cap).text
			}
			rows[i] = []cell{
				word(a.ID), word(a.Name), word(string(a.Channel)), word(string(a.Endpoint)), state, word(a.OrderLocation),
				word(strings.Join(a.StockLocations, ", ")), number(a.Buffer), amount(most), word(string(a.ReserveAt)),
				word(moment(a.Watermark)), tinted(a.PausedReason, red),
			}
		}
		pg.table([]string{"ACCOUNT", "NAME", "CHANNEL", "ENDPOINT", "STATE", "ORDERS TO", "STOCK FROM", "BUFFER", "CAP", "RESERVES", "SCANNED UNTIL", "REASON"}, rows)
		for _, n := range counts {
			if n.Unlinked > 0 {
				pg.line("%s: %d listing(s) have no link, %d SKU(s) no listing: `towpath links list --account %s --unlinked` or `--missing`.",
					n.Account, n.Unlinked, n.Missing, n.Account)
			}
		}
	})
}

func (p *Program) accountPauseCommand() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:     "pause ACCOUNT",
		Short:   "Stop all work for an account until it is resumed",
		Long:    "Stops all work for an account until it is resumed. What a call has under way is finished first.",
		Example: "  towpath accounts pause amazon-uk --reason \"stock take\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.reach(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, args[0]); err != nil {
					return err
				}
				if err := pf.Starter.Pause(cmd.Context(), args[0], reason); err != nil {
					return err
				}
				return p.printAccountState(args[0], "paused")
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "paused by hand", "why, as status and the schedules show it")
	return c
}

func (p *Program) accountResumeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "resume ACCOUNT",
		Short: "Let a paused account work again, once the channel accepts it",
		Long: "Lets a paused account work again. The connection is tested first: if the channel refuses it, the\n" +
			"account stays paused. Then all that waited goes on where it stopped.",
		Example: "  towpath accounts resume ebay-uk",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, args[0]); err != nil {
					return err
				}
				test := func(ctx context.Context) error { return p.testAccount(ctx, pf, args[0]) }
				if err := pf.Starter.Resume(ctx, args[0], test); err != nil {
					return err
				}
				return p.printAccountState(args[0], "resumed")
			})
		},
	}
}

func (p *Program) printAccountState(id, state string) error {
	return p.print(map[string]string{"account": id, "state": state}, func(pg *page) { pg.line("%s: %s.", id, state) })
}
