package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// journeySteps are the transactions of an order that is shipped in one package, in their order.
var journeySteps = []string{"new", "same", "packages", "process", "prepare", "confirm", "shipped"}

// journey takes orders through the store, from the first page that shows them to the page that shows them as shipped, and counts the statements
// of each step.
type journey struct {
	*store.Store
	statements map[string]int64
	orders     int
}

// newJourney prepares SKUs and stock for orders with a number of lines.
func newJourney(t testing.TB, s *store.Store, lines int) *journey {
	skus := skusOf(bigPage("first", 1, lines))
	link(t, s, skus...)
	var changes []stock.Change
	for _, sku := range skus {
		changes = append(changes, stock.Change{Key: sku, SKU: sku, Location: "main", Kind: stock.Opening, Quantity: 1_000_000})
	}
	_, err := s.Ledger.ApplyStock(ctx, changes)
	require.NoError(t, err)
	_, err = s.Buyers.Sealer(ctx) // the first call makes the key of hashes
	require.NoError(t, err)
	return &journey{Store: s, statements: map[string]int64{}}
}

// ship takes one order through the store.
func (j *journey) ship(t testing.TB, lines int) {
	j.orders++
	page := bigPage(fmt.Sprint("o", j.orders), 1, lines)
	shown := &page.Orders[0]
	pack := pack("p", nil...)
	for _, l := range shown.Lines {
		pack.Contents = append(pack.Contents, content(l.ID, l.Quantity))
	}
	var saved orders.PageResult
	save := func() (err error) { saved, err = j.Orders.SavePage(ctx, page); return err }
	j.step(t, "new", save)
	require.NoError(t, j.Orders.MarkDelivered(ctx, saved.Outbox))
	row := saved.Outbox[0].Key.RowID
	j.step(t, "same", save)
	j.step(t, "packages", func() error { return j.Packages.SavePackages(ctx, row, []shipment.Package{pack}) })
	j.step(t, "process", func() error { _, err := j.Packages.ProcessPackage(ctx, row, "p"); return err })
	j.step(t, "prepare", func() error { _, err := j.Packages.PreparePackage(ctx, row, "p", "order/1"); return err })
	j.step(t, "confirm", func() error {
		out, err := j.Packages.PackageConfirmed(ctx, row, "p", channel.Confirmation{Ref: "f"})
		require.Equal(t, order.Shipped, out.State)
		return err
	})
	shown.UpdatedAt, shown.Fulfilment = shown.UpdatedAt.Add(time.Minute), order.FulfilmentShipped
	j.step(t, "shipped", save)
}

func (j *journey) step(t testing.TB, name string, do func() error) {
	before := j.Statements()
	require.NoError(t, do())
	j.statements[name] += j.Statements() - before
}

// Each transaction of an order's way has the statements that it needs, and no more. PostgreSQL, where others write too, keeps the account's
// links as they are, and reads lines again when their levels are locked.
func TestAnOrderTakesFewStatements(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		j := newJourney(t, s, 3)
		j.ship(t, 3)
		want := map[string]int64{"new": 16, "same": 4, "packages": 5, "process": 9, "prepare": 3, "confirm": 7, "shipped": 13}
		if strings.HasSuffix(t.Name(), "/postgres") {
			for step, more := range map[string]int64{"new": 1, "process": 1, "confirm": 1, "shipped": 2} {
				want[step] += more
			}
		}
		require.Equal(t, want, j.statements)
	})
}

// BenchmarkShip takes orders of 20 lines through the store, each in one package: processor time, and the statements of each step.
func BenchmarkShip(b *testing.B) {
	for database, address := range storetest.Openers {
		b.Run(database, func(b *testing.B) {
			const lines = 20
			j := newJourney(b, storetest.Fresh(b, address(b)), lines)
			before := storetest.Processor()
			for b.Loop() {
				j.ship(b, lines)
			}
			b.ReportMetric(float64((storetest.Processor()-before).Microseconds())/float64(j.orders), "cpu-us/op")
			for _, step := range journeySteps {
				b.ReportMetric(float64(j.statements[step])/float64(j.orders), step)
			}
		})
	}
}
