package activities_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/levels"
)

// onEnders plays on each channel.
func onEnders(t *testing.T, play func(t *testing.T, kind channel.Kind, e *ender)) {
	t.Helper()
	for kind, open := range enders {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			play(t, kind, open(t))
		})
	}
}

// The last unit is sold, the listing ends, goods come in, and it is up again with what there is; variations only together. The channel fails at times, and the answers to
// what ends and puts up are lost, so that each step is repeated: the ledger comes to the same.
func TestWhatIsSoldOutIsEndedAndPutUpAgain(t *testing.T) {
	t.Parallel()
	for _, bad := range []bool{false, true} {
		t.Run(fmt.Sprint("faults ", bad), func(t *testing.T) {
			t.Parallel()
			onEnders(t, func(t *testing.T, kind channel.Kind, e *ender) {
				step := func(want map[string]int) {
					t.Helper()
					if bad {
						e.lossy.lose = 2
						require.NoError(t, e.faults.Set(faults.Rates{Throttle: 0.05, Unavailable: 0.1, Lost: 0.1, ServerError: 0.05, Truncated: 0.05}))
					}
					e.settle(want)
					require.NoError(t, e.faults.Set(faults.Rates{}))
				}
				alone := map[channel.Kind]int{channel.EBay: off, channel.Shopify: 0}[kind] // a variant without stock of a listing that is up
				first := e.live("MUG")
				e.buy("MUG", 1)
				step(map[string]int{"MUG": off, "POT-RED": 1, "POT-BLUE": 1})
				require.Empty(t, e.live("MUG"))
				e.buy("POT-RED", 1)
				step(map[string]int{"POT-RED": 0, "POT-BLUE": 1})
				e.buy("POT-BLUE", 1)
				step(map[string]int{"POT-RED": off, "POT-BLUE": off})
				e.receive("MUG", 5)
				step(map[string]int{"MUG": 5, "POT-RED": off, "POT-BLUE": off})
				require.Len(t, e.live("MUG"), 1)
				require.Equal(t, kind == channel.Shopify, e.live("MUG")[0] == first[0], "only eBay gives it a new id")
				e.receive("POT-BLUE", 2)
				step(map[string]int{"POT-RED": alone, "POT-BLUE": 2})
				e.receive("POT-RED", 4)
				e.buy("MUG", 2)
				step(map[string]int{"MUG": 3, "POT-RED": 4, "POT-BLUE": 2})
				e.buy("MUG", 3)
				step(map[string]int{"MUG": off})
				e.receive("MUG", 2)
				step(map[string]int{"MUG": 2})
				stay, err := e.store.Levels.StayEnded(t.Context(), 5)
				require.NoError(t, err)
				require.Empty(t, stay)
			})
		})
	}
}

// An account that may not put up listings again: it stays ended, is counted for a person, and comes up when that is allowed, with what there is then.
func TestWithoutRelistItStaysEnded(t *testing.T) {
	t.Parallel()
	onEnders(t, func(t *testing.T, _ channel.Kind, e *ender) {
		e.allow(channel.Permissions{Revise: true, End: true})
		e.buy("MUG", 1)
		e.settle(map[string]int{"MUG": off})
		e.receive("MUG", 5)
		e.settle(map[string]int{"MUG": off})
		stay, err := e.store.Levels.StayEnded(t.Context(), 5)
		require.NoError(t, err)
		require.Equal(t, 1, stay[account].Listings)
		require.Zero(t, stay[account].Refused)
		require.Equal(t, []string{"MUG"}, stay[account].Sample)
		n, err := e.store.Levels.DirtyCount(t.Context(), account)
		require.NoError(t, err)
		require.Zero(t, n, "its level is not sent")
		e.allow(everything)
		e.settle(map[string]int{"MUG": 5})
	})
}

var everything = channel.Permissions{Revise: true, End: true, Relist: true}

// What a person ended is not put up again, and what a person put up again is sent its level and not ended once more.
func TestWhatAPersonEndedOrPutUpStaysSo(t *testing.T) {
	t.Parallel()
	onEnders(t, func(t *testing.T, kind channel.Kind, e *ender) {
		ctx := t.Context()
		_, err := e.lossy.Connection.End(ctx, []string{"MUG"})
		require.NoError(t, err)
		e.buy("POT-RED", 1)
		e.buy("POT-BLUE", 1)
		_, err = e.store.Levels.Strike(ctx, account, []string{"MUG"}, "by hand", "ann")
		require.NoError(t, err)
		e.settle(map[string]int{"MUG": off, "POT-RED": off, "POT-BLUE": off})
		_, err = e.store.Levels.PutBack(ctx, account, []string{"MUG"})
		require.NoError(t, err)
		e.receive("MUG", 7)
		e.settle(map[string]int{"MUG": off})
		key := map[channel.Kind]string{channel.EBay: "POT"}[kind]
		if kind == channel.Shopify {
			wholes, err := e.lossy.Wholes(ctx, []string{"POT-RED"})
			require.NoError(t, err)
			key = wholes[0].Key
		}
		var pots []channel.Level
		for _, sku := range []string{"POT-RED", "POT-BLUE"} {
			l, err := e.market.Listing(ctx, sku)
			require.NoError(t, err)
			ref := map[channel.Kind]string{channel.EBay: l.Ref}[kind]
			if kind == channel.Shopify {
				page, err := e.lossy.Listings(ctx, channel.ListingsQuery{SKUs: []string{sku}})
				require.NoError(t, err)
				ref = page.Listings[0].Ref
			}
			pots = append(pots, channel.Level{SKU: sku, ListingRef: ref, Quantity: 9, Key: "by hand " + sku})
		}
		_, err = e.lossy.Relister.Relist(ctx, key, pots)
		require.NoError(t, err)
		require.Equal(t, 9, e.buyable("POT-RED"), "nobody has it")
		e.imports("read-again")
		up, err := e.store.Levels.FollowPutUp(ctx, account)
		require.NoError(t, err)
		require.Equal(t, 2, up)
		e.settle(map[string]int{"POT-RED": 0, "POT-BLUE": 0})
	})
}

// A SKU that the channel can't be asked about stays, with the refusal, and keeps no other on sale.
func TestASKUThatCannotBeReadKeepsNoOther(t *testing.T) {
	t.Parallel()
	onEnders(t, func(t *testing.T, _ channel.Kind, e *ender) {
		e.lossy.unreadable = "MUG"
		for _, sku := range []string{"MUG", "POT-RED", "POT-BLUE"} {
			e.buy(sku, 1)
		}
		e.settle(map[string]int{"MUG": 0, "POT-RED": off, "POT-BLUE": off})
	})
}

// A listing that is struck off is at 0: it ends, and comes up only after it was put back.
func TestWhatIsStruckOffIsNeverPutUp(t *testing.T) {
	t.Parallel()
	onEnders(t, func(t *testing.T, _ channel.Kind, e *ender) {
		_, err := e.store.Levels.Strike(t.Context(), account, []string{"MUG"}, "broken", "ann")
		require.NoError(t, err)
		e.settle(map[string]int{"MUG": off})
		e.receive("MUG", 5)
		e.settle(map[string]int{"MUG": off})
		_, err = e.store.Levels.PutBack(t.Context(), account, []string{"MUG"})
		require.NoError(t, err)
		e.settle(map[string]int{"MUG": 6})
	})
}

// What the channel refuses to put up again is told, and tried again later.
func TestWhatTheChannelRefusesToPutUpIsTold(t *testing.T) {
	t.Parallel()
	e := enders[channel.EBay](t)
	e.buy("MUG", 1)
	e.settle(map[string]int{"MUG": off})
	require.NoError(t, e.faults.Set(faults.Rates{ListingLimit: 1}))
	e.receive("MUG", 5)
	e.settle(map[string]int{"MUG": off})
	stay, err := e.store.Levels.StayEnded(t.Context(), 5)
	require.NoError(t, err)
	require.Equal(t, levels.StaysEnded{Listings: 1, Refused: 1, Sample: []string{"MUG"}, Since: stay[account].Since}, stay[account])
	require.NoError(t, e.faults.Set(faults.Rates{}))
	e.receive("MUG", 1)
	e.settle(map[string]int{"MUG": 6})
	l, err := e.market.Listing(t.Context(), "MUG")
	require.NoError(t, err)
	require.Equal(t, market.Live, l.Status)
}
