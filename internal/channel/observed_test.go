package channel_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

func TestAChannelWithoutALimitSaysNoRate(t *testing.T) {
	t.Parallel()
	require.False(t, channel.ObservedRate{PerSecond: 2, Burst: 20}.Unbounded())
	for _, r := range []channel.ObservedRate{{PerSecond: math.Inf(1)}, {Left: math.Inf(-1)}, {Restores: math.NaN()}} {
		require.True(t, r.Unbounded())
	}
}
