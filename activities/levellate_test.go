package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
)

// late is a channel that does not answer some calls, and carries them out after the calls that follow.
type late struct {
	channel.Connection
	has    map[string]int
	silent bool            // the next call gets no answer
	owed   []channel.Level // what is carried out later
	asked  int             // calls that read listings
}

// Batch takes all levels.
func (c *late) Batch(n int) (int, channel.Operation) { return n, channel.OpLevels }

// SetLevels sets, or does not answer.
func (c *late) SetLevels(_ context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	if c.silent {
		c.silent, c.owed = false, levels
		f := channel.NewFault(channel.Network, "set", "connection reset")
		f.Ambiguous = true
		return channel.LevelsAnswer{}, f
	}
	var out channel.LevelsAnswer
	for _, l := range levels {
		c.has[l.SKU] = l.Quantity
		out.Results = append(out.Results, channel.LevelResult{SKU: l.SKU})
	}
	return out, nil
}

// Listings returns what the channel has.
func (c *late) Listings(_ context.Context, q channel.ListingsQuery) (channel.ListingsPage, error) {
	c.asked++
	var page channel.ListingsPage
	for _, sku := range q.SKUs {
		page.Listings = append(page.Listings, channel.Listed{SKU: sku, State: channel.ListingLive, Quantity: c.has[sku]})
	}
	return page, nil
}

// catchUp carries out what is owed.
func (c *late) catchUp() {
	for _, l := range c.owed {
		c.has[l.SKU] = l.Quantity
	}
	c.owed = nil
}

// A level that a channel carries out late, after a newer one, does not stay: levels that were sent in vain before they were
// accepted are read back. Others are not: that would be a call for each.
func TestAnOldLevelThatIsCarriedOutLateDoesNotStay(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.EBay)
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	conn := &late{has: map[string]int{}}
	s.environment.Connections[account] = conn
	receive := func(key, sku string, n int) {
		_, err := s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: key, SKU: sku, Location: "main", Kind: stock.Receipt, Quantity: n}})
		require.NoError(t, err)
	}
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "A", SKU: "A"}, {Account: account, ChannelSKU: "B", SKU: "B"}}))
	receive("1", "B", 5)
	require.Equal(t, 2, s.push())
	require.Zero(t, s.check("calm").Run().Seen)
	require.Zero(t, conn.asked)

	receive("2", "A", 5)
	conn.silent = true
	a := activities.Stock{Environment: s.environment}
	require.NotNil(t, do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "lost", Size: 5}).Fault)
	_, err = s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "3", SKU: "A", Location: "main", Kind: stock.Adjust, Quantity: -2}})
	require.NoError(t, err)
	require.Equal(t, 1, s.push())
	conn.catchUp()
	require.Equal(t, map[string]int{"A": 5, "B": 5}, conn.has, "the old quantity is back")

	sweep := &activities.Sweep{Environment: s.environment, Starter: s.caller}
	require.Zero(t, do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{OlderThan: time.Hour, Speed: 1}).Checked, "it may still come")
	require.Equal(t, message.CheckCounts{Missed: 1}, s.check("check"))
	require.Equal(t, 1, conn.asked)
	require.Equal(t, 1, s.push())
	require.Equal(t, map[string]int{"A": 3, "B": 5}, conn.has)
	require.Zero(t, s.check("again").Run().Seen)
}
