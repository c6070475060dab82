package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) levelsDriftCommand() *cobra.Command {
	return accountList[levels.DriftRow]{
		name: "drift",
		read: func(ctx context.Context, pf *platform.Platform, account, after string, limit int) ([]levels.DriftRow, error) {
			return pf.Store.Levels.Drifts(ctx, account, after, limit)
		},
		cursor: func(one levels.DriftRow) string { return one.Cursor },
		above:  secondWriters,
		show:   showDrift,
		needs:  contestedIn,
	}.command(p, &cobra.Command{
		Use:   "drift",
		Short: "Show what somebody else has set on a channel: levels, prices, titles, status",
		Long: "Shows what a channel lists otherwise than it had accepted it from Towpath. A level is named when neither sales nor\n" +
			"cancellations nor what Towpath sent explain it; Towpath sends its level once more. A level that somebody else has\n" +
			"set 3 times within a day is contested: it is sent again only when it changes here. A price, a title or a status\n" +
			"(ended or taken off sale on the channel, not by Towpath) of a listing that Towpath has published stays as it is.\n" +
			"Either stop the other tool, then `towpath levels ours`; or leave it to that tool: `towpath levels theirs`.\n" +
			"TIMES are those of the last 24 hours. Exits 3 when any of it needs you, on whatever page: a contested level, a price, a status.",
		Example: "  towpath levels drift\n  towpath levels drift --account amazon-uk -o json",
	})
}

// secondWriters says for each account what somebody else sets on it, and how often.
func secondWriters(ctx context.Context, pf *platform.Platform, account string) (summary, error) {
	writers, err := pf.Store.Levels.SecondWriters(ctx, account)
	s := summary{name: "writers", value: filled(writers)}
	for _, w := range writers {
		s.lines = append(s.lines, starter.SecondWriterWords(w).Said().Text)
	}
	return s, err
}

// contestedIn returns an error when something of a list needs a person.
func contestedIn(list []levels.DriftRow) error {
	for _, d := range list {
		switch {
		case d.Contested:
			return &attention{fmt.Sprintf("another tool writes to %s: stop it, then `towpath levels ours --account %s`; or leave it to that tool: `towpath levels theirs --account %s --all`", d.Account, d.Account, d.Account)}
		case d.Field == listing.FieldPrice:
			return &attention{fmt.Sprintf("somebody else sets prices on %s: `towpath levels ours --account %s --field price`, or `towpath levels theirs --account %s --field price --all`", d.Account, d.Account, d.Account)}
		case d.Field == listing.FieldStatus:
			return &attention{fmt.Sprintf("listings of %s were ended or taken off sale on the channel: publish them again, or `towpath links strike` them", d.Account)}
		}
	}
	return nil
}

func showDrift(pg *page, list []levels.DriftRow) {
	if len(list) == 0 {
		pg.line("Nobody else has set anything.")
		return
	}
	rows := make([][]cell, len(list))
	for i, d := range list {
		rows[i] = []cell{word(d.ChannelSKU), word(d.Account), word(string(d.Field)), word(d.Ours).prose(), word(d.Theirs).prose(), counted(d.Times, when(stock.Contested(d.Times), red)), driftState(d), word(pg.moment(d.Account, d.SeenAt))}
	}
	pg.table([]string{"CHANNEL SKU", "ACCOUNT", "FIELD", "OURS", "THEIRS", "TIMES", "STATE", "SEEN"}, rows)
}

func driftState(d levels.DriftRow) cell {
	switch {
	case d.Contested:
		return tinted("contested", red)
	case d.Field == listing.FieldLevel:
		return word("sent again")
	case d.Field == listing.FieldTitle:
		return tinted("stays", dim)
	}
	return tinted("stays", yellow)
}

func (p *Program) levelsOursCommand() *cobra.Command {
	var account, field string
	var left bool
	c := &cobra.Command{
		Use:   "ours --account A [CHANNEL_SKU... | --left]",
		Short: "Make what somebody else has set, or what was left to another tool, Towpath's again",
		Long: "Of the given channel SKUs, left to another tool or not; or of all that somebody else sets by now, and then what is\n" +
			"left to another tool stays left; or, with --left, of all that is left (`towpath levels left` lists it). Levels are\n" +
			"sent at once, and corrected again from then on. With --field price, title or status it is the next publication of\n" +
			"what has changed that sends them. Stop the other tool first.",
		Example: "  towpath levels ours --account amazon-uk\n  towpath levels ours --account amazon-uk MUG-RED MUG-BLUE\n" +
			"  towpath levels ours --account amazon-uk --field price\n  towpath levels ours --account amazon-uk --left",
		RunE: func(cmd *cobra.Command, args []string) error {
			of, err := fieldOf(account, field, func(f listing.Field) bool { return !left || f.CanBeLeft() })
			switch {
			case err != nil:
				return err
			case left && len(args) > 0:
				return usagef("name the channel SKUs, or give --left: what is named is taken back without it")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				n, warning, err := oursOf(cmd.Context(), pf.Starter, account, of, args, left)
				if err != nil {
					return err
				}
				return p.print(map[string]any{"account": account, "field": of, "restored": n, "warning": warning}, func(pg *page) {
					if of == listing.FieldLevel {
						pg.line("%s: %s.", account, wording.SentAgain(n))
					} else {
						pg.line("%s: the %s of %s is Towpath's again. It is sent with `towpath publish --account %s --endpoint production --changed`.", account, of, wording.Plural(n, "listing"), account)
					}
					if warning != "" {
						pg.line("Done, but %s", warning)
					}
				})
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "which account")
	c.Flags().StringVar(&field, "field", string(listing.FieldLevel), "what of the listings: level, price, title or status")
	c.Flags().BoolVar(&left, "left", false, "all that is left to another tool, instead of what somebody else sets")
	return c
}

func oursOf(ctx context.Context, s *starter.Starter, account string, field listing.Field, channelSKUs []string, left bool) (restored int, warning string, err error) {
	if left {
		return s.RestoreLeft(ctx, account, field)
	}
	return s.RestoreField(ctx, account, field, channelSKUs)
}

// fieldOf checks what was asked of an account's listings.
func fieldOf(account, field string, fits func(listing.Field) bool) (listing.Field, error) {
	of := listing.Field(field)
	var words []listing.Field
	for _, f := range listing.Fields() {
		if fits(f) {
			words = append(words, f)
		}
	}
	switch {
	case account == "":
		return "", usagef("name the account: --account A")
	case !of.Known() || !fits(of):
		return "", usagef("--field %q: want one of %v", field, words)
	}
	return of, nil
}
