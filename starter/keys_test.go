package starter_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// Cases G1 and G2.
func TestAUsedKeyWithOtherContentsIsRefusedAndWhatIsStoredShown(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	row := d.row(t, "ebay-uk", "1")
	refused := func(err error, stored string) {
		var usage *starter.UsageError
		require.ErrorAs(t, err, &usage)
		require.ErrorContains(t, err, stored)
	}
	_, err := d.Process(ctx, row, []shipment.Package{pack("P1", "1-2")})
	require.NoError(t, err)
	other := pack("P1", "1-2")
	other.TrackingNumber = "another"
	_, err = d.Process(ctx, row, []shipment.Package{other})
	refused(err, "line 1-2 x 1, DPD, TP1")

	lines := func(n int) []order.LineQuantity { return []order.LineQuantity{{LineID: "1-2", Quantity: n}} }
	_, err = d.store.Packages.PackageConfirmed(ctx, row.Key.RowID, "P1", channel.Confirmation{})
	require.NoError(t, err)
	for range 2 {
		_, err = d.Return(ctx, row, orders.GoodsReturn{Key: "R1", Lines: lines(1)})
		require.NoError(t, err)
	}
	_, err = d.Return(ctx, row, orders.GoodsReturn{Key: "R1", Lines: lines(2)})
	refused(err, "line 1-2 x 1, written off")
	_, err = d.Return(ctx, row, orders.GoodsReturn{Key: "R1", Lines: lines(1), Restock: true})
	refused(err, "line 1-2 x 1, written off")
	require.Equal(t, 1, d.detail(t, "ebay-uk", "1").Lines[1].Returned)

	first := []order.LineQuantity{{LineID: "500000000001", Quantity: 1}}
	for range 2 {
		_, err = d.Cancel(ctx, row, orders.Cancellation{ID: "C1", Lines: first})
		require.NoError(t, err)
	}
	_, err = d.Cancel(ctx, row, orders.Cancellation{ID: "C1"})
	refused(err, "line 500000000001 x 1")
}

// Case F3: without a worker no update is answered. Whatever the caller's patience, what the store says counts.
func TestAnUnansweredUpdateIsHeldAgainstTheStore(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	row := d.row(t, "ebay-uk", "1")
	var giveUp context.CancelFunc
	hang := func(string) error {
		giveUp()
		return context.Canceled
	}
	patience := func(t *testing.T) context.Context {
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		giveUp = cancel
		return ctx
	}
	d.calls.fail = hang
	_, err := d.Process(patience(t), row, []shipment.Package{pack("P1", "1-2")})
	require.ErrorIs(t, err, context.Canceled)
	d.calls.fail, d.calls.after = nil, hang // the answer is lost, after it was done
	out, err := d.Process(patience(t), row, []shipment.Package{pack("P1", "1-2")})
	require.NoError(t, err)
	require.Equal(t, order.Processing, out.State)
	out, err = d.Cancel(patience(t), row, orders.Cancellation{ID: "C1", Lines: []order.LineQuantity{{LineID: "500000000001", Quantity: 1}}})
	require.NoError(t, err)
	require.Equal(t, order.Processed, out.State)
}

// pollers is a fake Temporal client that knows who asks for work.
type pollers struct {
	*faultyTemporal
	list []*taskqueuepb.PollerInfo
}

func (p pollers) DescribeTaskQueue(context.Context, string, enumspb.TaskQueueType) (*workflowservice.DescribeTaskQueueResponse, error) {
	return &workflowservice.DescribeTaskQueueResponse{Pollers: p.list}, p.ask("describe queue", "")
}

// Case F3.
func TestWhatACommandWaitsForIsSaid(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, nil)
	d.Temporal = pollers{faultyTemporal: f}
	require.Contains(t, d.WaitsFor(t.Context()), "no worker runs")
	d.Temporal = pollers{f, []*taskqueuepb.PollerInfo{{Identity: "w", LastAccessTime: timestamppb.New(time.Now())}}}
	require.Contains(t, d.WaitsFor(t.Context()), "the workers are busy")
	f.fail = always(errAway)
	require.Contains(t, d.WaitsFor(t.Context()), "does not say")
}
