package channel_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// However many listings an account has, reading them back leaves the channel to the live work.
func TestReadingBackKeepsToItsShare(t *testing.T) {
	t.Parallel()
	for _, k := range channel.Kinds() {
		for _, listings := range []int{0, 1, 100, 8_000, 100_000, 1_000_000} {
			every := channel.ReadBackEvery(k, listings)
			require.GreaterOrEqual(t, every, channel.LeastReadBack)
			for _, takes := range channel.ReadBackTakes(k, listings) {
				share := takes.Cost / (takes.PerSecond * (every + time.Minute).Seconds())
				require.LessOrEqual(t, share, channel.ReadBackShare, "%s: %d listings every %s", k, listings, every)
			}
		}
	}
	require.Equal(t, 6*time.Hour, channel.ReadBackEvery(channel.Amazon, 100_000), "5,000 calls at 5 a second are 17 minutes")
	require.Equal(t, 16*time.Hour+40*time.Minute, channel.ReadBackEvery(channel.EBay, 100_000), "208,350 of 2,000,000 calls a day")
	require.Equal(t, 6*time.Hour, channel.ReadBackEvery(channel.Shopify, 100_000), "50,000 points at 100 a second are 8 minutes")
}
