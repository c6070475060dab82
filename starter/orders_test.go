package starter_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

func pack(id string, lineID string) shipment.Package {
	return shipment.Package{ID: id, Label: "L", Carrier: "DPD", TrackingNumber: "T" + id, ShippedAt: epoch,
		Contents: []shipment.Content{{LineID: lineID, Quantity: 1}}}
}

func TestAnEmptyReferenceIsNoOrderNotAnyOrder(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	for _, nothing := range []string{"", "  ", "\t"} {
		_, err := d.Find(context.Background(), nothing, "ebay-uk")
		var usage *starter.UsageError
		require.ErrorAs(t, err, &usage)
	}
	for _, part := range []string{"#", "%", "#1 "} {
		_, err := d.Find(context.Background(), part, "ebay-uk")
		require.Error(t, err, "part of a reference is not the order's")
	}
}

func TestAPackageAndACancellationWithTheSameKeyAreTwoThings(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	row := d.row(t, "ebay-uk", "1")
	_, err := d.Cancel(ctx, row, orders.Cancellation{ID: "X1", Lines: []order.LineQuantity{{LineID: "1-2", Quantity: 1}}})
	require.NoError(t, err)
	out, err := d.Process(ctx, row, []shipment.Package{pack("X1", "500000000001")})
	require.NoError(t, err)
	require.Equal(t, order.Processed, out.State)
	require.Equal(t, shipment.Processed, d.detail(t, "ebay-uk", "1").Packages[0].State)
	require.Equal(t, []string{"cancel/X1", "process/X1"}, d.calls.asked)
}

// An operator's --anyway with a package that is refused left the order without its hold: the next file of packages shipped it.
func TestAHoldIsLiftedOnlyForPackagesThatAreRight(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	held := order.Snapshot{ID: "1", Reference: "#1", PlacedAt: epoch, UpdatedAt: epoch.Add(time.Minute), Paid: true, Fulfilment: order.FulfilmentUnshipped,
		ChannelStatus: "new", Currency: "GBP", Total: 1000, BuyerCancels: true,
		Lines: []order.SnapshotLine{{ID: "500000000001", SKU: "LAMP", Quantity: 1, Total: 500}, {ID: "1-2", SKU: "LAMP", Quantity: 1, Total: 500}}}
	_, err := d.store.Orders.SavePage(ctx, orders.Page{Account: "ebay-uk", RunID: "run", SeenAt: epoch, Orders: []order.Snapshot{held}})
	require.NoError(t, err)
	row := d.row(t, "ebay-uk", "1")
	nameless := pack("P1", "1-2")
	nameless.Carrier = ""
	for _, wrong := range []shipment.Package{pack("P1", "no such line"), nameless} {
		_, err = d.ProcessAnyway(ctx, row, "Ann", []shipment.Package{wrong})
		require.Error(t, err)
		require.Equal(t, order.HoldBuyerCancels, d.detail(t, "ebay-uk", "1").Hold)
		require.False(t, d.detail(t, "ebay-uk", "1").Allowed, "nobody has allowed another package")
	}
	_, err = d.ProcessAnyway(ctx, row, "Ann", []shipment.Package{pack("P1", "1-2")})
	require.NoError(t, err)
	require.True(t, d.detail(t, "ebay-uk", "1").Allowed)
	_, err = d.ProcessAnyway(ctx, row, "Ann", []shipment.Package{pack("P2", "500000000001")})
	require.NoError(t, err, "one that is allowed already")
}

func TestTheAnswerIsHeldAgainstTheStore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	row := d.row(t, "ebay-uk", "1")
	// A lifecycle that answers yes without having done anything.
	d.calls.answers["order/ebay-uk/1 process/P1"] = message.OrderResult{State: order.Open}
	d.calls.answers["order/ebay-uk/1 cancel/C1"] = d.calls.answers["order/ebay-uk/1 process/P1"]
	_, err := d.Process(ctx, row, []shipment.Package{pack("P1", "1-2")})
	require.ErrorContains(t, err, "the package is still saved")
	_, err = d.Cancel(ctx, row, orders.Cancellation{ID: "C1"})
	require.ErrorContains(t, err, "nothing is cancelled")
}

func TestAnUpdateOvertakenByTheEndOfALifecycleIsSentAgainAndTheTrueStateReported(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, lost := range map[string]error{
		"not ready": serviceerror.NewWorkflowNotReady("Unable to perform workflow execution update due to unexpected workflow task failure."),
		"completed": temporal.NewNonRetryableApplicationError("Workflow Update failed because the Workflow completed before the Update completed.", "AcceptedUpdateCompletedWorkflow", nil),
		"closing":   serviceerror.NewNotFound("workflow update was aborted by closing workflow"),
		"aborted":   serviceerror.NewUnavailable("workflow update was aborted"),
	} {
		d := newFixture(t)
		d.sell(t, "ebay-uk", "1")
		row := d.row(t, "ebay-uk", "1")
		n := 0
		d.calls.after = func(string) error {
			if n++; n == 1 {
				return lost
			}
			return &serviceerror.WorkflowExecutionAlreadyStarted{Message: "it has ended"}
		}
		out, err := d.Cancel(ctx, row, orders.Cancellation{ID: "C1"})
		require.NoError(t, err, name)
		require.Equal(t, order.Cancelled, out.State, name)
		_, err = d.Process(ctx, row, []shipment.Package{pack("P1", "1-2")})
		var refused *starter.RefusedError
		require.ErrorAs(t, err, &refused, name)
		require.ErrorContains(t, err, "order #1 is cancelled", "the state now, not the one that the caller read")
	}
}

func TestAReturnThatIsBookedIsSaidToBeDoneThoughNobodyCanBeWoken(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	row := d.row(t, "ebay-uk", "1")
	_, err := d.Process(ctx, row, []shipment.Package{pack("P1", "1-2")})
	require.NoError(t, err)
	_, err = d.store.Packages.PackageConfirmed(ctx, row.Key.RowID, "P1", channel.Confirmation{})
	require.NoError(t, err)
	d.calls.wake = errors.New("nobody answers")
	back := orders.GoodsReturn{Lines: []order.LineQuantity{{LineID: "1-2", Quantity: 1}}, Restock: true}
	done, err := d.Return(ctx, row, back)
	require.NoError(t, err)
	require.NotEmpty(t, done.Key)
	require.Contains(t, done.Warning, "nobody answers")
	back.Key = done.Key
	_, err = d.Return(ctx, row, back)
	require.NoError(t, err, "the same key is the same return")
	require.Equal(t, 1, d.detail(t, "ebay-uk", "1").Lines[1].Returned)
}
