package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
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
func (c *comparing) Quantities(context.Context, []channel.Level) (map[string]int, error) {
	return c.has, nil
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

// pending answers a push later, and then refuses a level.
type pending struct{ comparing }

// SetLevels records a call that creates a feed.
func (p *pending) SetLevels(ctx context.Context, _ []channel.Level) (channel.LevelsAnswer, error) {
	channel.Record(ctx, channel.Call{Operation: "createFeed", RequestID: "created"})
	return channel.LevelsAnswer{Pending: "feed-1"}, nil
}

// LevelsOutcome refuses every level.
func (p *pending) LevelsOutcome(_ context.Context, _ string, skus []string) (channel.LevelsAnswer, error) {
	var out channel.LevelsAnswer
	for _, sku := range skus {
		f := channel.NewFault(channel.Invalid, "createFeed", "no")
		f.RequestID = "read"
		out.Results = append(out.Results, channel.LevelResult{SKU: sku, Fault: f})
	}
	return out, nil
}

// F1e: a fault of a feed has the request id of the call that created it, and says which level and run it hit.
func TestAFaultOfAFeedNamesTheCallThatCreatedIt(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.Amazon)
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	s.environment.Connections[account] = &pending{}
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "A", SKU: "A"}}))
	a := activities.Stock{Environment: s.environment}
	in := activities.PushInput{Account: account, RunID: "run-1", Size: 9}
	in.Pending = do[activities.PushOutput](s, a.PushLevels, in).Pending
	out := do[activities.PushOutput](s, a.LevelsOutcome, in)
	require.Equal(t, 1, out.Counts.Failed)
	found, err := s.store.Runs.Faults(ctx, runs.FaultFilter{Account: account})
	require.NoError(t, err)
	f := found[0]
	require.Equal(t, []string{"created", "run-1", "A"}, []string{f.RequestID, f.RunID, f.SKU})
	require.Equal(t, []channel.CallID{{Operation: "createFeed", RequestID: "created"}, {Operation: "its outcome", RequestID: "read"}}, f.Calls)
}
