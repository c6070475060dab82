package starter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

func open(t *testing.T, text string) *merchantfile.File {
	t.Helper()
	f, err := merchantfile.Open(context.Background(), "packages.csv", bytes.NewReader([]byte(text)), int64(len(text)), merchantfile.Options{})
	require.NoError(t, err)
	return f
}

func outcomes(r starter.FileResult) []string {
	var out []string
	for _, p := range r.Packages {
		out = append(out, fmt.Sprintf("%v %s %s", p.Lines, p.Reference, p.Outcome))
	}
	return out
}

var cancellation = orders.Cancellation{ID: "C1", Reason: "race"}

func receive(t *testing.T, d *fixture, n int) {
	t.Helper()
	_, err := d.store.Ledger.ApplyStock(context.Background(), []stock.Change{{Key: "more", SKU: "lamp", Location: "main", Kind: stock.Receipt, Quantity: n}})
	require.NoError(t, err)
}

const ownForm = "account,order,line,quantity,carrier,tracking,shipped\n"

func TestAFileOfPackagesIsProcessedOnceHoweverOftenItIsGiven(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1", "2", "3")
	text := ownForm + `ebay-uk,1,1-2,1,Royal Mail,="AB1",2026-11-21
,#2,,,DPD,AB2,2026-11-21
,3,,,,,
`
	// The first run is ended between saving and processing, and one answer is lost.
	d.calls.fail = func(id string) error {
		if strings.Count(id, "/") == 1 && len(d.calls.asked) == 1 {
			return errors.New("the line is down")
		}
		return nil
	}
	var steps []int
	out, err := d.ProcessFile(ctx, open(t, text), starter.PackagesFile{Progress: func(done, total int) { steps = append(steps, done*10+total) }})
	require.NoError(t, err)
	require.Equal(t, 1, out.Counts[starter.FileFailed])
	require.Equal(t, 1, out.Counts[starter.FileProcessed])
	require.Equal(t, 1, out.Waiting)
	require.Contains(t, out.Notes[0], "line 2: the tracking number is read as AB1")
	require.Equal(t, []int{12, 22}, steps)
	d.calls.fail = nil
	out, err = d.ProcessFile(ctx, open(t, text), starter.PackagesFile{})
	require.NoError(t, err)
	require.Equal(t, 1, out.Counts[starter.FileAlready])
	require.Equal(t, 1, out.Counts[starter.FileProcessed])
	asked := len(d.calls.asked)
	out, err = d.ProcessFile(ctx, open(t, text), starter.PackagesFile{})
	require.NoError(t, err)
	require.Equal(t, []string{"[2] #1 already", "[3] #2 already"}, outcomes(out))
	require.Len(t, d.calls.asked, asked, "nothing was asked for")
	for _, id := range []string{"1", "2"} {
		packages := d.detail(t, "ebay-uk", id).Packages
		require.Len(t, packages, 1)
		require.Equal(t, shipment.Processed, packages[0].State)
	}
}

func TestOneMistakeHoldsAFileUnlessTheRestMayGo(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1", "2", "3")
	text := ownForm + `,1,1-2,1,DPD,AB1,2026-11-21
,2,2-2,1,DPD,AB2,2026-11-21
,2,500000000002,x,DPD,AB2,2026-11-21
,3,,,DPD,9.4001E+21,2026-11-21
,9999,,,DPD,AB4,2026-11-21
`
	out, err := d.ProcessFile(ctx, open(t, text), starter.PackagesFile{})
	require.NoError(t, err)
	require.False(t, out.Done)
	require.Equal(t, 3, out.Wrong, out.Mistakes)
	require.Empty(t, d.calls.asked)
	var lines []int
	for _, m := range out.Mistakes {
		lines = append(lines, m.Line)
	}
	require.Equal(t, []int{4, 5, 6}, lines)
	out, err = d.ProcessFile(ctx, open(t, text), starter.PackagesFile{SkipBad: true})
	require.NoError(t, err)
	require.Equal(t, []string{"[2] #1 processed"}, outcomes(out), "a package with a bad row does not go without it")
	out, err = d.ProcessFile(ctx, open(t, ownForm+",3,,,DPD,T3,\n"), starter.PackagesFile{DryRun: true})
	require.NoError(t, err)
	require.Equal(t, []string{"[2] #3 ready"}, outcomes(out))
	require.Empty(t, d.detail(t, "ebay-uk", "3").Packages)
}

func TestPackagesOfAnObservingAccountAreReportedAsHeldAndARaceAsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	d.sell(t, "amazon-uk", "2")
	_, err := d.store.Settings.Observe(ctx, "ebay-uk")
	require.NoError(t, err)
	d.calls.fail = func(id string) error { // somebody cancels the order after the file was checked
		row := d.row(t, "amazon-uk", "2")
		if row.State == "cancelled" {
			return nil
		}
		if err := d.store.Orders.SaveCancellation(ctx, row.Key.RowID, cancellation); err != nil {
			return err
		}
		_, err := d.store.Orders.ApplyCancellation(ctx, row.Key.RowID, cancellation.ID)
		return err
	}
	out, err := d.ProcessFile(ctx, open(t, ownForm+",1,,,DPD,T1,\n,2,,,DPD,T2,\n"), starter.PackagesFile{})
	require.NoError(t, err)
	require.Equal(t, []string{"[2] #1 held", "[3] #2 refused"}, outcomes(out))
	require.Contains(t, out.Packages[1].Why, "cancelled")
}

func TestWhenEverythingFailsTheRestIsNotTried(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	var ids []string
	text := ownForm
	for i := range 60 {
		ids = append(ids, fmt.Sprint(100+i))
		text += fmt.Sprintf(",%d,%d-2,1,DPD,T%d,\n", 100+i, 100+i, i)
	}
	receive(t, d, 200)
	d.sell(t, "ebay-uk", ids...)
	d.calls.fail = func(string) error { return errors.New("nobody answers") }
	out, err := d.ProcessFile(context.Background(), open(t, text), starter.PackagesFile{})
	require.NoError(t, err)
	require.NotZero(t, out.Counts[starter.FileUntried])
	require.Equal(t, 60, out.Counts[starter.FileUntried]+out.Counts[starter.FileFailed])
	d.calls.fail = nil
	before := d.store.Statements()
	out, err = d.ProcessFile(context.Background(), open(t, text), starter.PackagesFile{DryRun: true})
	require.NoError(t, err)
	require.Equal(t, 60, out.Counts[starter.FileReady])
	require.EqualValues(t, 4, d.store.Statements()-before, "however many rows there are")
}

func TestTheSampleFilesAreRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"shipstation-shipments.csv", "amazon-shipping-confirmation-uk.txt", "amazon-shipping-confirmation-jp.txt"} {
		text, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		d := newFixture(t)
		out, err := d.ProcessFile(context.Background(), open(t, string(text)), starter.PackagesFile{})
		require.NoError(t, err)
		require.NotZero(t, out.Wrong, "no order of it is known")
		require.NotZero(t, out.Rows, name)
		require.Empty(t, d.calls.asked)
	}
}
