package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// limitsShown is the output of `towpath limits`.
type limitsShown struct {
	Speed  float64         `json:"speed"` // of the simulated marketplaces' clock; 1 in production
	Limits []starter.Limit `json:"limits"`
	Queues []starter.Queue `json:"queues"`
	// Revisions are the listings that have used half of the revisions that their channel takes on a day, or more.
	Revisions []levels.RevisedListing `json:"revisions"`
	Note      string                  `json:"note,omitempty"` // why queues are missing
}

func (p *Program) limitsCommand() *cobra.Command {
	var account string
	c := &cobra.Command{
		Use:   "limits",
		Short: "Show how many calls each account may make, has made and has waiting; change a rate",
		Long: "Shows the budget of each account and operation. The Temporal server enforces it across all workers.\n\n" +
			"RATE is per second. For most operations it counts single calls to the channel; for others, LIMIT shows how many\n" +
			"calls count as one. A rate set by hand takes precedence over the accounts file, then come the rates that the\n" +
			"channel reports, then the published budget.",
		Example: "  towpath limits\n  towpath limits --account amazon-uk -o json\n  towpath limits set ebay-uk levels 2.5\n  towpath limits reset ebay-uk levels",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.showLimits(cmd.Context(), pf, account) })
		},
	}
	c.Flags().StringVar(&account, "account", "", "only this account")
	c.AddCommand(p.limitsSetCommand(), p.limitsResetCommand())
	return c
}

// showLimits prints the store's data, and the queues when the Temporal server answers.
func (p *Program) showLimits(ctx context.Context, pf *platform.Platform, account string) error {
	limits, err := pf.Starter.Limits(ctx, account)
	if err != nil {
		return err
	}
	shown := limitsShown{Speed: max(pf.Settings.Speed, 1), Limits: filled(limits), Queues: []starter.Queue{}}
	revised, err := pf.Starter.Revised(ctx, account)
	if err != nil {
		return err
	}
	shown.Revisions = filled(revised)
	if err := pf.Reachable(ctx); err != nil {
		shown.Note = err.Error()
	} else if shown.Queues, err = pf.Starter.Queues(ctx, pf.Settings.TemporalNamespace); err != nil {
		return err
	}
	return p.print(shown, func(pg *page) {
		if len(limits) == 0 {
			pg.sentence("", wording.NoAccounts)
			return
		}
		pg.table([]string{"ACCOUNT", "OPERATION", "RATE", "FROM", "LAST MINUTE", "SHARE", "WAITING", "REFUSED 1H", "LIMIT", "CHANNEL SAYS"}, limitRows(limits))
		if shown.Speed > 1 {
			pg.line("\nThe marketplaces are simulated and their clock runs %s times as fast: rates are per second of theirs.", wording.Rate(shown.Speed))
		}
		printRevised(pg, revised)
		pg.section("Queues")
		if shown.Note != "" {
			pg.line("Not known: %s", shown.Note)
			return
		}
		pg.table([]string{"QUEUE", "WAITING", "OLDEST", "IN", "OUT", "POLLERS"}, queueRows(shown.Queues))
		pg.line("\nThe queues' WAITING is Temporal's estimate: after a restart of its server a queue's tasks are counted again.")
	})
}

func limitRows(limits []starter.Limit) [][]cell {
	rows := make([][]cell, len(limits))
	for i, l := range limits {
		waiting := "-"
		if l.Waiting > 0 {
			waiting = fmt.Sprintf("%d %s", l.Waiting, l.Of)
			if l.WaitTurns != l.Waiting {
				waiting += fmt.Sprintf(" (%d calls)", l.WaitTurns)
			}
		}
		used, share := "-", "-"
		if l.Used > 0 {
			used, share = strconv.Itoa(l.Used), wording.Percent(l.Share)
		}
		rows[i] = []cell{
			word(l.Account), word(string(l.Operation)), amount(wording.Rate(l.Rate)), tinted(fromText(l), when(l.Source != accounts.RatePublished, cyan)).prose(),
			amount(used), {text: share, right: true, colour: when(l.Share > 1, yellow)},
			word(waiting).prose(), counted(l.Throttled, red), tinted(limitText(l), dim).prose(), word(observedText(l, time.Now())).prose(),
		}
	}
	return rows
}

func queueRows(queues []starter.Queue) [][]cell {
	rows := make([][]cell, len(queues))
	for i, q := range queues {
		oldest := "-"
		if q.Waiting > 0 {
			oldest = wording.Took(q.Oldest)
		}
		rows[i] = []cell{
			word(q.Name), number(q.Waiting), amount(oldest), amount(fmt.Sprintf("%.1f/s", q.Added)), amount(fmt.Sprintf("%.1f/s", q.Done)),
			{text: strconv.Itoa(q.Pollers), right: true, colour: when(q.Pollers == 0, red)},
		}
	}
	return rows
}

// fromText returns the source of a rate.
func fromText(l starter.Limit) string {
	if l.Source == accounts.RateByHand {
		return l.Source.Words() + " " + moment(l.SetAt)
	}
	return l.Source.Words()
}

// limitText returns the published limit.
func limitText(l starter.Limit) string {
	parts := make([]string, len(l.Calls))
	for i, c := range l.Calls {
		unit := ""
		if c.Bucket == channel.Points {
			unit = " points"
		}
		parts[i] = fmt.Sprintf("%s %s%s/s", c.Call, wording.Rate(c.PerSecond), unit)
		if c.Cost != 1 {
			parts[i] += fmt.Sprintf(", %s each", wording.Rate(c.Cost))
		}
	}
	if l.Schedule {
		parts = append(parts, "kept by the schedule")
	}
	if l.Shared {
		parts = append(parts, "a backfill takes every second turn")
	}
	return strings.Join(parts, "; ")
}

// observedText returns the limit that the channel last reported.
func observedText(l starter.Limit, now time.Time) string {
	parts := make([]string, len(l.Observed))
	for i, t := range l.Observed {
		parts[i] = fmt.Sprintf("%s/s", wording.Rate(t.PerSecond))
		if t.Restores > 0 {
			parts[i] = fmt.Sprintf("%s points/s", wording.Rate(t.Restores))
		}
		parts[i] += " " + away(t.At, now)
	}
	return strings.Join(parts, "; ")
}
