package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) linksMatchCommand() *cobra.Command {
	var account, listing string
	var dry bool
	c := &cobra.Command{
		Use:   "match [CHANNEL_SKU SKU]",
		Short: "Link listings to matching SKUs, or link one by hand",
		Long: "Links the listings without a link to your SKUs: first those with exactly the same SKU, then ignoring case and\n" +
			"surrounding space. When several SKUs fit, it lists them without linking and exits 3. With a channel SKU and one\n" +
			"of yours as arguments it links these two. Levels of linked listings are pushed, and units that waited for the\n" +
			"link are reserved.",
		Example: "  towpath links match --dry-run\n  towpath links match --account amazon-uk\n  towpath links match 'LAMP-UK ' LAMP --account amazon-uk",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 2 {
				return usagef("give no argument, or a channel SKU and one of yours")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			switch {
			case len(args) == 2 && account == "":
				return usagef("name the account of channel SKU %q with --account", args[0])
			case len(args) == 2 && dry:
				return usagef("--dry-run can't be used with a channel SKU and one of yours")
			case len(args) == 0 && listing != "":
				return usagef("--listing needs a channel SKU and one of yours")
			}
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, account); err != nil {
					return err
				}
				if len(args) == 2 {
					return p.linkByHand(ctx, pf, account, args[0], args[1], listing)
				}
				return p.matchLinks(ctx, pf, account, dry)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&account, "account", "", "only listings of this account")
	f.StringVar(&listing, "listing", "", "the listing's id, needed if several listings have the channel SKU")
	f.BoolVar(&dry, "dry-run", false, "show what fits, link nothing")
	return c
}

func (p *Program) matchLinks(ctx context.Context, pf *platform.Platform, account string, dry bool) error {
	m, err := pf.Starter.MatchLinks(ctx, account, dry)
	if err != nil {
		return err
	}
	note := ""
	if !dry {
		note = pushed(ctx, pf, m.Links)
	}
	m.Links, m.Ambiguous = filled(m.Links), filled(m.Ambiguous)
	if err := p.print(m, func(pg *page) { showMatches(pg, m, dry, note) }); err != nil {
		return err
	}
	if len(m.Ambiguous) > 0 {
		return &attention{"several SKUs or listings fit: link them with `towpath links match CHANNEL_SKU SKU --account A`"}
	}
	return nil
}

func showMatches(pg *page, m starter.Matches, dry bool, note string) {
	done := "Linked"
	if dry {
		done = "Would link"
	}
	if len(m.Links) > 0 {
		rows := make([][]cell, len(m.Links))
		for i, l := range m.Links {
			rows[i] = words("  "+l.ChannelSKU, l.Account, l.SKU)
		}
		pg.title(done)
		pg.table([]string{"  CHANNEL SKU", "ACCOUNT", "SKU"}, rows)
	}
	if len(m.Ambiguous) > 0 {
		rows := make([][]cell, len(m.Ambiguous))
		for i, a := range m.Ambiguous {
			rows[i] = words("  "+a.ChannelSKU, a.Account, strings.Join(a.SKUs, ", "), strings.Join(a.Listings, ", "))
		}
		pg.section("Several fit")
		pg.table([]string{"  CHANNEL SKU", "ACCOUNT", "SKUS", "LISTINGS"}, rows)
	}
	pg.line("%s %d; several fit for %d; no SKU fits for %d; %s no SKU.", done, len(m.Links), len(m.Ambiguous), m.Unmatched, wording.Count(m.WithoutSKU, "listing has", "listings have"))
	if note != "" {
		pg.line("%s", note)
	}
}

func (p *Program) linkByHand(ctx context.Context, pf *platform.Platform, account, channelSKU, sku, listing string) error {
	link, err := pf.Starter.Link(ctx, account, channelSKU, sku, listing)
	if err != nil {
		return err
	}
	note := pushed(ctx, pf, []links.Link{link})
	return p.print(link, func(pg *page) { pg.line("%s on %s is now linked to SKU %s. %s", channelSKU, account, sku, note) })
}

// pushed wakes the pushes of the links' accounts and returns what happens next; the links are already saved.
func pushed(ctx context.Context, pf *platform.Platform, list []links.Link) string {
	accounts := map[string]bool{}
	for _, l := range list {
		accounts[l.Account] = true
	}
	if len(accounts) == 0 {
		return ""
	}
	err := pf.Reachable(ctx)
	for a := range accounts {
		if err == nil {
			err = pf.Starter.WakeStock(ctx, []string{a})
		}
	}
	if err != nil {
		return "Temporal can't be reached: the levels are pushed by the next sweep."
	}
	return pushWords(ctx, pf, accounts)
}
