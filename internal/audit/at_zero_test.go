package audit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
)

// atZero saves the account as one that ends what is sold out.
func (b *fixture) atZero(relist bool) {
	b.t.Helper()
	require.NoError(b.t, b.store.Settings.SaveAccounts(b.ctx, []accounts.Account{{
		Account: message.Account{ID: account, Channel: channel.Amazon, Endpoint: channel.Production}, Name: account,
		OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true,
		AtZero: accounts.EndAtZero, Listings: channel.Permissions{End: true, Relist: relist},
	}}))
}

// A listing that is on sale at 0 is found, one that counts as ended and is on sale or has no end in the ledger, and one that has stock and is not put up.
func TestListingsAtZeroAreJudgedByTheLedger(t *testing.T) {
	t.Parallel()
	const rule = "ended at 0, up again with stock"
	b := newFixture(t)
	b.push(0)
	b.atZero(true)
	require.Empty(t, b.violated())
	_, err := b.store.Levels.Strike(b.ctx, account, []string{"lamp"}, "broken", "ann")
	require.NoError(t, err)
	b.push(0)
	require.Equal(t, []string{rule}, b.violated(), "it is at 0 and on sale")
	started, err := b.store.Levels.StartEnding(b.ctx, account, "", []string{"lamp"}, time.Now().Add(time.Second))
	require.NoError(t, err)
	require.True(t, started)
	_, err = b.store.Levels.SaveEnded(b.ctx, account, "run", []levels.ZeroOutcome{{ChannelSKU: "lamp"}})
	require.NoError(t, err)
	require.Equal(t, []string{rule}, b.violated(), "the ledger has no end of it")
	_, err = b.market.EndListings(b.ctx, []string{"lamp"})
	require.NoError(t, err)
	require.Empty(t, b.violated())
	_, err = b.store.Levels.PutBack(b.ctx, account, []string{"lamp"})
	require.NoError(t, err)
	require.Equal(t, []string{rule}, b.violated(), "it has stock and is not put up")
	b.atZero(false)
	require.Empty(t, b.violated(), "it may not be")
	l, err := b.market.Listing(b.ctx, "lamp")
	require.NoError(t, err)
	l.Status = market.Live
	require.NoError(t, b.market.SaveListings(b.ctx, []market.Listing{l}))
	require.Contains(t, b.violated(), rule, "it counts as ended and is on sale")
}
