package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) levelsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "levels",
		Short: "Compare levels with the channel; show what somebody else set, and what the brake holds",
		Long: "A level is the quantity that a channel lists. `levels diff` compares what an account lists with what it would\n" +
			"list. The brake holds levels when an import, a count, a setting or a link would change many of them to zero or\n" +
			"to a multiple; sales still reduce the levels meanwhile. `levels held` shows the held levels, `levels release`\n" +
			"sends them. `levels drift` shows what somebody else has set on a channel; `levels ours` makes it Towpath's again,\n" +
			"`levels theirs` leaves it to the other tool, and `levels left` lists what is left.",
		Example: "  towpath levels diff --account amazon-uk\n  towpath levels held\n  towpath levels release --account amazon-uk",
	}
	c.AddCommand(p.levelsDiffCommand(), p.levelsDriftCommand(), p.levelsOursCommand(), p.levelsTheirsCommand(), p.levelsLeftCommand(), p.levelsHeldCommand(), p.levelsReleaseCommand())
	return c
}

func (p *Program) levelsDiffCommand() *cobra.Command {
	var account, only string
	var filter levels.DiffFilter
	c := &cobra.Command{
		Use:   "diff --account A",
		Short: "Compare what an account's channel lists with what would be listed",
		Long: "Shows for each listing what its channel lists (from the last import, or what the channel last accepted) and what\n" +
			"would be listed: same, up, down, to-zero, not-ours (the channel fulfils it, or it has no SKU), unlinked (it is\n" +
			"not linked to a SKU) or unknown (no import has seen it). The counts are of all listings. Nothing is changed.\n" +
			"Those of a sample that is live are marked `sample`; those that go back are marked `back`, and WOULD is what they go back to.",
		Example: "  towpath levels diff --account amazon-uk\n  towpath levels diff --account ebay-uk --only to-zero --limit 100\n  towpath levels diff --account ebay-uk -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if account == "" {
				return usagef("name the account: --account A")
			}
			if err := checkLimit(filter.Limit); err != nil {
				return err
			}
			filter.Only = stock.Difference(only)
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				d, err := pf.Starter.LevelsDiff(cmd.Context(), account, filter)
				if err != nil {
					return err
				}
				return p.print(d, func(pg *page) { showDiff(pg, d, only != "") })
			})
		},
	}
	f := c.Flags()
	f.StringVar(&account, "account", "", "which account")
	f.StringVar(&only, "only", "", "only these: same, up, down, to-zero, not-ours, unlinked or unknown")
	f.IntVar(&filter.Limit, "limit", pageSize, "how many to list")
	f.StringVar(&filter.After, "after", "", "continue after this row, as shown at the end of a list")
	return c
}

func showDiff(pg *page, d levels.Diff, filtered bool) {
	showDiffCounts(pg, d)
	if len(d.Rows) == 0 {
		pg.line("")
		pg.sentence("", wording.NoLevels.Text(filtered))
		return
	}
	rows := make([][]cell, len(d.Rows))
	for i, r := range d.Rows {
		rows[i] = diffCells(r)
	}
	pg.line("")
	pg.table([]string{"CHANNEL SKU", "SKU", "LISTS", "WOULD", "DIFFERENCE", "TITLE"}, rows)
	if d.After != "" {
		pg.line("\nMore: the same command with --after %s", d.After)
	}
}

func showDiffCounts(pg *page, d levels.Diff) {
	var parts []string
	for _, k := range stock.Differences() {
		parts = append(parts, fmt.Sprintf("%d %s", d.Counts[k], k))
	}
	pg.line("%s: %s.", d.Account, strings.Join(parts, ", "))
	if d.Sample > 0 {
		pg.sentence("", fmt.Sprintf("%s live as a sample: theirs are sent, the rest observes.", wording.Count(d.Sample, "listing is", "listings are")))
	}
	if d.Back > 0 {
		pg.sentence("", wording.Count(d.Back, "listing goes", "listings go")+" back to what it was before, less what was sold there since.")
	}
	words := starter.GoLiveWords(accounts.Account{Account: message.Account{ID: d.Account}}, d)
	if d.Risky > 0 {
		pg.sentence("", wording.Sentence(words.Arithmetic()))
	}
	for _, clause := range words.Missing() {
		pg.sentence("", wording.Sentence(clause))
	}
}

func diffCells(r levels.DiffRow) []cell {
	lists, would := number(r.Listed), number(r.Would)
	if r.Listed == stock.UnknownListed {
		lists = amount("-")
	}
	if r.Difference == stock.NotOurs || r.Difference == stock.Unlinked {
		would = amount("-")
	}
	what := tinted(string(r.Difference), when(r.Risky, red))
	if r.Held {
		what.text += ", held"
	}
	what.text += map[levels.Apart]string{levels.Sample: ", sample", levels.Undo: ", back"}[r.Apart]
	return []cell{word(dash(r.ChannelSKU)), word(dash(r.SKU)), lists, would, what, word(cut(r.Title, titleShown)).prose()}
}

// titleShown limits the length of a title in a table.
const titleShown = 32

func cut(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}

func (p *Program) levelsHeldCommand() *cobra.Command {
	return accountList[levels.HeldLevel]{
		name: "held",
		read: func(ctx context.Context, pf *platform.Platform, account, after string, limit int) ([]levels.HeldLevel, error) {
			return pf.Store.Levels.HeldLevels(ctx, account, after, limit)
		},
		cursor: func(one levels.HeldLevel) string { return one.Cursor },
		show:   showHeld,
		needs: func(list []levels.HeldLevel) error {
			if len(list) == 0 {
				return nil
			}
			return &attention{"levels are held: `towpath levels release --account " + list[0].Account + "` sends them"}
		},
	}.command(p, &cobra.Command{
		Use:   "held",
		Short: "Show the levels that the brake holds",
		Long: "Shows the levels that the brake holds: an import, a count, a setting or a link would have changed more than 20\n" +
			"listings, and more than 5% of the account's, to zero or to a multiple. SENDS is the level that is sent\n" +
			"meanwhile, reduced by sales. Exits 3 when any level is held.",
		Example: "  towpath levels held\n  towpath levels held --account amazon-uk -o json",
	})
}

func showHeld(pg *page, list []levels.HeldLevel) {
	if len(list) == 0 {
		pg.line("The brake holds nothing.")
		return
	}
	rows := make([][]cell, len(list))
	for i, h := range list {
		lists := number(h.Listed)
		if h.Listed == stock.UnknownListed {
			lists = amount("-")
		}
		rows[i] = []cell{word(h.ChannelSKU), word(h.Account), word(h.SKU), lists, number(h.Sends), number(h.Would), word(pg.moment(h.Account, h.Since))}
	}
	pg.table([]string{"CHANNEL SKU", "ACCOUNT", "SKU", "LISTS", "SENDS", "WOULD", "SINCE"}, rows)
}

func (p *Program) levelsReleaseCommand() *cobra.Command {
	var account string
	c := &cobra.Command{
		Use:     "release --account A [CHANNEL_SKU...]",
		Short:   "Send the levels that the brake holds",
		Long:    "Sends the levels that the brake holds on an account: those of the given channel SKUs, or all.",
		Example: "  towpath levels release --account amazon-uk\n  towpath levels release --account amazon-uk MUG-RED MUG-BLUE",
		RunE: func(cmd *cobra.Command, args []string) error {
			if account == "" {
				return usagef("name the account: --account A")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				n, warning, err := pf.Starter.ReleaseLevels(cmd.Context(), account, args)
				if err != nil {
					return err
				}
				return p.print(map[string]any{"account": account, "released": n, "warning": warning}, func(pg *page) {
					pg.line("%s: %s released.", account, wording.Plural(n, "level"))
					if warning != "" {
						pg.line("Done, but %s", warning)
					}
				})
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "which account")
	return c
}
