package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/starter"
)

func (p *Program) linksListCommand() *cobra.Command {
	filter := links.LinkFilter{View: links.LinksLinked}
	var unlinked, missing, fba, refused bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List links, listings without one, or SKUs without one",
		Long: "Lists links: the SKU, its listing as of the last import, and the level that the channel accepted. LEVEL: waiting\n" +
			"= to be sent; sent = accepted; shown = accepted, and since then seen on the channel; refused = waits for you\n" +
			"(`towpath sync stock` sends it again); never = the channel fulfils it itself; migrate = eBay's API does not know\n" +
			"the listing yet (`towpath links migrate`).",
		Example: "  towpath links list --account amazon-uk\n  towpath links list --unlinked\n  towpath links list --missing --account ebay-uk --limit 100 -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for view, chosen := range map[links.LinkView]bool{links.LinksUnlinked: unlinked, links.LinksMissing: missing, links.LinksFBA: fba, links.LinksRefused: refused} {
				switch {
				case chosen && filter.View != links.LinksLinked:
					return usagef("--unlinked, --missing, --fba and --refused are four lists: ask for one")
				case chosen:
					filter.View = view
				}
			}
			if err := checkLimit(filter.Limit); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, filter.Account); err != nil {
					return err
				}
				rows, err := pf.Store.Links.LinkRows(cmd.Context(), filter)
				if errors.Is(err, store.ErrBadCursor) {
					return usagef("--after %q: want the value shown at the end of a list", filter.After)
				}
				if err != nil {
					return err
				}
				return p.printLinks(rows, filter)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&filter.Account, "account", "", "only this account")
	f.BoolVar(&unlinked, "unlinked", false, "listings that no link ties to a SKU")
	f.BoolVar(&missing, "missing", false, "SKUs that have no listing linked on the account")
	f.BoolVar(&fba, "fba", false, "listings that the channel fulfils itself: their levels are never pushed")
	f.BoolVar(&refused, "refused", false, "links whose level the channel refused: they are not sent again before something changes")
	f.IntVar(&filter.Limit, "limit", pageSize, "how many to list")
	f.StringVar(&filter.After, "after", "", "continue after this row, as shown at the end of a list")
	return c
}

func (p *Program) printLinks(rows []links.LinkRow, filter links.LinkFilter) error {
	shown := struct {
		View  links.LinkView  `json:"view"`
		Links []links.LinkRow `json:"links"`
		After string          `json:"after,omitempty"` // for the next page; empty = there is none
	}{View: filter.View, Links: filled(rows)}
	if len(rows) == filter.Limit {
		shown.After = rows[len(rows)-1].Cursor
	}
	return p.print(shown, func(pg *page) {
		if len(rows) == 0 {
			pg.line("%s", map[links.LinkView]string{
				links.LinksLinked:   "No links: `towpath links import --wait`, then `towpath links match`.",
				links.LinksUnlinked: "No listing without a link, as far as imports have seen (`towpath links import`).",
				links.LinksMissing:  "Every SKU has a link.",
				links.LinksRefused:  "No channel has refused a level.",
				links.LinksFBA:      "No listing that the channel fulfils itself, as far as imports have seen.",
			}[filter.View])
			return
		}
		cells := make([][]cell, len(rows))
		for i, r := range rows {
			cells[i] = linkCells(r, filter.View)
		}
		pg.table(linkHeads[filter.View], cells)
		printLater(pg, rows)
		if shown.After != "" {
			pg.line("\nMore: the same command with --after %s", shown.After)
		}
	})
}

var linkHeads = map[links.LinkView][]string{
	links.LinksLinked:   {"CHANNEL SKU", "ACCOUNT", "SKU", "LISTING", "STATE", "LISTS", "ACCEPTED", "LEVEL", "PRODUCT"},
	links.LinksRefused:  {"CHANNEL SKU", "ACCOUNT", "SKU", "LISTING", "STATE", "LISTS", "ACCEPTED", "LEVEL", "WHY"},
	links.LinksUnlinked: {"CHANNEL SKU", "ACCOUNT", "LISTING", "STATE", "LISTS", "TITLE"},
	links.LinksMissing:  {"SKU", "ACCOUNT", "PRODUCT"},
	links.LinksFBA:      {"CHANNEL SKU", "ACCOUNT", "SKU", "LISTING", "STATE", "LISTS", "TITLE"},
}

func linkCells(r links.LinkRow, view links.LinkView) []cell {
	listing, state, lists, title := listingCells(r.Listing)
	channelSKU := word(dash(r.ChannelSKU))
	switch view {
	case links.LinksUnlinked:
		if r.ChannelSKU == "" {
			channelSKU = tinted("(no SKU)", yellow)
		}
		return []cell{channelSKU, word(r.Account), listing, state, lists, title}
	case links.LinksMissing:
		return []cell{word(r.SKU), word(r.Account), word(r.Product)}
	case links.LinksFBA:
		return []cell{channelSKU, word(r.Account), word(dash(r.SKU)), listing, state, lists, title}
	case links.LinksLinked, links.LinksRefused:
	}
	accepted := amount("-")
	if !r.AcceptedAt.IsZero() {
		accepted = number(r.Accepted)
	}
	last := word(r.Product)
	if view == links.LinksRefused {
		last = word(dash(r.Fault.Brief())).prose()
	}
	return []cell{channelSKU, word(r.Account), word(r.SKU), listing, state, lists, accepted, levelCell(r), last}
}

// printLater says why levels are sent later, or not before their listing is put up again.
func printLater(pg *page, rows []links.LinkRow) {
	first := true
	for _, r := range rows {
		later := starter.Later(r.WaitsUntil, r.Revisions).Text()
		if !r.EndedAt.IsZero() {
			later = "was ended at 0 on " + pg.moment(r.Account, r.EndedAt) + ": `towpath stock " + r.SKU + "` says what puts it up again"
		}
		if later == "" {
			continue
		}
		if first {
			pg.line("")
		}
		first = false
		pg.sentence("", fmt.Sprintf("%s on %s %s.", r.ChannelSKU, r.Account, later))
	}
}

// listingCells returns what an import saw of a listing, or dashes.
func listingCells(l *links.Listing) (id, state, lists, title cell) {
	if l == nil {
		return word("-"), word("-"), amount("-"), word("-")
	}
	id, state, lists, title = word(dash(l.ListingID)), word(string(l.State)), number(l.Quantity), word(l.Title).prose()
	switch {
	case !l.GoneAt.IsZero():
		state = tinted("gone", red)
	case l.State != channel.ListingLive:
		state.colour = yellow
	}
	if l.Quantity == channel.UnknownQuantity {
		lists = amount("-")
	}
	return id, state, lists, title
}

func levelCell(r links.LinkRow) cell {
	switch {
	case r.Fulfils:
		return tinted("never", dim)
	case r.Listing != nil && r.Listing.Unmanaged:
		return tinted("migrate", yellow)
	case slices.Contains(r.Left, string(listing.FieldLevel)):
		return tinted("left", yellow)
	case !r.EndedAt.IsZero():
		return tinted("ended at 0", yellow)
	case r.Refused:
		return tinted("refused", red)
	case r.Waiting:
		return tinted("waiting", cyan)
	case r.AcceptedAt.IsZero():
		return word("-")
	case r.ConfirmedAt.After(r.AcceptedAt):
		return tinted("shown", green)
	}
	return word("sent")
}
