package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run ID",
		Short: "Show one run: what it did, how long it took and waited, what is in error and what to do",
		Long: "Shows one run with its counts, its duration and its waits, the items in error with their order, package or SKU, the\n" +
			"calls that failed with what to do about them, and the end of its log. `towpath runs list` and `towpath log` name\n" +
			"runs. Exits 3 when the run ended with a fault or has items in error.",
		Example: "  towpath run 6f1c0f6e-2f51-4d65-9a4e-0b0f0c5e7a11\n  towpath run RUN -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.showRun(cmd.Context(), pf, args[0]) })
		},
	}
}

func (p *Program) showRun(ctx context.Context, pf *platform.Platform, id string) error {
	d, err := pf.Starter.RunDetail(ctx, id)
	if err != nil {
		return err
	}
	if err := p.print(d, func(pg *page) { showRunDetail(pg, d, time.Now()) }); err != nil {
		return err
	}
	if d.Failed() {
		return &attention{starter.RunWords(d.Run).Result().Text + " in run " + d.ID + " of " + d.Account}
	}
	return nil
}

func showRunDetail(pg *page, d starter.RunDetail, now time.Time) {
	what := starter.RunWords(d.Run)
	pg.title("Run " + d.ID)
	rows := [][]cell{
		words("account", d.Account+" ("+string(d.Endpoint)+")"), words("kind", string(d.Kind)), {word("outcome"), said(what.Outcome())},
		words("began", pg.moment(d.Account, d.StartedAt)),
	}
	if d.Ended() {
		rows = append(rows, words("took", wording.Between(d.StartedAt, d.EndedAt)))
	}
	rows = append(rows, words("did", what.Sum(string(d.Kind))))
	if d.WaitsText() != "" {
		rows = append(rows, words("waited", d.WaitsText()))
	}
	if d.Asked != nil {
		rows = append(rows, words("next", wording.AskedToWait(d.Asked.Until)))
	}
	if d.Live != nil {
		rows = append(rows, words("now", wording.LiveLine(*d.Live, now)))
	}
	pg.facts(append(rows, words("workflow", dash(d.WorkflowID))))
	if len(d.InError) > 0 {
		pg.section("In error")
		for _, l := range d.InError {
			pg.entry(pg.moment(l.Account, l.At), yellow, l.Text, l.More())
		}
		if more := d.Counts.Errors - len(d.InError); more > 0 && len(d.InError) == starter.InErrorShown {
			pg.line("  more: `towpath log --run %s --errors`", d.ID)
		}
	}
	if len(d.Faults) > 0 {
		pg.section("What to do")
		for _, f := range d.Faults {
			pg.sentence("", f.Brief()+":")
			for _, line := range whatToDo(f.Remedy) {
				pg.sentence("  ", line)
			}
		}
	}
	pg.section("Log")
	pg.logLines(d.Log.Lines)
	if d.Log.Earlier != "" {
		pg.line("\nEarlier: `towpath log --run %s --before %s`", d.ID, d.Log.Earlier)
	}
	if d.Kind == runs.RunListings {
		pg.line("Every item: `towpath items --run %s`", d.ID)
	}
	pg.line("For the channel's support:\n    towpath support run %s --out case.zip", d.ID)
}
