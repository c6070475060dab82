package starter

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/store/runs"
)

// item collects what failed about a channel's SKU.
func (g *supportGathering) item(ctx context.Context) error {
	list, err := g.Store.Accounts.List(ctx)
	if err != nil {
		return err
	}
	var known []string
	for _, a := range list {
		if g.account != "" && a.ID != g.account {
			continue
		}
		has, err := g.Store.Runs.KnowsItem(ctx, a.ID, g.d.Reference)
		if err != nil {
			return err
		}
		if has {
			known = append(known, a.ID)
		}
	}
	switch len(known) {
	case 0:
		return usagef("no item %q: `towpath items --reference` and `towpath links list` show the channel's SKUs", g.d.Reference)
	case 1:
		g.account = known[0]
		return g.ofItem(ctx)
	}
	return usagef("item %q is on several accounts (%s): name one with --account", g.d.Reference, strings.Join(known, ", "))
}

func (g *supportGathering) ofItem(ctx context.Context) (err error) {
	if g.found, err = g.Store.Runs.Faults(ctx, runs.FaultFilter{Account: g.account, SKU: g.d.Reference, Limit: supportFaults}); err != nil {
		return err
	}
	items, err := g.Store.Runs.ErrorsOf(ctx, g.account, g.d.Reference, supportItems)
	if err != nil {
		return err
	}
	var ids []string
	for _, i := range items {
		g.event(i.At, fmt.Sprintf("%s, %s in run %s", i.Type, i.Status, i.RunID))
		isFault := func(f runs.FaultRow) bool { return f.ID == i.FaultID }
		if i.FaultID != "" && !slices.Contains(ids, i.FaultID) && !slices.ContainsFunc(g.found, isFault) {
			ids = append(ids, i.FaultID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	more, err := g.Store.Runs.Faults(ctx, runs.FaultFilter{Account: g.account, IDs: ids, Limit: supportFaults})
	g.found = append(g.found, more...)
	return err
}

// supportItems is how many items in error are looked at.
const supportItems = 100
