package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
)

// One kind of work is paused and resumed while the others go on; the first reason stays.
func TestOneKindOfWorkIsPaused(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	a := account.Account{Enabled: true}
	require.True(t, a.PauseWork(account.Stock, "stock take", noon))
	require.False(t, a.PauseWork(account.Stock, "another reason", noon))
	require.False(t, a.Does(account.Stock))
	require.True(t, a.Does(account.Orders))
	why, paused := a.WhyPaused(account.Stock)
	require.True(t, paused)
	require.Equal(t, "stock paused: stock take", why)
	require.True(t, a.PauseWork(account.Listings, "no role", noon))
	require.Equal(t, "stock and listings paused", a.PausedText())
	require.True(t, a.ResumeWork(account.Stock))
	require.False(t, a.ResumeWork(account.Stock))
	require.True(t, a.Does(account.Stock))
	require.False(t, a.Does(account.Listings))

	_, err := account.ParseWorks([]string{"stock", "nonsense"})
	require.ErrorContains(t, err, "want one of orders, stock, shipments, listings")
	require.Empty(t, account.WorkOf(channel.OpFeedRead), "what was sent is still asked for")
	require.Equal(t, account.Stock, account.WorkOf(channel.OpFeed))
}
