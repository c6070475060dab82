package main

import (
	"cmp"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/support"
)

func (p *Program) supportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "support",
		Short: "Make the file that a channel's support asks for, and keep the number of the case",
		Long: "Makes a zip file for a case with a channel's support: a text to copy, with where to open the case, the marketplace, the API, the\n" +
			"operation and the request ids of the calls that failed; a timeline; and the calls, with what is kept of their requests and\n" +
			"answers. It has no secrets and no buyers' data. Calls are kept for 30 days.",
		Example: "  towpath support order 202-5538961-7743559 --out case.zip\n  towpath support item MUG-BLU --account ebay-uk --out case.zip\n" +
			"  towpath support case parked/ebay-uk/25001 --number 1234567890",
		Args: cobra.NoArgs,
	}
	for _, k := range []struct {
		kind           support.Kind
		ref, of, shown string
	}{
		{support.Item, "SKU", "an item, by the channel's SKU", "MUG-BLU --account ebay-uk"},
		{support.Run, "RUN", "a run", "6f1c0f6e-2f51-4d65-9a4e-0b0f0c5e7a11"},
		{support.Order, "REF", "an order", "202-5538961-7743559"},
		{support.Package, "ORDER/PACKAGE", "a package of an order", "202-5538961-7743559/P1"},
		{support.Account, "ACCOUNT", "an account: its last failures", "amazon-uk"},
		{support.Error, "ID", "one error of `towpath errors`", "6f1c0f6e-2f51-4d65-9a4e-0b0f0c5e7a11"},
	} {
		c.AddCommand(p.supportFileCommand(k.kind, k.ref, k.of, k.shown))
	}
	c.AddCommand(p.supportCaseCommand())
	return c
}

func (p *Program) supportFileCommand(kind support.Kind, ref, of, shown string) *cobra.Command {
	var account, out string
	var force bool
	c := &cobra.Command{
		Use:     string(kind) + " " + ref,
		Short:   "Make the support file of " + of,
		Long:    "Makes the support file of " + of + ". Without --out, it prints the text of the case.",
		Example: "  towpath support " + string(kind) + " " + shown + "\n  towpath support " + string(kind) + " " + shown + " --out case.zip",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, account); err != nil {
					return err
				}
				d, err := pf.Starter.Support(ctx, kind, args[0], account)
				if err != nil {
					return err
				}
				if out != "" {
					archive, err := d.Zip()
					if err != nil {
						return err
					}
					if err := writeArchive(out, archive, force); err != nil {
						return err
					}
				}
				return p.print(d, func(pg *page) {
					for line := range strings.Lines(d.CaseText()) {
						pg.line("%s", strings.TrimRight(line, "\n"))
					}
					if out != "" {
						pg.line("\nThe support file is %s.", out)
					}
				})
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "the account; needed if several have the reference")
	c.Flags().StringVar(&out, "out", "", "write the zip file here")
	c.Flags().BoolVar(&force, "force", false, "replace the file if it exists")
	return c
}

func (p *Program) supportCaseCommand() *cobra.Command {
	var number, by string
	c := &cobra.Command{
		Use:   "case INCIDENT",
		Short: "Keep the number of a case that a channel's support has opened",
		Long: "Keeps the number of a case with an incident, which is named by its kind, account and code, as `towpath incidents` shows them:\n" +
			"parked/ebay-uk/25001. It is shown with the incident until that closes, and stays in `towpath incidents --all`.",
		Example: "  towpath support case parked/ebay-uk/25001 --number 1234567890\n  towpath support case paused/amazon-uk --number 1234567890 --by ann",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				kept, err := pf.Starter.KeepCase(cmd.Context(), args[0], number, cmp.Or(by, "the command line"))
				if err != nil {
					return err
				}
				return p.print(kept, func(pg *page) { pg.line("Case %s is kept with %s.", kept.Number, kept.Name) })
			})
		},
	}
	c.Flags().StringVar(&number, "number", "", "the number of the case")
	c.Flags().StringVar(&by, "by", os.Getenv("USER"), "your name, for the record")
	return c
}
