package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/wording"
)

// backfillShown is a backfill as it is printed.
type backfillShown struct {
	backfills.Backfill
	Notes []string `json:"notes,omitempty"` // said before it started
}

// openBackfill is a backfill that runs or is paused, with its workflow's status.
type openBackfill struct {
	backfills.Backfill
	Live       *message.Status `json:"live,omitempty"`
	TakesTurns bool            `json:"takesTurns,omitempty"` // scans come half as often meanwhile
}

// openBackfills returns the backfills that have not ended. With noTemporal no workflow is asked.
func openBackfills(ctx context.Context, pf *platform.Platform, noTemporal string) ([]openBackfill, error) {
	list, err := pf.Store.Backfills.GoingOn(ctx)
	out := make([]openBackfill, len(list))
	for i, b := range list {
		out[i].Backfill = b
		if out[i].TakesTurns, err = pf.Starter.TakesTurns(ctx, b); err != nil {
			return nil, err
		}
		if noTemporal != "" {
			continue
		}
		if s, ok := pf.Starter.Query(ctx, message.BackfillWorkflowID(b.Account)); ok && s.RunID == b.ID {
			out[i].Live = &s
		}
	}
	return out, err
}

// notes returns what is to be known about it besides how far it is.
func (b openBackfill) notes() (text string) {
	if b.Cause == backfill.OfCoverage {
		text += "; it brings orders that are missing here"
	}
	if b.TakesTurns {
		text += "; scans come half as often meanwhile"
	}
	return text
}

func (p *Program) backfillListCommand() *cobra.Command {
	var account string
	var limit int
	c := &cobra.Command{
		Use:     "list",
		Short:   "Show backfills, how far they are and what they found",
		Example: "  towpath backfill list\n  towpath backfill list --account ebay-uk -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLimit(limit); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				list, err := pf.Store.Backfills.List(cmd.Context(), account, limit)
				if err != nil {
					return err
				}
				return p.print(map[string][]backfills.Backfill{"backfills": filled(list)}, func(pg *page) { backfillTable(pg, list) })
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "only this account's")
	c.Flags().IntVar(&limit, "limit", pageSize, "how many to list")
	return c
}

func backfillTable(pg *page, list []backfills.Backfill) {
	if len(list) == 0 {
		pg.sentence("", "No backfill yet: `towpath backfill orders --help` says how one is started.")
		return
	}
	for i, b := range list {
		if i > 0 {
			pg.line("")
		}
		pg.title(b.ID)
		rows := [][]cell{
			words("  account", b.Account), words("  of", string(b.Records)+" "+b.In(pg.zones.Of(b.Account))),
			{word("  state"), tinted(string(b.State), stateColour(b.State))}, words("  done", progressOf(b)), words("  found", found(b)),
		}
		if b.Cause == backfill.OfCoverage {
			rows = append(rows, words("  because", "orders of it that the channel lists were missing: `towpath coverage "+b.Account+"`"))
		}
		if b.Report != "" {
			rows = append(rows, words("  report", fmt.Sprintf("%s, %s", b.Report, wording.Plural(b.Orders, "order"))))
		}
		pg.facts(rows)
	}
}

func stateColour(s backfill.Standing) colour {
	switch s {
	case backfill.Failed:
		return red
	case backfill.Paused, backfill.Stopped:
		return yellow
	case backfill.Running:
		return cyan
	case backfill.Done:
	}
	return green
}

// progressOf returns how far a backfill is.
func progressOf(b backfills.Backfill) string {
	text := wording.Percent(b.Share())
	if left := backfill.Left(b.Share(), b.Took); b.State == backfill.Running && left > 0 {
		text += ", about " + wording.Took(left) + " left"
	}
	return text
}

// found returns what a backfill has found so far.
func found(b backfills.Backfill) string {
	n := b.Counts
	text := wording.Plural(n.Seen, "order") + ": "
	switch {
	case n.Saved+n.Skipped+n.Errors == 0:
		return fmt.Sprintf("%s0 new, %d known", text, n.Same)
	case b.Records == backfill.Shipments:
		text += fmt.Sprintf("%d changed, %d known, %d not in the books", n.Saved, n.Same, n.Skipped)
	default:
		text += fmt.Sprintf("%d new or changed, %d over or left out, %d known", n.Saved, n.Skipped, n.Same)
	}
	if n.Errors > 0 {
		text += ", " + wording.Plural(n.Errors, "error")
	}
	return text
}

// outcome returns what became of a backfill.
func outcome(b backfills.Backfill) string {
	text := fmt.Sprintf("Backfill %s of %s is %s: %s.", b.ID, b.Account, b.State, found(b))
	switch {
	case b.State == backfill.Done && b.Counts.Saved+b.Counts.Skipped+b.Counts.Errors == 0:
		text += " Nothing has changed."
	case b.State.Resumable():
		text += fmt.Sprintf(" `towpath backfill resume %s` goes on where it is.", b.ID)
	}
	return text
}

// needsYou returns an error when a backfill that was waited for needs a person.
func needsYou(b backfills.Backfill) error {
	switch {
	case b.State == backfill.Failed:
		return &attention{fmt.Sprintf("the backfill of %s ended early: `towpath runs --kind backfill --account %s` shows the fault", b.Account, b.Account)}
	case b.State != backfill.Done:
		return &attention{fmt.Sprintf("the backfill of %s is %s", b.Account, b.State)}
	case b.Counts.Errors > 0:
		return &attention{fmt.Sprintf("%s of %s could not be saved: `towpath items --run %s --status error`", wording.Plural(b.Counts.Errors, "order"), b.Account, b.ID)}
	}
	return nil
}

func (p *Program) backfillPauseCommand() *cobra.Command {
	return p.steer("pause", "Let a backfill rest until it is resumed", "Rests after the call at hand. Scans have all their turns meanwhile.",
		"is to pause after the call at hand", func(ctx context.Context, pf *platform.Platform, b backfills.Backfill) error {
			return pf.Starter.PauseBackfill(ctx, b)
		})
}

func (p *Program) backfillResumeCommand() *cobra.Command {
	return p.steer("resume", "Let a backfill go on where it is",
		"Goes on with a backfill that is paused, was stopped, or ended with a fault.",
		"goes on", func(ctx context.Context, pf *platform.Platform, b backfills.Backfill) error {
			return pf.Starter.ResumeBackfill(ctx, b)
		})
}

func (p *Program) backfillStopCommand() *cobra.Command {
	return p.steer("stop", "End a backfill; what it has read stays", "Ends after the call at hand. What was read stays, and it can be resumed.",
		"is to stop after the call at hand", func(ctx context.Context, pf *platform.Platform, b backfills.Backfill) error {
			return pf.Starter.StopBackfill(ctx, b, "")
		})
}

// steer returns a command that changes the state of one backfill.
func (p *Program) steer(name, short, long, said string, do func(context.Context, *platform.Platform, backfills.Backfill) error) *cobra.Command {
	return &cobra.Command{
		Use:     name + " ID | ACCOUNT",
		Short:   short,
		Long:    long + "\nThe backfill is named by its id, as `towpath backfill list` shows it, or by its account: then the newest is meant.",
		Example: fmt.Sprintf("  towpath backfill %s ebay-uk", name),
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				b, err := pf.Starter.BackfillByID(ctx, args[0])
				if err == nil {
					err = do(ctx, pf, b)
				}
				if err != nil {
					return err
				}
				return p.print(b, func(pg *page) { pg.line("Backfill %s of %s %s.", b.ID, b.Account, said) })
			})
		},
	}
}
