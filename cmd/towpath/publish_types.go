package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/accounts"
)

// typeAsked has the flags of a category's type.
type typeAsked struct {
	account, category, name string
	set                     []string
	remove                  bool
}

func (p *Program) publishTypeCommand() *cobra.Command {
	var a typeAsked
	c := &cobra.Command{
		Use:   "type --account A --category PATH --type T",
		Short: "Set which type of the channel a category has, and attributes that the catalogue lacks",
		Long: "Sets the type that products of a category have on an account: an Amazon product type, the id of an eBay\n" +
			"category, or a Shopify product type. It applies to all subcategories without a type of their own; without\n" +
			"--category it applies to all other products.\n\n" +
			"--set gives attributes of the whole category, by the channel's names; values in the catalogue take precedence.\n" +
			"Repeat a name for several values; an empty value removes the attribute. Other attributes keep their values.\n" +
			"`towpath publish needs` lists what is missing.",
		Example: "  towpath publish type --account amazon-uk --category \"Kitchen > Mugs\" --type DRINKING_CUP\n" +
			"  towpath publish type --account amazon-uk --category Kitchen --set country_of_origin=GB --set batteries_required=false\n" +
			"  towpath publish type --account ebay-uk --category \"Kitchen > Mugs\" --type 20695 --set Material=Enamel\n" +
			"  towpath publish type --account ebay-uk --category \"Kitchen > Mugs\" --remove",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case a.account == "":
				return usagef("name the account: --account A")
			case a.remove && (a.name != "" || len(a.set) > 0):
				return usagef("--remove deletes the type and all attributes of the category: use it alone")
			case !a.remove && a.name == "" && len(a.set) == 0:
				return usagef("choose what to do: --type T, --set NAME=VALUE or --remove")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, a.account); err != nil {
					return err
				}
				return p.setType(cmd.Context(), pf, a)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&a.account, "account", "", "on which account; must be given")
	f.StringVar(&a.category, "category", "", "a category of your catalogue, with all below it; empty: all others")
	f.StringVar(&a.name, "type", "", "the channel's type; needed the first time")
	f.StringArrayVar(&a.set, "set", nil, "NAME=VALUE of an attribute, by the channel's name; may be given several times")
	f.BoolVar(&a.remove, "remove", false, "delete the category's type and attributes")
	return c
}

func (p *Program) setType(ctx context.Context, pf *platform.Platform, a typeAsked) error {
	account, err := pf.Store.Accounts.Account(ctx, a.account)
	if err != nil {
		return err
	}
	if a.remove {
		removed, err := pf.Store.Products.RemoveType(ctx, a.account, a.category)
		if err != nil {
			return err
		}
		if !removed {
			return usagef("no type is set for %s on %s: `towpath publish types --account %s`", categoryText(a.category), a.account, a.account)
		}
		return p.print(map[string]any{"account": a.account, "category": a.category, "removed": true}, func(pg *page) {
			pg.line("%s: type and attributes of %s deleted.", a.account, categoryText(a.category))
		})
	}
	t, err := a.settings(ctx, pf, account)
	if err != nil {
		return err
	}
	now, err := pf.Store.Products.SetType(ctx, a.account, t)
	if err != nil {
		return err
	}
	return p.print(map[string]any{"account": a.account, "type": now}, func(pg *page) {
		pg.line("%s: %s is %s.", a.account, categoryText(now.Category), now.Type)
		showValues(pg, now.Values)
	})
}

// settings returns the checked settings, so that mistakes are found now and not in the next run.
func (a typeAsked) settings(ctx context.Context, pf *platform.Platform, account accounts.Account) (listing.TypeSettings, error) {
	t := listing.TypeSettings{Category: a.category, Type: a.name}
	if a.name != "" && !listing.FitsType(string(account.Channel), a.name) {
		return t, usagef("--type %q: want %s", a.name, listing.TypeForm(string(account.Channel)))
	}
	if a.name == "" {
		all, err := pf.Store.Products.Types(ctx, a.account)
		if err != nil {
			return t, err
		}
		if !slices.ContainsFunc(all, func(old listing.TypeSettings) bool { return old.Category == a.category }) {
			return t, usagef("set the type of %s on %s first: --type T", categoryText(a.category), a.account)
		}
	}
	var err error
	t.Values, err = readValues(a.set)
	return t, err
}

// readValues reads attributes as NAME=VALUE. A repeated name has several values; an empty value removes the attribute.
func readValues(set []string) (map[string][]string, error) {
	values := map[string][]string{}
	for _, s := range set {
		name, value, ok := strings.Cut(s, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" {
			return nil, usagef("--set %q: want NAME=VALUE, e.g. country_of_origin=GB", s)
		}
		if values[name] = slices.Clone(values[name]); value != "" {
			values[name] = append(values[name], value)
		}
	}
	return values, nil
}

// categoryText returns a category's name for a sentence.
func categoryText(path string) string {
	if path == "" {
		return "every other category"
	}
	return fmt.Sprintf("category %q", path)
}

func showValues(pg *page, values map[string][]string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		pg.sentence("  ", name+" = "+strings.Join(values[name], ", "))
	}
}

func (p *Program) publishTypesCommand() *cobra.Command {
	var account string
	c := &cobra.Command{
		Use:   "types --account A",
		Short: "Show the channel's types of your categories on an account",
		Long: "Shows which of the channel's types each category has on an account, and the attributes set for it. Products of\n" +
			"other categories use the type in the catalogue if the channel has it.",
		Example: "  towpath publish types --account amazon-uk\n  towpath publish types --account ebay-uk -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if account == "" {
				return usagef("name the account: --account A")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				all, err := pf.Store.Products.Types(cmd.Context(), account)
				if err != nil {
					return err
				}
				return p.print(map[string]any{"account": account, "types": filled(all)}, func(pg *page) { showTypes(pg, account, all) })
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "which account; must be given")
	return c
}

func showTypes(pg *page, account string, all []listing.TypeSettings) {
	if len(all) == 0 {
		pg.line("No type is set: `towpath publish type --account %s --category PATH --type T`.", account)
		return
	}
	for _, t := range all {
		category := t.Category
		if category == "" {
			category = "(every other category)"
		}
		pg.line("%s: %s", category, t.Type)
		showValues(pg, t.Values)
	}
}
