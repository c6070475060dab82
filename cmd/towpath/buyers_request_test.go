package main

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
)

// shopifyAsks writes a webhook's body to a file and runs the command on it.
func (b *fixture) shopifyAsks(topic, body string, more ...string) (code int, out, errs string) {
	b.t.Helper()
	path := b.outFile("request.json")
	require.NoError(b.t, os.WriteFile(path, []byte(body), 0o600))
	return b.run(append([]string{"buyers", "request", path, "--topic", topic}, more...)...)
}

// Shopify's requests concern the shop's own accounts: the orders that they name, and those of the buyer's e-mail address or phone.
func TestShopifysRequestsAboutBuyersAreAnswered(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx := context.Background()
	require.NoError(t, b.store.Write(ctx, "name the shop", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE accounts SET marketplace = 'Netherlock.myshopify.com' WHERE id = 'shopify-uk'`)
		return err
	}))
	var page []order.Snapshot
	for id, contact := range map[string]order.Buyer{"299938": {Email: "other@example.com"}, "299939": {Phone: "+44 161 496 0001"}, "299940": {Email: "eve@example.com"}} {
		o := b.order("gid://shopify/Order/" + id)
		o.Reference, o.Buyer = "#"+id, &contact
		page = append(page, o)
	}
	_, err := b.store.Orders.SavePage(ctx, orders.Page{Account: "shopify-uk", RunID: "r", SeenAt: epoch, Orders: page})
	require.NoError(t, err)

	const data = `{"shop_id":1,"shop_domain":"netherlock.myshopify.com","orders_requested":[299938],"customer":{"id":1,"email":"ANN@example.com","phone":"441614960001"},"data_request":{"id":9999}}`
	held := b.outFile("held.json")
	code, out, errs := b.shopifyAsks("customers/data_request", data, "--out", held)
	require.Zero(t, code, errs)
	require.Contains(t, out, "4 orders of shopify-uk in ")
	text, err := os.ReadFile(held)
	require.NoError(t, err)
	for _, word := range []string{buyerName, buyerNote, "other@example.com", "+44 161 496 0001", "#299938"} {
		require.Contains(t, string(text), word)
	}
	require.NotContains(t, string(text), "eve@example.com")
	require.NotContains(t, string(text), "amazon-uk")
	info, err := os.Stat(held)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	code, out, errs = b.run("buyers", "log")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Shopify customers/data_request")

	const redact = `{"shop_id":1,"shop_domain":"netherlock.myshopify.com","customer":{"id":1,"email":"ann@example.com","phone":"+441614960001"},"orders_to_redact":[299938,1]}`
	code, out, errs = b.shopifyAsks("customers/redact", redact)
	require.Zero(t, code, errs)
	require.Contains(t, out, "4 orders of shopify-uk: 4 records removed.")
	code, out, errs = b.shopifyAsks("customers/redact", redact)
	require.Zero(t, code, errs)
	require.Contains(t, out, "0 orders of shopify-uk: 0 records removed.", "once")
	code, out, errs = b.run("buyers", "show", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, buyerName, "the same buyer on another channel asked nothing of Shopify")

	const shop = `{"shop_id":1,"shop_domain":"netherlock.myshopify.com"}`
	code, out, errs = b.shopifyAsks("shop/redact", shop, "--reason", "uninstalled")
	require.Zero(t, code, errs)
	require.Contains(t, out, "1 order of shopify-uk: 1 record removed.")
	code, out, errs = b.run("buyers", "log")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Shopify shop/redact:")
	require.NotContains(t, out, "@example.com")

	for name, wrong := range map[string][]string{
		"another shop":                     {"shop/redact", `{"shop_domain":"other.myshopify.com"}`},
		"a customer's request as a shop's": {"shop/redact", redact},
		"no such topic":                    {"orders/create", redact},
		"nowhere to write":                 {"customers/data_request", data},
		"a file that is there":             {"customers/data_request", data, "--out", held},
		"a file for what removes":          {"customers/redact", redact, "--out", b.outFile("x.json")},
		"no request":                       {"customers/redact", "{"},
	} {
		code, _, errs = b.shopifyAsks(wrong[0], wrong[1], wrong[2:]...)
		require.Equal(t, exitUsage, code, "%s: %s", name, errs)
		require.NotContains(t, errs, "ann@example.com")
	}
	code, _, _ = b.run("buyers", "request", b.outFile("nowhere.json"), "--topic", "shop/redact")
	require.Equal(t, exitUsage, code)
}
