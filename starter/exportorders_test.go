package starter_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/orderfile"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/starter"
)

func (d *fixture) export(t *testing.T, o starter.ExportOrders) (starter.ExportedFile, string) {
	t.Helper()
	o.By = "ann"
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "orders.csv")
	}
	out, err := d.ExportOrders(context.Background(), o)
	require.NoError(t, err)
	text, err := os.ReadFile(o.Path)
	if out.Export == nil {
		require.ErrorIs(t, err, os.ErrNotExist, "no file of nothing")
		return out, ""
	}
	require.NoError(t, err)
	info, err := os.Stat(o.Path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := filepath.Glob(filepath.Join(filepath.Dir(o.Path), ".towpath-*"))
	require.NoError(t, err)
	require.Empty(t, left)
	return out, string(text)
}

func TestWhatIsExportedComesBackWithTrackingNumbers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1", "2")
	d.sell(t, "amazon-uk", "1")
	out, text := d.export(t, starter.ExportOrders{Format: orderfile.CSV})
	require.Equal(t, 3, out.Orders)
	require.Equal(t, 6, out.Units)
	require.Contains(t, text, `"'=Ann, ""Lock"""`, "a name that a spreadsheet would take for a formula")
	require.Contains(t, text, "'00501")
	again, _ := d.export(t, starter.ExportOrders{Format: orderfile.CSV})
	require.Nil(t, again.Export, "no order twice")
	require.Equal(t, 3, again.LeftOut.Exported)

	// The person who packs fills in two of the three orders.
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	require.Equal(t, []string{"'=Ring twice", "", ""}, []string{rows[1][at["note"]], rows[1][at["line note"]], rows[1][at["gift message"]]})
	require.Equal(t, []string{"'=Ring twice", "gift wrap: PREMIUM", "Yours, Bob"}, []string{rows[2][at["note"]], rows[2][at["line note"]], rows[2][at["gift message"]]})
	require.Equal(t, "'500000000001", rows[1][at["line"]], "twelve digits: a spreadsheet would shorten them")
	for _, r := range rows[1:5] {
		r[at["carrier"]], r[at["tracking"]] = "Royal Mail", "="+`"`+strings.Trim(r[at["order"]], "#")+r[at["account"]]+`"`
	}
	var filled bytes.Buffer
	require.NoError(t, csv.NewWriter(&filled).WriteAll(rows))
	f, err := merchantfile.Open(ctx, "back.csv", bytes.NewReader(filled.Bytes()), int64(filled.Len()), merchantfile.Options{})
	require.NoError(t, err)
	processed, err := d.ProcessFile(ctx, f, starter.PackagesFile{})
	require.NoError(t, err)
	require.Empty(t, processed.Mistakes)
	require.Equal(t, map[starter.FileOutcome]int{starter.FileProcessed: 2}, processed.Counts)
	require.Equal(t, 2, processed.Waiting)
	require.Equal(t, "processed", string(d.detail(t, "ebay-uk", "1").State))
	require.Equal(t, "open", string(d.detail(t, "amazon-uk", "1").State))
}

func TestShipStationsColumnsAreItsOwnAndPhonesStayPhones(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	_, text := d.export(t, starter.ExportOrders{Format: orderfile.ShipStation})
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"Order #", "Order Date", "Order Total"}, rows[0][:3], "without a mark before the first")
	require.Equal(t, []string{"#1", "11/20/2026 09:00:00", "12.50", "12.50"}, rows[1][:4])
	require.Contains(t, rows[1], "'=Ann, \"Lock\"")
	require.Contains(t, rows[1], "00501", "ShipStation reads text")
	require.Contains(t, rows[1], "500000000001")
	for _, r := range rows[1:] {
		require.Equal(t, []string{"'=Ring twice", "true", "Yours, Bob"}, r[20:23], "%s, %s, %s", rows[0][20], rows[0][21], rows[0][22])
	}
	require.Equal(t, []string{"Item Options", "", "gift wrap: PREMIUM"}, []string{rows[0][len(rows[0])-1], rows[1][len(rows[0])-1], rows[2][len(rows[0])-1]})
}

// failing is a disk that is full after some bytes.
type failing struct{ left int }

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(b), nil
}

func TestAFileThatWasNeverFinishedIsReportedByTheNextExportAndWrittenAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1", "2")
	_, err := d.ExportOrders(ctx, starter.ExportOrders{Format: orderfile.CSV, Out: &failing{left: 100}})
	require.ErrorContains(t, err, "towpath orders export --again 1")
	out, _ := d.export(t, starter.ExportOrders{Format: orderfile.CSV})
	require.Nil(t, out.Export)
	require.Len(t, out.Unfinished, 1)

	row := d.row(t, "ebay-uk", "1")
	_, err = d.Cancel(ctx, row, orders.Cancellation{Reason: "changed his mind"})
	require.NoError(t, err)
	out, text := d.export(t, starter.ExportOrders{Again: 1})
	require.Equal(t, 1, out.Orders)
	require.Equal(t, 1, out.Gone)
	require.NotContains(t, text, "#1,")
	require.Len(t, out.Stopped, 1)
	require.Equal(t, "#1", out.Stopped[0].Reference)
	require.Empty(t, out.Unfinished)
	require.NoError(t, d.store.Packages.NoteStopped(ctx, out.Stopped))
	out, _ = d.export(t, starter.ExportOrders{Format: orderfile.ShipStation})
	require.Empty(t, out.Unfinished)
	require.Empty(t, out.Stopped)
}

func TestAnExportThatCannotBeWrittenRecordsNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	there := filepath.Join(t.TempDir(), "there.csv")
	require.NoError(t, os.WriteFile(there, []byte("yesterday's"), 0o600))
	var usage *starter.UsageError
	for _, o := range []starter.ExportOrders{{Format: orderfile.CSV, Path: there}, {Format: orderfile.CSV, Path: filepath.Join(there, "x")},
		{Format: "pdf", Out: &bytes.Buffer{}}, {Again: 7, Out: &bytes.Buffer{}}} {
		_, err := d.ExportOrders(ctx, o)
		require.ErrorAs(t, err, &usage)
	}
	list, err := d.store.Packages.Exports(ctx, packages.ExportFilter{})
	require.NoError(t, err)
	require.Empty(t, list)
	require.Equal(t, 1, func() int { out, _ := d.export(t, starter.ExportOrders{Format: orderfile.CSV}); return out.Orders }())
}

func TestOrdersOfAnAccountThatObservesArePackedByTheOlderTool(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1")
	_, err := d.store.Settings.Observe(ctx, "ebay-uk")
	require.NoError(t, err)
	out, _ := d.export(t, starter.ExportOrders{Format: orderfile.CSV})
	require.Nil(t, out.Export)
	require.Equal(t, 1, out.LeftOut.Observing)
	out, _ = d.export(t, starter.ExportOrders{Format: orderfile.CSV, Account: "ebay-uk"})
	require.Equal(t, 1, out.Orders)
}

// One buyer who can't be read keeps back no other order: that order is named with the reason, and the next export has it again.
func TestAnOrderWhoseBuyerCanNotBeReadIsLeftOut(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newFixture(t)
	d.sell(t, "ebay-uk", "1", "2", "3")
	row := d.row(t, "ebay-uk", "2").Key.RowID
	spoil := func(change string) {
		require.NoError(t, d.store.WriteKeys(ctx, "spoil", func(ctx context.Context, t *db.Tx) error {
			_, err := t.Exec(ctx, `UPDATE buyer_keys SET wrapped = `+change+` WHERE order_id = $1`, row)
			return err
		}))
	}
	spoil(`'!' || wrapped`)
	out, text := d.export(t, starter.ExportOrders{Format: orderfile.CSV})
	require.Equal(t, 2, out.Orders)
	require.Equal(t, 2, out.Export.Orders)
	require.Len(t, out.Unreadable, 1)
	require.Equal(t, "2", out.Unreadable[0].OrderID)
	require.Contains(t, out.Unreadable[0].Why, "changed by somebody else")
	require.NotContains(t, text, "ebay-uk,#2,")
	require.Zero(t, out.LeftOut.Exported)
	views, err := d.store.Buyers.Views(ctx, buyers.ViewFilter{Order: row})
	require.NoError(t, err)
	require.Empty(t, views, "nobody has seen it")

	out, _ = d.export(t, starter.ExportOrders{Format: orderfile.CSV})
	require.Nil(t, out.Export, "no file of nothing")
	require.Len(t, out.Unreadable, 1)
	listed, err := d.store.Packages.Exports(ctx, packages.ExportFilter{})
	require.NoError(t, err)
	require.Len(t, listed, 1)

	spoil(`substr(wrapped, 2)`)
	out, text = d.export(t, starter.ExportOrders{Format: orderfile.CSV})
	require.Equal(t, 1, out.Orders)
	require.Contains(t, text, "#2,")
	require.Empty(t, out.Unreadable)

	spoil(`'!' || wrapped`)
	out, _ = d.export(t, starter.ExportOrders{Again: out.Export.ID})
	require.Len(t, out.Unreadable, 1)
	again, _ := d.export(t, starter.ExportOrders{Format: orderfile.CSV})
	require.Nil(t, again.Export, "it was in a file before: never twice")
	require.Empty(t, again.Unreadable)
}
