package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/starter"
)

func (p *Program) backfillCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "backfill",
		Short: "Read past orders, shipments or listings again",
		Long: "Reads past orders of an account, from its channel or from the report that a merchant downloads there. Orders that\n" +
			"are over become history, without stock and without buyers; open ones are taken as a scan would. Nothing that is\n" +
			"known in a newer version is changed, so a second backfill of the same days changes nothing.\n\n" +
			"It goes behind the live work of the account, goes on after a crash, and may be paused. On Amazon scans use the whole\n" +
			"budget for searching orders: meanwhile the backfill takes every second turn, so scans come half as often, and it\n" +
			"reads about 1,000 orders an hour. --file reads a report instead, without these calls.",
		Example: "  towpath backfill orders --account ebay-uk --from 2026-09-01 --to 2026-11-28 --wait\n  towpath backfill list\n  towpath backfill pause ebay-uk",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("choose one: backfill orders, shipments, links, list, pause, resume or stop")
		},
	}
	c.AddCommand(p.backfillOrdersCommand(), p.backfillShipmentsCommand(), p.backfillLinksCommand(),
		p.backfillListCommand(), p.backfillPauseCommand(), p.backfillResumeCommand(), p.backfillStopCommand())
	return c
}

// backfillAsked has the flags of a backfill.
type backfillAsked struct {
	account, from, to, file string
	waiting
}

func (a *backfillAsked) flags(c *cobra.Command) {
	c.Flags().StringVar(&a.account, "account", "", "the account; must be given")
	c.Flags().StringVar(&a.from, "from", "", "the first day in the account's time zone, such as 2026-09-01, or a moment, such as 2026-09-01T08:00:00Z")
	c.Flags().StringVar(&a.to, "to", "", "the last day; today is read until two minutes ago")
	a.waiting.flags(c, 0)
}

func (p *Program) backfillOrdersCommand() *cobra.Command {
	var a backfillAsked
	c := &cobra.Command{
		Use:   "orders",
		Short: "Read the orders that were placed in a range",
		Long: "Reads the orders that were placed from one day to another. With --wait it shows progress and result, and exits 3\n" +
			"when it ended early or some orders could not be saved.\n\n" +
			"--file reads the report that a merchant downloads: what is over there becomes history, the channel is asked for each\n" +
			"order that may be open and is not known. A report has no line ids, amounts and buyers, so it changes no known order.\n" +
			"With a mistake in the file nothing is read, and it exits 2.",
		Example: "  towpath backfill orders --account ebay-uk --from 2026-09-01 --to 2026-11-28 --wait\n" +
			"  towpath backfill orders --account amazon-uk --file all-orders.txt --wait",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.file != "" {
				return p.backfillReport(cmd.Context(), a)
			}
			return p.backfill(cmd.Context(), a, backfill.Orders)
		},
	}
	a.flags(c)
	c.Flags().StringVar(&a.file, "file", "", "a report of the channel: Amazon's All Orders, eBay's order report, Shopify's order export; --from and --to may be left out")
	return c
}

func (p *Program) backfillShipmentsCommand() *cobra.Command {
	var a backfillAsked
	c := &cobra.Command{
		Use:   "shipments",
		Short: "Read again the known orders that changed in a range",
		Long: "Reads the orders that changed from one day to another and are in the books, and follows what the channel shows of\n" +
			"them: what was shipped or cancelled there. Orders that are not in the books are left to `towpath backfill orders`.",
		Example: "  towpath backfill shipments --account shopify-uk --from 2026-11-01 --to 2026-11-28 --wait",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.backfill(cmd.Context(), a, backfill.Shipments) },
	}
	a.flags(c)
	return c
}

func (p *Program) backfillLinksCommand() *cobra.Command {
	var a backfillAsked
	c := &cobra.Command{
		Use:   "links",
		Short: "Read all listings again",
		Long: "Reads every listing of an account again, as `towpath links import` does: channels list what is on sale now, whenever\n" +
			"it was listed, so --from and --to have no effect.",
		Example: "  towpath backfill links --account amazon-uk --wait",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.account == "" {
				return usagef("--account is missing: name the account")
			}
			return a.reach(cmd.Context(), p, func(ctx context.Context, pf *platform.Platform) error {
				results, err := p.importLinks(ctx, pf, a.account, a.wait)
				if err == nil {
					err = p.printImported(results, a.wait)
				}
				if err != nil {
					return err
				}
				return importedWell(results)
			})
		},
	}
	a.flags(c)
	return c
}

// check refuses a range that no account can have, before anything is reached. When a day begins depends on the account's time zone: two
// days more than there were are left to the account, and so is a day beside a moment, which is longer.
func (a backfillAsked) check() error {
	if a.from != "" && a.to != "" && len(a.from) != len(a.to) {
		return nil
	}
	now := time.Now()
	_, err := backfill.Parse(a.from, a.to, time.UTC, now.AddDate(0, 0, 2))
	if errors.Is(err, backfill.ErrFuture) { // it names the last day
		_, err = backfill.Parse(a.from, a.to, time.UTC, now)
	}
	if err != nil {
		return usagef("%s", err)
	}
	return nil
}

// backfill starts a backfill, and with --wait waits for its end.
func (p *Program) backfill(ctx context.Context, a backfillAsked, records backfill.Records) error {
	if a.account == "" {
		return usagef("--account is missing: name the account")
	}
	if err := a.check(); err != nil {
		return err
	}
	return a.reach(ctx, p, func(ctx context.Context, pf *platform.Platform) error {
		acc, err := pf.Starter.Backfillable(ctx, a.account)
		if err != nil {
			return err
		}
		span, err := backfill.Parse(a.from, a.to, acc.Zone(), time.Now())
		if err != nil {
			return usagef("%s", err)
		}
		ask := starter.BackfillRequest{Account: acc.ID, Records: records, Range: span}
		notes, err := p.notOlder(ctx, pf, &ask)
		if err != nil {
			return err
		}
		if channel.ScansUseAll(acc.Channel) {
			notes = append(notes, fmt.Sprintf("scans of %s come half as often meanwhile: each takes every second turn", acc.ID))
		}
		return p.start(ctx, pf, ask, notes, a.wait)
	})
}

// notOlder cuts off what the channel does not show the account, and says so before anything is read.
func (p *Program) notOlder(ctx context.Context, pf *platform.Platform, ask *starter.BackfillRequest) (notes []string, err error) {
	conn, err := pf.Connection(ctx, ask.Account)
	if err != nil {
		return nil, err
	}
	history, ok := conn.(channel.Historian)
	if !ok {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, testPatience)
	defer cancel()
	age, why, err := history.Oldest(ctx)
	if err != nil {
		return []string{"how far back the channel shows orders could not be asked: " + channel.AsFault(err, "oldest").Text()}, nil
	}
	oldest := time.Now().UTC().Add(-age).Truncate(time.Second)
	switch {
	case age == 0 || !ask.From.Before(oldest):
		return nil, nil
	case !ask.To.After(oldest):
		return nil, usagef("%s: of %s nothing can be read. A report can: --file", why, ask.In(p.zones.Of(ask.Account)))
	}
	ask.From = oldest
	return []string{fmt.Sprintf("%s: it begins on %s", why, p.zones.Moment(ask.Account, oldest))}, nil
}

// start starts a backfill and prints what it does, or with wait what it did.
func (p *Program) start(ctx context.Context, pf *platform.Platform, ask starter.BackfillRequest, notes []string, wait bool) error {
	for _, n := range notes {
		p.printError("Note: " + n + ".")
	}
	b, err := pf.Starter.Backfill(ctx, ask)
	if err != nil {
		return err
	}
	shown := backfillShown{Backfill: b, Notes: notes}
	if !wait {
		return p.print(shown, func(pg *page) {
			pg.line("Backfill %s of %s has begun: `towpath backfill list` shows how far it is.", b.ID, b.Account)
		})
	}
	if shown.Backfill, err = pf.Starter.BackfillEnded(ctx, b.ID, p.progress(b.Account+": ")); err != nil {
		return err
	}
	if err := p.print(shown, func(pg *page) { pg.line("%s", outcome(shown.Backfill)) }); err != nil {
		return err
	}
	return needsYou(shown.Backfill)
}
