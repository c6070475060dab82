package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/packing"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/storetest"
)

// toBePacked saves three orders that can be packed, one without stock, one of a listing without a link, one unpaid
// and one of a test endpoint.
func toBePacked(t *testing.T, s *store.Store) {
	t.Helper()
	link(t, s, "mug", "pot")
	receive(t, s, "open", "mug", 10)
	unpaid := sale("ebay-uk", "6", 6, units("mug", 1))
	unpaid.Paid = false
	save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("mug", 2)), sale("amazon-uk", "2", 2, units("mug", 1), units("mug", 1)))
	save(t, s, "ebay-uk", sale("ebay-uk", "3", 3, units("mug", 1)), sale("ebay-uk", "4", 4, units("pot", 1)),
		sale("ebay-uk", "5", 5, order.SnapshotLine{SKU: "ghost", Title: "?", Quantity: 1}), unpaid)
	save(t, s, "sandbox", sale("sandbox", "7", 7, units("mug", 1)))
}

func exportAll(t *testing.T, s *store.Store, r packages.ExportRequest) (packages.Export, []string) {
	t.Helper()
	ctx := context.Background()
	r.Format, r.By, r.File = "csv", "ann", "x.csv"
	e, err := s.Packages.StartExport(ctx, r)
	require.NoError(t, err)
	var ids []string
	var after int64
	for {
		page, err := s.Packages.ExportedOrders(ctx, e.ID, after, 1, "Ada")
		require.NoError(t, err)
		if len(page) == 0 {
			return e, ids
		}
		after = page[0].RowID
		if len(page[0].Lines) > 0 {
			ids = append(ids, page[0].ID)
		}
	}
}

func TestAnOrderIsExportedOnceAndWhatIsLeftOutIsCountedByWhy(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		toBePacked(t, s)
		e, found := exportAll(t, s, packages.ExportRequest{Limit: 2})
		require.Equal(t, []string{"1", "2"}, found)
		require.Equal(t, 2, e.Orders)
		left, err := s.Packages.LeftOut(ctx, "")
		require.NoError(t, err)
		require.Equal(t, packages.LeftOut{Unpaid: 1, Backordered: 1, Unlinked: 1, Exported: 2, More: 1}, left)
		left, err = s.Packages.LeftOut(ctx, "sandbox")
		require.NoError(t, err)
		require.Equal(t, packages.LeftOut{Unlinked: 1}, left, "of a test endpoint when it is named")

		second, found := exportAll(t, s, packages.ExportRequest{})
		require.Equal(t, []string{"3"}, found)
		none, found := exportAll(t, s, packages.ExportRequest{})
		require.Empty(t, found)
		require.Zero(t, none.Orders)
		list, err := s.Packages.Exports(ctx, packages.ExportFilter{})
		require.NoError(t, err)
		require.Len(t, list, 2, "an export of nothing is not recorded")
		require.Equal(t, second.ID, list[0].ID)
		require.True(t, list[0].WrittenAt.IsZero())

		again, found := exportAll(t, s, packages.ExportRequest{Account: "amazon-uk", Repeat: true})
		require.Equal(t, []string{"1", "2"}, found, "asked for by name")
		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, again.ID, d.Exported.Export)
		require.Nil(t, detail(t, s, "ebay-uk", "4").Exported)
	})
}

func TestAnExportThatWasNeverFinishedIsSeenAndWrittenAgainWithoutWhatWasPackedSince(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		toBePacked(t, s)
		e, _ := exportAll(t, s, packages.ExportRequest{})
		unwritten, err := s.Packages.Exports(ctx, packages.ExportFilter{Unwritten: true})
		require.NoError(t, err)
		require.Len(t, unwritten, 1)
		process(t, s, rowID(t, s, "amazon-uk", "1"), pack("P", content("1-1", 2)))
		process(t, s, rowID(t, s, "amazon-uk", "2"), pack("Q", content("2-2", 1)))
		cancelled := sale("ebay-uk", "3", 9, units("mug", 1))
		cancelled.Lines[0].Cancelled = 1
		save(t, s, "ebay-uk", cancelled)

		page, err := s.Packages.ExportedOrders(ctx, e.ID, 0, 10, "Ada")
		require.NoError(t, err)
		require.Len(t, page, 3)
		require.Empty(t, page[0].Lines, "packed")
		require.Len(t, page[1].Lines, 1, "the rest of it")
		require.Equal(t, "2-1", page[1].Lines[0].LineID)
		require.Equal(t, "Ann", page[1].Buyer.Name)
		require.Empty(t, page[2].Lines, "cancelled")
		require.NoError(t, s.Packages.ExportWritten(ctx, e.ID, "y.csv"))
		require.ErrorIs(t, s.Packages.ExportWritten(ctx, 999, "y.csv"), store.ErrNotFound)
		unwritten, err = s.Packages.Exports(ctx, packages.ExportFilter{Unwritten: true})
		require.NoError(t, err)
		require.Empty(t, unwritten)
	})
}

func TestWhatBecameOfAnExportedOrderIsReportedOncePerChange(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		toBePacked(t, s)
		exportAll(t, s, packages.ExportRequest{})
		stopped, err := s.Packages.StoppedOrders(ctx)
		require.NoError(t, err)
		require.Empty(t, stopped)

		moved := sale("amazon-uk", "1", 8, units("mug", 2))
		moved.Buyer.Line1 = "2 Weir Lane"
		fewer := sale("amazon-uk", "2", 8, units("mug", 1), units("mug", 1))
		fewer.Lines[1].Cancelled = 1
		save(t, s, "amazon-uk", moved, fewer)
		cancelled := sale("ebay-uk", "3", 9, units("mug", 1))
		cancelled.Lines[0].Cancelled = 1
		save(t, s, "ebay-uk", cancelled)

		stopped, err = s.Packages.StoppedOrders(ctx)
		require.NoError(t, err)
		var what []string
		for _, o := range stopped {
			what = append(what, o.Reference+" "+o.What)
		}
		require.Equal(t, []string{"#1 another name or address", "#2 units cancelled", "#3 cancelled"}, what)
		require.NoError(t, s.Packages.NoteStopped(ctx, stopped))
		stopped, err = s.Packages.StoppedOrders(ctx)
		require.NoError(t, err)
		require.Empty(t, stopped, "reported once")

		gone := sale("amazon-uk", "2", 10, units("mug", 1), units("mug", 1))
		gone.Lines[0].Cancelled, gone.Lines[1].Cancelled = 1, 1
		save(t, s, "amazon-uk", gone)
		stopped, err = s.Packages.StoppedOrders(ctx)
		require.NoError(t, err)
		require.Len(t, stopped, 1)
		require.True(t, stopped[0].Cancelled)
		list, err := s.Packages.Exports(ctx, packages.ExportFilter{})
		require.NoError(t, err)
		require.Equal(t, 3, list[0].Notified)
		require.Equal(t, 1, list[0].Waiting)
	})
}

func TestNothingMoreIsReportedOfAShippedExportedOrder(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		toBePacked(t, s)
		shrunk := sale("amazon-uk", "8", 8, units("mug", 3))
		shrunk.Lines[0].Cancelled = 1
		save(t, s, "amazon-uk", shrunk)
		exportAll(t, s, packages.ExportRequest{})
		stopped, err := s.Packages.StoppedOrders(ctx)
		require.NoError(t, err)
		require.Empty(t, stopped, "what was cancelled before was not written")

		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("P", content("1-1", 2)))
		_, err = s.Packages.PreparePackage(ctx, row, "P", "order/1")
		require.NoError(t, err)
		_, err = s.Packages.PackageConfirmed(ctx, row, "P", channel.Confirmation{})
		require.NoError(t, err)
		moved := sale("amazon-uk", "1", 9, units("mug", 2))
		moved.Buyer.Line1 = "2 Weir Lane"
		save(t, s, "amazon-uk", moved)
		for _, statements := range []int64{2, 1} {
			before := s.Statements()
			stopped, err = s.Packages.StoppedOrders(ctx)
			require.NoError(t, err)
			require.Empty(t, stopped, "it has left")
			require.Equal(t, statements, s.Statements()-before, "it is marked once, and not read again")
		}
	})
}

func TestOrdersAreFoundByAnyOfTheirNamesInThreeStatements(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		toBePacked(t, s)
		p := pack("P", content("1-1", 2))
		p.CarrierName, p.Service, p.Carrier = "Narrowboat Couriers", "Slow", "Other"
		process(t, s, rowID(t, s, "amazon-uk", "1"), p)
		before := s.Statements()
		found, err := s.Packages.OrdersNamed(ctx, append(packing.Names("1"), packing.Names("#2")...), "")
		require.NoError(t, err)
		require.EqualValues(t, 3, s.Statements()-before)
		require.Len(t, found, 2)
		require.Equal(t, p, found[0].Packages[0].Package)
		require.Equal(t, shipment.Processed, found[0].Packages[0].State)
		require.Equal(t, 1, found[1].Lines[1].Units.Reserved)
		require.True(t, found[0].Ready())
		found, err = s.Packages.OrdersNamed(ctx, []string{"1"}, "ebay-uk")
		require.NoError(t, err)
		require.Empty(t, found)

		out, err := s.Packages.PreparePackage(ctx, rowID(t, s, "amazon-uk", "1"), "P", "order/1")
		require.NoError(t, err)
		require.Equal(t, "Narrowboat Couriers", out.Shipment.Company())
		require.Equal(t, "Slow", out.Shipment.Service)
		used, err := s.Packages.TrackingUsed(ctx, []string{"TP", "nothing"})
		require.NoError(t, err)
		require.Equal(t, map[string][]string{"TP": {"amazon-uk 1"}}, used)
	})
}

func TestARefusedPackageIsReplacedAndAProcessedOneNever(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		toBePacked(t, s)
		row := rowID(t, s, "amazon-uk", "1")
		require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack("P", content("1-1", 3))}))
		out, err := s.Packages.ProcessPackage(ctx, row, "P")
		require.NoError(t, err)
		require.NotEmpty(t, out.Refused)
		state, refusal, err := s.Packages.PackageState(ctx, row, "P")
		require.NoError(t, err)
		require.Equal(t, shipment.Refused, state)
		require.Equal(t, out.Refused, refusal)
		process(t, s, row, pack("P", content("1-1", 2)))
		require.ErrorContains(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack("P", content("1-1", 1))}), "other contents")
		_, _, err = s.Packages.PackageState(ctx, row, "nothing")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
