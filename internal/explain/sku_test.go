package explain

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func seconds(n int) time.Time { return noon.Add(time.Duration(n) * time.Second) }

// The last unit is sold on eBay at second 0, seen at 10, saved at 20, pushed to the shop at 30 and acknowledged at 40. The shop sells
// another one.
func TestTheStageAtWhichASaleCameIsTheWindowOfTheOversell(t *testing.T) {
	t.Parallel()
	for second, want := range map[int]Stage{5: StageSeen, 15: StageSaved, 25: StagePush, 35: StageAck, 45: StageShown} {
		k := SKU{SKU: "A", At: noon,
			Sales: []Sale{
				{Account: "ebay-uk", Reference: "1", Units: 1, PlacedAt: seconds(0), SeenAt: seconds(10), SavedAt: seconds(20), ReservedAt: seconds(20)},
				{Account: "shop", Reference: "2", Units: 1, Backordered: 1, PlacedAt: seconds(second), SeenAt: seconds(50), SavedAt: seconds(60)},
			},
			Pushes: []Push{
				{Account: "shop", ChannelSKU: "a", Quantity: 1, SentAt: seconds(-100), AckedAt: seconds(-90)},
				{Account: "ebay-uk", ChannelSKU: "a", SentAt: seconds(21), AckedAt: seconds(22)},
				{Account: "shop", ChannelSKU: "a", SentAt: seconds(25), Fault: "throttled"},
				{Account: "shop", ChannelSKU: "a", SentAt: seconds(30), AckedAt: seconds(40)},
			}}
		list := Oversales(k)
		require.Len(t, list, 1)
		o := list[0]
		require.Equal(t, want, o.Stage, second)
		require.Equal(t, "1", o.Before.Reference)
		require.Equal(t, seconds(0), o.From)
		require.Equal(t, seconds(40), o.To)
		require.Contains(t, o.Says, string(want))
		require.Contains(t, o.Says, want.means())

		k.Pushes = k.Pushes[:3]
		o = Oversales(k)[0]
		require.True(t, o.To.IsZero(), "no level was accepted since")
		require.Contains(t, o.Says, "no level was accepted by shop since")
	}
}

func TestASaleThatGotItsStockAtOnceIsNoOversale(t *testing.T) {
	t.Parallel()
	k := SKU{Sales: []Sale{{Reference: "1", SavedAt: noon, ReservedAt: noon}}}
	require.Empty(t, Oversales(k))
	k.Sales[0].ReservedAt = hours(1)
	require.Len(t, Oversales(k), 1, "its stock came later")
	require.Contains(t, Oversales(k)[0].Says, "no earlier sale within 24 h took it")
}

func TestWhatAListingHadBeenSent(t *testing.T) {
	t.Parallel()
	k := SKU{At: noon, Pushes: []Push{{Account: "b", ChannelSKU: "x", Quantity: 3, SentAt: hours(-2)}, {Account: "a", ChannelSKU: "x", Quantity: 9, SentAt: hours(-1)},
		{Account: "b", ChannelSKU: "x", Quantity: 2, SentAt: hours(-1)}, {Account: "b", ChannelSKU: "x", Quantity: 1, SentAt: hours(1)}, {Account: "b", ChannelSKU: "x", SentAt: hours(2)}}}
	before, after := k.LastPushes()
	require.Equal(t, []Push{k.Pushes[1], k.Pushes[2]}, before)
	require.Equal(t, []Push{k.Pushes[3]}, after)
}
