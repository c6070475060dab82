package activities_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/internal/support"
	"github.com/towpath/towpath/starter"
)

// definitions are those of a channel.
type definitions map[string]*listing.Definition

func (d definitions) Definition(productType string) *listing.Definition { return d[productType] }

// mugDraft returns a mug that the channel's check lets pass, as it would be published, with the channel's definitions of it.
func (s *shop) mugDraft(kind channel.Kind) (listing.Draft, definitions) {
	s.t.Helper()
	p := channel.Product{Key: "CUP", Title: "Enamel mug", Description: "Holds half a pint.", Brand: "Quill", Images: []string{"https://images.example/mug.jpg"}, Currency: "GBP",
		Type: map[channel.Kind]string{channel.Amazon: "DRINKING_CUP", channel.EBay: "38250"}[kind], Variants: []channel.Variant{{SKU: "CUP", Price: 1099, Quantity: 5}}}
	if kind == channel.Amazon {
		p.Aspects = map[string][]string{"country_of_origin": {"GB"}, "merchant_shipping_group": {"Standard"}, "recommended_browse_nodes": {"3147411"},
			"supplier_declared_has_product_identifier_exemption": {"true"}}
	}
	conn, defined := s.environment.Connections[account], definitions{}
	for _, of := range conn.Wants(p) {
		d, err := conn.Define(s.t.Context(), of)
		require.NoError(s.t, err)
		defined[of] = &d
	}
	checked, err := conn.Check(s.t.Context(), []channel.Product{p}, defined)
	require.NoError(s.t, err)
	return listing.Draft{Product: p, Plans: checked[0].Plans}, defined
}

// soldToPlanted has the planted buyer buy a mug, packs it, and returns the order and the id of its line.
func (s *shop) soldToPlanted() (row orders.OrderRow, lineID string) {
	s.t.Helper()
	ctx := s.t.Context()
	placed, err := s.market.Place(ctx, market.Purchase{BookID: "planted", Currency: "GBP", Paid: true, Buyer: plantedBuyer, Lines: []market.PurchaseLine{{SKU: "MUG", Title: "Mug", Quantity: 2, UnitPrice: 100}}})
	require.NoError(s.t, err)
	require.Empty(s.t, placed.Refused)
	var found []orders.OrderRow
	polltest.Until(s.t, "the order is saved", func() bool {
		a := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller, Scans: &paced{}}
		do[activities.PageOutput](s, a.SyncOrdersPage, activities.PageInput{Account: account, RunID: fmt.Sprint("scan-", time.Now().UnixNano()), Started: time.Now().UTC().Add(-time.Minute)})
		found, err = s.store.Orders.Find(ctx, orders.OrderFilter{Account: account, Limit: 1})
		require.NoError(s.t, err)
		return len(found) == 1
	})
	detail, err := s.store.Orders.Detail(ctx, found[0].Key.RowID)
	require.NoError(s.t, err)
	p := shipment.Package{ID: "P1", Label: "L1", Carrier: "Royal Mail", TrackingNumber: "RM000000001GB", Contents: []shipment.Content{{LineID: detail.Lines[0].LineID, Quantity: 2}}}
	require.NoError(s.t, s.store.Packages.SavePackages(ctx, found[0].Key.RowID, []shipment.Package{p}))
	_, err = s.store.Packages.ProcessPackage(ctx, found[0].Key.RowID, "P1")
	require.NoError(s.t, err)
	return found[0], detail.Lines[0].LineID
}

// failingCalls are what calls that fail are about.
type failingCalls struct {
	run     string
	row     orders.OrderRow
	line    string // its id on the channel
	mug     channel.Level
	draft   listing.Draft
	defined definitions
}

// failing makes every kind of call, each of which fails in some way, and saves what is kept of them as the activities do.
func (s *shop) failing(in failingCalls) {
	s.t.Helper()
	run, row := in.run, in.row
	conn, id := s.environment.Connections[account], row.Key.OrderID
	lines := []order.LineQuantity{{LineID: in.line, Quantity: 2}}
	for name, c := range map[string]struct {
		hit  channel.Hit
		call func(context.Context) error
	}{
		"orders": {channel.Hit{RunID: run}, func(ctx context.Context) error {
			_, err := conn.Orders(ctx, channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
			return err
		}},
		"order": {channel.Hit{OrderID: row.Key.RowID}, func(ctx context.Context) error { _, err := conn.Order(ctx, id); return err }},
		"levels": {channel.Hit{RunID: run, SKU: "MUG"}, func(ctx context.Context) error {
			answer, err := conn.SetLevels(ctx, []channel.Level{in.mug})
			if err == nil && len(answer.Results) > 0 && answer.Results[0].Fault != nil {
				return answer.Results[0].Fault
			}
			return err
		}},
		"shipment": {channel.Hit{OrderID: row.Key.RowID, PackageID: "P1"}, func(ctx context.Context) error {
			_, err := conn.ConfirmShipment(ctx, channel.Shipment{OrderID: id, PackageID: "P1", Number: 1, Carrier: "Royal Mail", TrackingNumber: "RM000000001GB",
				ShippedAt: time.Now(), Lines: []channel.ShipmentLine{{LineID: in.line, Quantity: 2}}})
			return err
		}},
		"publication": {channel.Hit{RunID: run, SKU: "CUP"}, func(ctx context.Context) error {
			out, err := conn.Submit(ctx, []listing.Draft{in.draft}, false, in.defined)
			if err == nil && len(out.Results) > 0 && out.Results[0].Fault != nil {
				return out.Results[0].Fault
			}
			return err
		}},
		"cancellation": {channel.Hit{OrderID: row.Key.RowID}, func(ctx context.Context) error {
			_, err := conn.(channel.Canceller).CancelOrder(ctx, channel.Cancellation{OrderID: id, Whole: true, Cause: order.CauseBuyer, Lines: lines})
			return err
		}},
		"listings": {channel.Hit{RunID: run}, func(ctx context.Context) error {
			_, err := conn.Listings(ctx, channel.ListingsQuery{SKUs: []string{"MUG"}})
			return err
		}},
	} {
		ctx, made := channel.WithCalls(s.t.Context())
		err := c.call(ctx)
		var list []*channel.Fault
		if err != nil {
			f := channel.AsFault(err, name)
			f.Hit = c.hit
			list = append(list, f)
		}
		var calls []runs.Call
		for _, call := range made.List() {
			calls = append(calls, runs.Call{Account: account, Endpoint: channel.Production, RunID: c.hit.RunID, OrderID: c.hit.OrderID, PackageID: c.hit.PackageID, Call: call})
		}
		require.NoError(s.t, s.store.Runs.SaveFaults(s.t.Context(), account, list, calls...))
	}
}

// kept returns everything that is kept of calls in the store, and how many of them failed, by operation.
func (s *shop) kept() (text string, failed map[string]int) {
	s.t.Helper()
	failed = map[string]int{}
	err := s.store.DB.Read(s.t.Context(), `SELECT operation, request, answer FROM calls WHERE class <> '' ORDER BY id`, func(rows *sql.Rows) error {
		var operation, request, answer string
		err := rows.Scan(&operation, &request, &answer)
		text += request + "\n" + answer + "\n"
		failed[operation]++
		require.NotEmpty(s.t, request, operation)
		return err
	})
	require.NoError(s.t, err)
	return text, failed
}

// The files for a channel's support, and what is kept of calls, have no buyers and no secrets, whatever fails and however the channel repeats
// what it was sent.
func TestNoSupportFileHasBuyersOrSecrets(t *testing.T) {
	t.Parallel()
	writes := map[channel.Kind][]string{
		channel.Amazon:  {"patchListingsItem", "confirmShipment", "putListingsItem", "createFeedDocument"},
		channel.EBay:    {"bulkUpdatePriceQuantity", "createShippingFulfillment", "bulkCreateOrReplaceInventoryItem", "createCancellation"},
		channel.Shopify: {"inventorySetQuantities", "fulfillmentCreate", "productSet", "orderCancel"},
	}
	reads := map[channel.Kind][]string{channel.Amazon: {"searchOrders", "getOrder", "token"}, channel.EBay: {"getOrders", "getOrder", "getToken"}, channel.Shopify: {"orders", "order"}}
	for _, kind := range channel.Kinds() {
		for database, address := range storetest.Openers {
			t.Run(string(kind)+" on "+database, func(t *testing.T) {
				t.Parallel()
				s, e := openEchoing(t, kind, address(t))
				requireNoSecrets(t, s, e, kind, slices.Concat(reads[kind], writes[kind]), writes[kind])
			})
		}
	}
}

// requireNoSecrets has every call of a shop fail in every way, and looks for what was planted in what is kept and in every file for the support.
func requireNoSecrets(t *testing.T, s *shop, e *echo, kind channel.Kind, operations, writes []string) {
	t.Helper()
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	require.NoError(t, s.market.List(ctx, []market.Listing{{SKU: "MUG", Title: "A mug", Price: 1000, Quantity: 9}}))
	page, err := s.environment.Connections[account].Listings(ctx, channel.ListingsQuery{SKUs: []string{"MUG"}})
	require.NoError(t, err)
	mug := channel.Level{SKU: "MUG", ListingRef: page.Listings[0].Ref, Quantity: 3, From: &page.Listings[0].Quantity, Key: "mug-1"}
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "MUG", SKU: "MUG"}}))
	row, line := s.soldToPlanted()
	draft, defined := s.mugDraft(kind)
	f := failingCalls{"run-1", row, line, mug, draft, defined}
	require.NoError(t, s.store.Runs.StartRun(ctx, runs.Run{ID: "run-1", Kind: runs.RunStock, Account: account, Endpoint: channel.Production, StartedAt: time.Now().UTC()}))
	for i, rates := range []faults.Rates{{Unavailable: 1, Operations: writes}, {Throttle: 1, Operations: writes}, {Unavailable: 1}, {Throttle: 1}, {Malformed: 1}, {Truncated: 1},
		{Reset: 1}, {ServerError: 1}, {ForbiddenSKU: 1}, {ProductGone: 1}, {ListingLimit: 1}, {SKUError: 1}, {UnreadableOrder: 1}, {RevokedGrant: 1}} {
		require.NoError(t, s.faults.Set(rates.For(kind)))
		f.mug.Key = fmt.Sprint("mug-", i)
		s.failing(f)
	}
	kept, failed := s.kept()
	for _, operation := range operations {
		require.Positive(t, failed[operation], "%s: %v", operation, failed)
	}
	require.NotEmpty(t, e.heard())
	none := func(where, text string) {
		for _, word := range append(plantedWords(), e.heard()...) {
			require.NotContains(t, text, word, where)
		}
	}
	none("the store", kept)

	list, err := s.store.Runs.Faults(ctx, runs.FaultFilter{Account: account, Limit: 1})
	require.NoError(t, err)
	asked := &starter.Starter{Store: s.store}
	for of, reference := range map[support.Kind]string{support.Item: "MUG", support.Run: "run-1", support.Order: row.Reference, support.Package: row.Reference + "/P1",
		support.Account: account, support.Error: list[0].ID} {
		d, err := asked.Support(ctx, of, reference, account)
		require.NoError(t, err)
		require.NotEmpty(t, d.Faults, of)
		require.True(t, of == support.Error || strings.Contains(unzipped(t, d), `"request"`), "%s has a call that failed", of)
		none(string(of), unzipped(t, d))
	}
}

// unzipped returns all bytes of a support file.
func unzipped(t *testing.T, d support.Dossier) string {
	t.Helper()
	archive, err := d.Zip()
	require.NoError(t, err)
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	var all strings.Builder
	for _, f := range r.File {
		in, err := f.Open()
		require.NoError(t, err)
		_, err = io.Copy(&all, in)
		require.NoError(t, err)
	}
	return string(archive) + all.String()
}
