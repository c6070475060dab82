package shipment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/shipment"
)

// Case B1: the channel answers 204, and the order stays unshipped in every later version.
func TestWhatIsConfirmedAndNotShownIsSentOnceMoreThenAPersonIsAsked(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		readUntil time.Duration // after the confirmation
		resent    int
		want      shipment.Verdict
	}{
		{-time.Minute, 0, shipment.KeepWaiting},
		{shipment.ShownWithin, 0, shipment.KeepWaiting},
		{shipment.ShownWithin + time.Second, 0, shipment.SendAgain},
		{shipment.ShownWithin, 1, shipment.KeepWaiting},
		{shipment.ShownWithin + time.Second, 1, shipment.AskPerson},
		{100 * time.Hour, 2, shipment.AskPerson},
	} {
		u := shipment.Unshown{ConfirmedAt: noon, Resent: tc.resent}
		require.Equal(t, tc.want, u.Judge(noon.Add(tc.readUntil), shipment.ShownWithin), "%+v", tc)
	}
}

func TestAConfirmedPackageIsCalledAgainByItsSenderOnly(t *testing.T) {
	t.Parallel()
	k := &shipment.Known{Package: pack("p", of("a", 1)), State: shipment.Processed}
	require.False(t, k.PrepareAgain("order/1"), "it was never confirmed")
	_, err := k.Prepare("order/1")
	require.NoError(t, err)
	_, err = k.Confirm()
	require.NoError(t, err)
	require.False(t, k.PrepareAgain("order/2"))
	require.True(t, k.PrepareAgain("order/1"))
	require.True(t, k.Attempted(), "the channel is asked first")
	require.Equal(t, shipment.Confirmed, k.State)
	shipped, err := k.Confirm()
	require.NoError(t, err)
	require.Empty(t, shipped, "its units count once")
	require.False(t, k.Park("shipment/1/p", "order/1", false))
	require.True(t, k.Park("shipment/1/p", "order/1", true))
	require.Equal(t, shipment.Confirmed, k.State, "its units stay shipped")
}

// A lifecycle does not know the sender of a package that one of version 1 has left to a shipment sync.
func TestAConfirmedPackageThatIsNotShownIsParkedByAnyoneUnlessACallIsUnderWay(t *testing.T) {
	t.Parallel()
	k := &shipment.Known{Package: pack("p", of("a", 1)), State: shipment.Processed}
	_, err := k.Prepare("shipment/1")
	require.NoError(t, err)
	require.False(t, k.Park("shipment/1/p", "order/1", true), "its sender sends it")
	_, err = k.Confirm()
	require.NoError(t, err)
	require.True(t, k.PrepareAgain("shipment/1"))
	require.False(t, k.Park("shipment/1/p", "order/1", true), "it is being sent again")
	_, err = k.Confirm()
	require.NoError(t, err)
	require.True(t, k.Park("shipment/1/p", "order/1", true))
	require.Equal(t, "shipment/1/p", k.Sender)
	require.False(t, k.PrepareAgain("shipment/1"))
}
