package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

var (
	itemStatuses = []runs.ItemStatus{runs.ItemError, runs.ItemPending, runs.ItemDone, runs.ItemSkipped}
	itemKinds    = []listing.Kind{listing.KindCategory, listing.KindProduct, listing.KindVariant}
)

// fewItems is up to how many items are shown in full.
const fewItems = 3

// itemsAsked has the flags of a list of items.
type itemsAsked struct {
	filter publications.ItemFilter
	unfold unfolding // of many items; few unfold entirely
	wrong  bool      // errors only, where there are any
}

func (p *Program) itemsCommand() *cobra.Command {
	var a itemsAsked
	var status, kind, endpoint, since string
	var verbose bool
	c := &cobra.Command{
		Use:   "items",
		Short: "List the items of publications: their results, and what to do about errors",
		Long: "Lists the items of the last publication, or those that match the filters: categories, products and variants,\n" +
			"each with its status (pending, done, error, skipped), its step (validated, submitted, accepted, listed: exists\n" +
			"but is sold out, live) and its endpoint. Counts come first. \"error validation\" comes from Towpath's own check,\n" +
			"before anything was sent; \"error Amazon response\" is the channel's answer. Errors are shown in full with\n" +
			"--verbose, or when few items are listed: every issue with the correct value, the request id for the channel's\n" +
			"support, and what to do.",
		Example: "  towpath items\n  towpath items --status error --verbose\n  towpath items --reference MUG-RED\n" +
			"  towpath items --account ebay-uk --since 2026-11-21 --type variant --limit 100\n  towpath items --run RUN -o json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.read(status, kind, endpoint, since); err != nil {
				return err
			}
			if verbose {
				a.unfold = entirely
			}
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, a.filter.Account); err != nil {
					return err
				}
				shown, err := p.collectItems(ctx, pf, a)
				if err != nil {
					return err
				}
				return p.print(shown, func(pg *page) { showItems(pg, *shown) })
			})
		},
	}
	f := c.Flags()
	f.StringVar(&a.filter.Account, "account", "", "only items of this account")
	f.StringVar(&a.filter.Run, "run", "", "only items of this run (default: the last, unless another filter asks further back)")
	f.StringVar(&a.filter.Reference, "reference", "", "only items with this text in SKU, product key or category")
	f.StringVar(&status, "status", "", "only items of this status: "+list(itemStatuses))
	f.StringVar(&kind, "type", "", "only items of this type: "+list(itemKinds))
	f.StringVar(&since, "since", "", "items of all runs since this day or time, e.g. 2026-11-21")
	f.StringVar(&endpoint, "endpoint", "", "only items of this endpoint: test or production")
	f.IntVar(&a.filter.Limit, "limit", pageSize, "how many to list")
	f.Int64Var(&a.filter.After, "after", 0, "continue after this item, as shown at the end of a list")
	f.BoolVarP(&verbose, "verbose", "v", false, "show every error in full")
	return c
}

// read checks the filters given as words.
func (a *itemsAsked) read(status, kind, endpoint, since string) error {
	f := &a.filter
	f.Status, f.Type, f.Endpoint = runs.ItemStatus(status), kind, channel.Endpoint(endpoint)
	switch {
	case status != "" && !slices.Contains(itemStatuses, f.Status):
		return usagef("--status %q: want one of %s", status, list(itemStatuses))
	case kind != "" && !slices.Contains(itemKinds, listing.Kind(kind)):
		return usagef("--type %q: want one of %s", kind, list(itemKinds))
	case endpoint != "" && f.Endpoint != channel.Test && f.Endpoint != channel.Production:
		return usagef("--endpoint %q: want test or production", endpoint)
	case f.After < 0:
		return usagef("--after %d: want the value shown at the end of a list", f.After)
	}
	if err := checkLimit(f.Limit); err != nil {
		return err
	}
	var err error
	f.Since, err = readMoment("--since", since)
	return err
}

// collectItems reads a page of items with the remedies for errors.
func (p *Program) collectItems(ctx context.Context, pf *platform.Platform, a itemsAsked) (*itemsShown, error) {
	found, err := pf.Store.Publications.PublicationItems(ctx, a.filter)
	if err != nil {
		return nil, err
	}
	if a.wrong && found.Overview[runs.ItemError].N > 0 {
		a.filter.Status = runs.ItemError
		errors, err := pf.Store.Publications.PublicationItems(ctx, a.filter)
		if err != nil {
			return nil, err
		}
		found.Items, found.Next = errors.Items, errors.Next
	}
	accounts, err := pf.Store.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	kinds := make(map[string]channel.Kind, len(accounts))
	for _, account := range accounts {
		kinds[account.ID] = account.Channel
	}
	shown := &itemsShown{Run: found.Run, Overview: found.Overview, Items: make([]itemShown, len(found.Items)), Next: found.Next, unfold: a.unfold,
		filtered: a.filter != (publications.ItemFilter{Limit: a.filter.Limit})}
	if len(found.Items) <= fewItems {
		shown.unfold = entirely
	}
	for i, item := range found.Items {
		shown.Items[i] = itemShown{PublicationItem: item, Channel: kinds[item.Account], Remedies: pf.Starter.ItemAdvice(item, kinds[item.Account])}
	}
	return shown, nil
}
