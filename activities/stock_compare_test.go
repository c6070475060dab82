package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// comparing is a channel that sets a level only if it has the quantity that is to be replaced.
type comparing struct {
	channel.Connection
	has  map[string]int
	from map[string]*int // of the last call
	read func()          // what happens after it was read
}

// Batch takes all levels.
func (c *comparing) Batch(n int) (int, channel.Operation) { return n, channel.OpLevels }

// SetLevels compares and sets.
func (c *comparing) SetLevels(_ context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	var out channel.LevelsAnswer
	c.from = map[string]*int{}
	for _, l := range levels {
		r := channel.LevelResult{SKU: l.SKU}
		if c.from[l.SKU] = l.From; l.From != nil && *l.From != c.has[l.SKU] {
			r.Fault, r.Stale = channel.NewFault(channel.Conflict, "set", "stale"), true
		} else {
			c.has[l.SKU] = l.Quantity
		}
		out.Results = append(out.Results, r)
	}
	return out, nil
}

// SearchLag returns none.
func (c *comparing) SearchLag() time.Duration { return 0 }

// Quantities returns what the channel has.
func (c *comparing) Quantities(context.Context, []channel.Level) (map[string]channel.Shown, error) {
	seen := map[string]channel.Shown{}
	for sku, n := range c.has {
		seen[sku] = channel.Shown{Quantity: n}
	}
	if c.read != nil {
		c.read()
	}
	return seen, nil
}

// Issue 12, point 6: units that a buyer has bought, and no scan has seen, are not put on sale again; nothing else waits for it.
func TestAPushNeverRestoresASoldUnit(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.Shopify)
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	conn := &comparing{has: map[string]int{"A": 0, "B": 0}}
	s.environment.Connections[account] = conn
	receive := func(key string, n int) {
		_, err := s.store.Ledger.ApplyStock(ctx, []stock.Change{
			{Key: key + "A", SKU: "A", Location: "main", Kind: stock.Receipt, Quantity: n}, {Key: key + "B", SKU: "B", Location: "main", Kind: stock.Receipt, Quantity: n},
		})
		require.NoError(t, err)
	}
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "A", SKU: "A"}, {Account: account, ChannelSKU: "B", SKU: "B"}}))
	receive("1", 5)
	require.Equal(t, 2, s.push())
	require.Nil(t, conn.from["A"], "nothing was known")
	conn.has["A"] = 4 // somebody has bought one
	receive("2", 1)
	require.Equal(t, 1, s.push())
	require.Equal(t, map[string]int{"A": 4, "B": 6}, conn.has)
	require.Equal(t, 5, *conn.from["A"])
	require.Zero(t, s.push(), "it waits for a scan")
	items, err := s.store.Runs.Items(ctx, "push", runs.ItemPending, "", 9)
	require.NoError(t, err)
	require.Equal(t, "A", items[0].Reference)

	conn.has["B"] = 7 // what is to be sent already: nothing is overwritten
	receive("3", 1)
	require.Equal(t, 1, s.push())
}
