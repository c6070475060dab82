package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
)

// need is an attribute that a type requires, with the commands that set it.
type need struct {
	listing.Need
	Categories []string `json:"categories"` // of the account's settings that name the type; none: the catalogue's own type is meant
	Commands   []string `json:"commands"`
}

func (p *Program) publishNeedsCommand() *cobra.Command {
	var account string
	c := &cobra.Command{
		Use:   "needs --account A",
		Short: "List attributes that the channel requires and your catalogue lacks",
		Long: "Lists per product type the required attributes that products of the account's last run lack: the attribute, its\n" +
			"allowed values, how many products lack it, and the command that sets it for all of them. Exits 3 when there is\n" +
			"any.",
		Example: "  towpath publish --account amazon-uk --all --dry-run --wait\n  towpath publish needs --account amazon-uk\n" +
			"  towpath publish needs --account amazon-uk -o json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if account == "" {
				return usagef("name the account: --account A")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				needs, err := needsOf(cmd.Context(), pf, account)
				if err != nil {
					return err
				}
				if err := p.print(map[string]any{"account": account, "needs": filled(needs)}, func(pg *page) { showTypeNeeds(pg, account, needs) }); err != nil {
					return err
				}
				if len(needs) == 0 {
					return nil
				}
				return &attention{wording.Count(len(needs), "attribute is", "attributes are") + " missing"}
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "which account; must be given")
	return c
}

func needsOf(ctx context.Context, pf *platform.Platform, account string) ([]need, error) {
	found, err := pf.Starter.PublishNeeds(ctx, account)
	if err != nil {
		return nil, err
	}
	types, err := pf.Store.Products.Types(ctx, account)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b listing.Need) int { return cmp.Compare(a.Type, b.Type) })
	needs := make([]need, len(found))
	for i, n := range found {
		needs[i] = need{Need: n, Categories: []string{}, Commands: []string{}}
		for _, t := range types {
			if t.Type == n.Type && !ownWords[n.Attribute] {
				needs[i].Categories = append(needs[i].Categories, t.Category)
				needs[i].Commands = append(needs[i].Commands, fillCommand(account, t.Category, n))
			}
		}
	}
	return needs, nil
}

// ownWords are attributes that differ per product: they are set in the catalogue, not per category.
var ownWords = map[string]bool{"title": true, "description": true, "item_name": true, "product_description": true}

// fillCommand returns the command that sets an attribute for a category, with the first allowed value as an example.
func fillCommand(account, category string, n listing.Need) string {
	value := "VALUE"
	if len(n.Values) > 0 {
		value = n.Values[0]
	}
	text := "towpath publish type --account " + account
	if category != "" {
		text += " --category " + shellWord(category)
	}
	return text + " --set " + shellWord(n.Attribute) + "=" + shellWord(value)
}

func showTypeNeeds(pg *page, account string, needs []need) {
	if len(needs) == 0 {
		pg.line("Nothing was missing in the last run of %s: `towpath publish --account %s --all --dry-run --wait` checks all goods.", account, account)
		return
	}
	last := "\x00"
	for _, n := range needs {
		if n.Type != last {
			if last != "\x00" {
				pg.line("")
			}
			pg.title(dash(n.Type))
			last = n.Type
		}
		title := n.Attribute
		if n.Title != "" && n.Title != n.Attribute {
			title += " (" + n.Title + ")"
		}
		pg.sentence("  ", fmt.Sprintf("%s: %s it, such as %s", title, wording.Count(n.Products, "product lacks", "products lack"), n.Example))
		switch {
		case len(n.Values) > 0:
			pg.sentence("    one of ", strings.Join(n.Values, ", "))
		case n.Want != "":
			pg.sentence("    want: ", n.Want)
		}
		for _, c := range n.Commands {
			pg.line("    %s", c)
		}
		switch {
		case ownWords[n.Attribute]:
			pg.sentence("    ", "set it in the catalogue: `towpath catalog import FILE`")
		case len(n.Commands) == 0:
			pg.sentence("    ", fmt.Sprintf("set it in the catalogue, or for a category: `towpath publish type --account %s --category PATH --type %s --set %s=VALUE`",
				account, shellWord(n.Type), shellWord(n.Attribute)))
		}
	}
}
