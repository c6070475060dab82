package activities

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
)

func TestWhereTheNextScanBegins(t *testing.T) {
	t.Parallel()
	before := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	after := before.Add(time.Hour)
	known, unknown := accounts.Account{Watermark: before}, accounts.Account{}
	for _, tc := range []struct {
		name string
		acc  accounts.Account
		open bool
		page time.Time
		want time.Time
	}{
		{"a scan of changes moves it", known, false, after, after},
		{"a sweep of open orders does not: it sees no order that was shipped meanwhile", known, true, after, time.Time{}},
		{"the first scan of an account gives it its first", unknown, true, after, after},
		{"where the channel names none, the start of the scan less a margin", unknown, true, time.Time{}, after.Add(-clockMargin)},
		{"a channel that names none moves nothing", known, false, time.Time{}, time.Time{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			in := PageInput{OpenOnly: tc.open, Started: after}
			require.Equal(t, tc.want, watermark(tc.acc, in, channel.OrdersPage{Watermark: tc.page}))
		})
	}
}

func TestEveryPageOfAScanIsAskedForAsTheFirst(t *testing.T) {
	t.Parallel()
	started := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	var o Orders
	first := o.query(accounts.Account{}, PageInput{Started: started})
	require.True(t, first.OpenOnly, "a new account begins with its open orders")
	require.Equal(t, started.Add(-order.ConnectWindow), first.Since)
	// Another scan has set the account's watermark before the second page is read.
	acc := accounts.Account{Watermark: started}
	second := o.query(acc, PageInput{Started: started, Cursor: "next", Since: first.Since, OpenOnly: first.OpenOnly})
	require.Equal(t, channel.OrdersQuery{Since: first.Since, OpenOnly: true, Cursor: "next"}, second)
}

// A level that the channel's answer leaves out must stay dirty; a level that it refuses for good must not be sent
// again and again.
func TestResultsOfABatch(t *testing.T) {
	t.Parallel()
	pushes := []levels.Push{{ChannelSKU: "accepted"}, {ChannelSKU: "refused"}, {ChannelSKU: "busy"}, {ChannelSKU: "forgotten"}}
	answer := channel.LevelsAnswer{RequestID: "batch", Results: []channel.LevelResult{
		{SKU: "busy", Fault: channel.NewFault(channel.Throttled, "levels", "")},
		{SKU: "accepted", RequestID: "own"},
		{SKU: "refused", Fault: channel.NewFault(channel.Invalid, "levels", "")},
	}}
	// A push whose levels all stay dirty must have a fault, or it would send them again without end.
	doubtful := channel.NewFault(channel.Invalid, "levels", "")
	doubtful.Ambiguous = true
	_, transient, _ := apply([]levels.Push{{ChannelSKU: "fatal feed"}}, channel.LevelsAnswer{Results: []channel.LevelResult{{SKU: "fatal feed", Fault: doubtful}}}, sighting{})
	require.Equal(t, doubtful, transient)

	_, transient, faults := apply(pushes, answer, sighting{})
	require.Equal(t, channel.Throttled, transient.Class)
	require.Len(t, faults, 3)
	require.False(t, pushes[0].AckedAt.IsZero())
	require.Equal(t, "own", pushes[0].RequestID)
	require.Equal(t, "batch", pushes[1].RequestID)
	require.True(t, pushes[1].Fault.Permanent())
	require.True(t, pushes[3].Fault.Ambiguous, "not mentioned is not accepted")
}

// Section H of the cases: without the version, a level that goes back to an earlier figure would be taken for a repetition of that
// one, and the channel would ignore it.
func TestEveryDecisionAboutALevelHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	first := levels.DirtyLevel{ChannelSKU: "LAMP", Version: 1, Quantity: 5}
	repeated, again, other := first, first, first
	again.Version, other.ChannelSKU = 3, "ROPE"
	require.Equal(t, decisionKey("ebay-uk", first), decisionKey("ebay-uk", repeated), "a repetition of the same decision")
	require.NotEqual(t, decisionKey("ebay-uk", first), decisionKey("ebay-uk", again))
	require.NotEqual(t, decisionKey("ebay-uk", first), decisionKey("ebay-uk", other))
	require.NotEqual(t, decisionKey("ebay-uk", first), decisionKey("amazon-uk", first))
}
