package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/version"
	"github.com/towpath/towpath/starter"
)

func (p *Program) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "explain",
		Short:   "Say why an order is missing, or how a SKU was oversold",
		Example: "  towpath explain order 202-5538961-7743559\n  towpath explain sku MUG-BLU",
		Args:    cobra.NoArgs,
	}
	c.AddCommand(p.explainOrderCommand(), p.explainSKUCommand())
	return c
}

func (p *Program) explainOrderCommand() *cobra.Command {
	var account, out string
	c := &cobra.Command{
		Use:   "order REF",
		Short: "Say why an order is not where you look for it, and what to do",
		Long: "Looks for an order everywhere it can be: saved at another location or on another account, processed, cancelled or deleted\n" +
			"already, skipped, set aside, or not read because of its status, its age or the account's connection. It asks the channel\n" +
			"once what it has, and says whether other orders come in. What explains it comes first, with what to do. --out writes what\n" +
			"a support desk asks for to a file. Exits 3 when it needs you.",
		Example: "  towpath explain order 202-5538961-7743559\n" +
			"  towpath explain order '#1001' --account shopify-uk --out case.txt\n" +
			"  towpath explain order 14-12345-67890 -o json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				return p.explainOrder(cmd.Context(), pf, args[0], account, out)
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "only on this account")
	c.Flags().StringVar(&out, "out", "", "write the support data to this new file")
	return c
}

func (p *Program) explainOrder(ctx context.Context, pf *platform.Platform, reference, account, out string) error {
	x, err := pf.Starter.Explain(ctx, reference, account, pf)
	if err != nil {
		return err
	}
	if out != "" {
		if err := writeNew(out, explain.SupportText(x.Reference, version.Of(invocation.Program).Version, x.At, x.Explanations)); err != nil {
			return err
		}
	}
	if err := p.print(x, func(pg *page) { showExplained(pg, x, out) }); err != nil {
		return err
	}
	if explain.NeedsYou(x.Explanations) {
		return &attention{x.Explanations[0].First().Says}
	}
	return nil
}

// writeNew writes a text to a file that does not exist yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return usagef("--out %s: the file exists: name another one", path)
	}
	if err != nil {
		return fmt.Errorf("write the support data: %w", err)
	}
	if _, err := f.WriteString(text); err != nil {
		return errors.Join(fmt.Errorf("write the support data to %s: %w", path, err), f.Close())
	}
	return f.Close()
}

func showExplained(pg *page, x starter.Explained, file string) {
	for i, one := range x.Explanations {
		if i > 0 {
			pg.line("")
		}
		showExplanation(pg, x, one)
	}
	if len(x.Unexplained) > 0 {
		pg.line("\nMore than are explained at once: name one of these with --account: %s.", list(x.Unexplained))
	}
	if file != "" {
		pg.line("\nThe support data is in %s. Add a screenshot of the order on the channel to it.", file)
	}
}

func showExplanation(pg *page, x starter.Explained, one explain.Explanation) {
	pg.title(fmt.Sprintf("Order %s, %s (%s, %s)", x.Reference, one.Account, one.Channel, one.Endpoint))
	for i, f := range one.Findings {
		if i == 1 {
			pg.section("Besides")
		}
		pg.sentences("", f.Says)
		pg.sentences("  ", f.Evidence...)
		pg.sentences("  - ", f.Do...)
	}
	pg.section("Where it was looked for")
	rows := make([][]cell, len(one.Checks))
	for i, c := range one.Checks {
		rows[i] = []cell{number(i + 1), word(string(c.Check)), checkedCell(c), word(c.Says).prose()}
	}
	pg.table([]string{"", "CHECK", "RESULT", "WHAT IS KNOWN"}, rows)
	pg.section("Just this one, or more?")
	pg.sentences("  ", one.Others.Says...)
	pg.section("For support")
	facts := make([][]cell, len(one.Support))
	for i, f := range one.Support {
		facts[i] = words(f.Name, f.Value)
	}
	pg.facts(facts)
}

func checkedCell(c explain.Checked) cell {
	switch {
	case c.Found:
		return tinted("found", yellow)
	case !c.Known:
		return tinted("not known", dim)
	}
	return word("no")
}

// sentences writes each text behind an indent.
func (pg *page) sentences(indent string, texts ...string) {
	for _, t := range texts {
		pg.sentence(indent, t)
	}
}
