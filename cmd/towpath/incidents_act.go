package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) incidentAcknowledgeCommand() *cobra.Command {
	var reason, by string
	c := &cobra.Command{
		Use:   "acknowledge INCIDENT",
		Short: "Say that you know of an incident and why nothing is done now: it is no longer counted",
		Long: "Notes that somebody knows of an incident, and why nothing is done about it now. It stays in the list with the reason,\n" +
			"and is not counted as something that needs you. It opens again when something new is affected, or when it was\n" +
			"resolved and comes back.",
		Example: "  towpath incidents acknowledge refused/amazon-uk/8541 --reason \"discontinued, the listings end on Monday\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				i, err := pf.Starter.Acknowledge(cmd.Context(), args[0], reason, cmp.Or(by, "the command line"))
				if err != nil {
					return err
				}
				return p.print(i, func(pg *page) { pg.line("%s is acknowledged: %s.", i.Name, reason) })
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why nothing is done now; must be given")
	c.Flags().StringVar(&by, "by", os.Getenv("USER"), "your name, for the record")
	return c
}

func (p *Program) incidentUnacknowledgeCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "unacknowledge INCIDENT",
		Short:   "Take an acknowledgement back: the incident is counted again",
		Long:    "Takes an acknowledgement back, so that the incident is counted again as something that needs you.",
		Example: "  towpath incidents unacknowledge refused/amazon-uk/8541",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				i, changed, err := pf.Starter.Unacknowledge(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return p.print(i, func(pg *page) {
					if changed {
						pg.line("%s is counted again.", i.Name)
					} else {
						pg.line("%s was not acknowledged.", i.Name)
					}
				})
			})
		},
	}
}

func (p *Program) incidentRetryCommand() *cobra.Command {
	var ask starter.RetryAsk
	var w waiting
	c := &cobra.Command{
		Use:   "retry INCIDENT",
		Short: "Try again what an incident affects: all, a sample first, or one",
		Long: "Tries again what an incident affects: parked packages are sent again, refused levels too, items in error are\n" +
			"published again, runs that keep failing are started now, orders that are set aside are read again. --sample 3\n" +
			"takes the three that wait longest: see with a few whether the cause is gone. With --wait it shows the progress and\n" +
			"exits 3 when the incident still needs you. It resolves itself when nothing is affected any more.",
		Example: "  towpath incidents retry parked/ebay-uk/25001 --sample 3 --wait\n  towpath incidents retry refused/amazon-uk/8541 --item MUG-BLU\n  towpath incidents retry unpublished/amazon-uk/production/8541 --wait -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.Name, ask.By = args[0], cmp.Or(ask.By, "the command line")
			if cmd.Flags().Changed("sample") && ask.Sample < 1 {
				return usagef("--sample %d: want 1 or more", ask.Sample)
			}
			return w.reach(cmd.Context(), p, func(ctx context.Context, pf *platform.Platform) error {
				return p.retryIncident(ctx, pf, ask, w.wait)
			})
		},
	}
	c.Flags().IntVar(&ask.Sample, "sample", 0, "only so many, those that wait longest; without it all")
	c.Flags().StringSliceVar(&ask.Items, "item", nil, "only this order, package, SKU or ITEM of `towpath incidents show`; may be repeated")
	c.Flags().StringVar(&ask.By, "by", os.Getenv("USER"), "your name, for the record")
	w.flags(c, 10*time.Minute)
	return c
}

func (p *Program) retryIncident(ctx context.Context, pf *platform.Platform, ask starter.RetryAsk, wait bool) error {
	out, err := pf.Starter.RetryIncident(ctx, ask)
	if err != nil {
		return err
	}
	if wait {
		last := -1
		err := pf.Starter.FollowIncident(ctx, &out, func(trying int) {
			if trying != last {
				fmt.Fprintf(p.Err, "%d under way\n", trying)
			}
			last = trying
		})
		if err != nil {
			return err
		}
	}
	if err := p.print(out, func(pg *page) { showRetry(pg, out, wait) }); err != nil {
		return err
	}
	switch {
	case len(out.Problems) > 0:
		return fmt.Errorf("%s", out.Problems[0])
	case wait && !out.Done:
		return context.Cause(ctx)
	case wait && out.StillOpen:
		return &attention{fmt.Sprintf("%s still affects %d: `towpath incidents show %s` says what to do", out.Name, out.Left, shellWord(out.Name))}
	}
	return nil
}

func showRetry(pg *page, out starter.IncidentRetry, wait bool) {
	asked := wording.Count(out.Asked, "item is tried again", "items are tried again")
	switch {
	case !wait:
		pg.line("%s. With --wait you see what becomes of it; `towpath incidents show %s` tells, too.", asked, shellWord(out.Name))
	case out.Done && out.Left == 0:
		pg.line("%s: all succeeded, and %s is resolved.", asked, out.Name)
	case out.Done:
		pg.line("%s: %d succeeded. %s still affects %d.", asked, out.Succeeded(), out.Name, out.Left)
	default:
		pg.line("%s, and some are still under way.", asked)
	}
	var rows [][]cell
	for _, one := range out.Shipments {
		rows = append(rows, []cell{word(one.Reference), word(one.Package), tinted(one.Words(), colours[one.Tone()]).prose()})
	}
	if wait && len(rows) > 0 {
		pg.table([]string{"ORDER", "PACKAGE", "RESULT"}, rows)
	}
}
