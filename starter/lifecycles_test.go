package starter_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/starter"
)

// lifecycles is a fake Temporal client with every order's lifecycle: an update does in the store what the real
// handler does, and a repeated update id gets the same answer again, whatever is asked, as on the real server.
type lifecycles struct {
	client.Client
	store *store.Store

	mu      sync.Mutex
	answers map[string]message.OrderResult
	asked   []string
	fail    func(id string) error // of an update, before it is carried out
	after   func(id string) error // after it was carried out: the answer is lost
	wake    error
	begins  func() // when the lifecycle of a new order is started
}

func (l *lifecycles) NewWithStartWorkflowOperation(client.StartWorkflowOptions, any, ...any) client.WithStartWorkflowOperation {
	return nil
}

func (l *lifecycles) SignalWithStartWorkflow(context.Context, string, string, any, client.StartWorkflowOptions, any, ...any) (client.WorkflowRun, error) {
	return nil, l.wake
}

func (l *lifecycles) ExecuteWorkflow(context.Context, client.StartWorkflowOptions, any, ...any) (client.WorkflowRun, error) {
	if l.begins != nil {
		l.begins()
	}
	return nil, nil
}

func (l *lifecycles) UpdateWithStartWorkflow(ctx context.Context, o client.UpdateWithStartWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	u := o.UpdateOptions
	key := u.WorkflowID + " " + u.UpdateID
	l.asked = append(l.asked, u.UpdateID)
	if l.fail != nil {
		if err := l.fail(u.UpdateID); err != nil {
			return nil, err
		}
	}
	if _, known := l.answers[key]; !known {
		out, err := l.carryOut(ctx, u)
		if err != nil {
			return nil, err
		}
		l.answers[key] = message.OrderResult{State: out.State, Refused: out.Refused}
	}
	if l.after != nil {
		if err := l.after(u.UpdateID); err != nil {
			return nil, err
		}
	}
	return answered{result: l.answers[key]}, nil
}

func (l *lifecycles) carryOut(ctx context.Context, u client.UpdateWorkflowOptions) (orders.Outcome, error) {
	account, orderID, _ := message.ParseOrderWorkflowID(u.WorkflowID)
	found, err := l.store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: orderID, Limit: 1})
	if err != nil || len(found) == 0 {
		return orders.Outcome{}, errors.Join(err, errors.New("no such order"))
	}
	switch arg := u.Args[0].(type) {
	case message.ProcessRequest:
		return l.store.Packages.ProcessPackage(ctx, found[0].Key.RowID, arg.PackageID)
	case message.CancelRequest:
		return l.store.Orders.ApplyCancellation(ctx, found[0].Key.RowID, arg.CancelID)
	}
	return orders.Outcome{}, errors.New("no such update")
}

// answered is an update that was answered.
type answered struct {
	client.WorkflowUpdateHandle
	result message.OrderResult
}

func (a answered) Get(_ context.Context, to any) error {
	c := converter.GetDefaultDataConverter()
	p, err := c.ToPayload(a.result)
	if err != nil {
		return err
	}
	return c.FromPayload(p, to)
}

var epoch = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// fixture is a starter with a store of its own, two accounts and ten lamps.
type fixture struct {
	*starter.Starter
	store *store.Store
	calls *lifecycles
	file  string // of the store
}

// opened is a starter of a process of its own on the store in a file.
func opened(t *testing.T, file string) *fixture {
	t.Helper()
	s, err := store.Open(context.Background(), "sqlite:"+file, keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	calls := &lifecycles{store: s, answers: map[string]message.OrderResult{}}
	return &fixture{&starter.Starter{Temporal: calls, Store: s, Speed: 1, Logger: zap.NewNop()}, s, calls, file}
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	ctx := context.Background()
	d := opened(t, filepath.Join(t.TempDir(), "store.db"))
	s := d.store
	require.NoError(t, s.Migrate(ctx))
	account := func(id string, k channel.Kind) accounts.Account {
		return accounts.Account{Account: message.Account{ID: id, Channel: k, Endpoint: channel.Production}, Name: id,
			OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true}
	}
	require.NoError(t, s.Settings.SaveAccounts(ctx, []accounts.Account{account("amazon-uk", channel.Amazon), account("ebay-uk", channel.EBay)}))
	for _, id := range []string{"amazon-uk", "ebay-uk"} {
		_, err := s.Settings.GoLive(ctx, id, settings.Live{By: "test"})
		require.NoError(t, err)
	}
	require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "amazon-uk", ChannelSKU: "LAMP", SKU: "lamp"}, {Account: "ebay-uk", ChannelSKU: "LAMP", SKU: "lamp"}}))
	_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 10}})
	require.NoError(t, err)
	return d
}

// sell saves paid orders, of two lines with one lamp each.
func (d *fixture) sell(t *testing.T, account string, ids ...string) {
	t.Helper()
	var list []order.Snapshot
	for _, id := range ids {
		list = append(list, order.Snapshot{ID: id, Reference: "#" + id, PlacedAt: epoch, UpdatedAt: epoch, Paid: true, Fulfilment: order.FulfilmentUnshipped,
			ChannelStatus: "new", Currency: "GBP", Total: 1250, Buyer: &order.Buyer{Name: "=Ann, \"Lock\"", Line1: "1 Lock Lane", City: "Hull", PostalCode: "00501", CountryCode: "GB",
				Note: "=Ring\ntwice", LineNotes: []order.LineNote{{LineID: id + "-2", Gift: "Yours, Bob", Text: "gift wrap: PREMIUM"}}},
			Lines: []order.SnapshotLine{
				{ID: "50000000000" + id, SKU: "LAMP", Title: "A lamp", Quantity: 1, UnitPrice: 500, Total: 500},
				{ID: id + "-2", SKU: "LAMP", Title: "A lamp", Quantity: 1, UnitPrice: 500, Total: 500}}})
	}
	_, err := d.store.Orders.SavePage(context.Background(), orders.Page{Account: account, RunID: "run", SeenAt: epoch, Orders: list})
	require.NoError(t, err)
}

func (d *fixture) row(t *testing.T, account, id string) orders.OrderRow {
	t.Helper()
	row, err := d.Find(context.Background(), id, account)
	require.NoError(t, err)
	return row
}

func (d *fixture) detail(t *testing.T, account, id string) orders.OrderDetail {
	t.Helper()
	detail, err := d.store.Orders.Detail(context.Background(), d.row(t, account, id).Key.RowID)
	require.NoError(t, err)
	return detail
}
