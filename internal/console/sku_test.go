package console

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/products"
)

// send submits a form as a page of the console does.
func (b *fixture) send(path string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.ctx, http.MethodPost, "http://console"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://console")
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, r)
	return w
}

var formKey = regexp.MustCompile(`name="key" value="([A-Z2-7]{26})"`)

// edit returns a filled-in form of a SKU's page.
func (b *fixture) edit(sku, quantity string) url.Values {
	b.t.Helper()
	key := formKey.FindStringSubmatch(b.page("/sku?" + url.Values{"sku": {sku}}.Encode()))
	require.NotNil(b.t, key, "the page has forms")
	return url.Values{"sku": {sku}, "key": {key[1]}, "location": {"main"}, "quantity": {quantity}, "reason": {"shelf checked"}, "by": {"Ann"}}
}

// textOf returns a page's text without its tags.
func textOf(body string) string {
	body = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")
	return strings.Join(strings.Fields(html.UnescapeString(body)), " ")
}

func TestACountSaysWhoWhyAndWhichOrdersWait(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 3)
	b.save("ebay-uk", "run-1", sale("12-1", time.Now().Add(-time.Hour), "lamp"))
	b.save("ebay-uk", "run-2", sale("12-2", time.Now(), "lamp"))
	form := b.edit("lamp", "1")
	w := b.send("/stock/count", form)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	done := w.Header().Get("Location")
	page := textOf(b.page(done))
	for _, want := range []string{
		"Counted 1 at main: on hand -2", "by Ann: shelf checked", "Backordered: order 12-2 ebay-uk 1 unit", "count found 1 main -2 0 Ann shelf checked",
		"release main 0 -1 order 12-2", "main lamp 1 1 0 none 1",
	} {
		require.Contains(t, page, want)
	}

	// A double click and a reload change nothing and get the same answer.
	again := b.send("/stock/count", form)
	require.Equal(t, done, again.Header().Get("Location"))
	require.Equal(t, 1, strings.Count(b.page("/sku?sku=lamp"), "count <span"))

	require.Equal(t, http.StatusSeeOther, b.send("/stock/receive", b.edit("lamp", "5")).Code)
	w = b.send("/stock/adjust", b.edit("lamp", "-2"))
	require.Contains(t, textOf(b.page(w.Header().Get("Location"))), "adjust at main: on hand -2")
	rows, err := b.store.Ledger.Stock(b.ctx, "lamp", "", 0)
	require.NoError(t, err)
	require.Equal(t, 4, rows[0].OnHand)
	require.Zero(t, rows[0].Backordered, "what came in went to the order that waited")
}

func TestAChangeThatCantBeMeantChangesNothing(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 3)
	wrong := func(what, name, value, want string) {
		t.Helper()
		form := b.edit("lamp", "1")
		form.Set(name, value)
		w := b.send("/stock/"+what, form)
		require.Equal(t, http.StatusUnprocessableEntity, w.Code, "%s %s=%s", what, name, value)
		require.Contains(t, textOf(w.Body.String()), want)
		require.Contains(t, w.Body.String(), `<a href="/sku?sku=`, "and leads back")
	}
	wrong("count", "reason", " ", "the reason is missing")
	wrong("count", "by", "", "your name is missing")
	wrong("count", "quantity", "-1", "can't be counted")
	wrong("count", "quantity", "1.5", "is not a whole number")
	wrong("count", "quantity", "99999999999", "Nothing was changed")
	wrong("receive", "quantity", "0", "can't come in")
	wrong("adjust", "quantity", "-4", "Nothing was changed")
	wrong("move", "to", "main", "both locations are main")
	wrong("count", "location", "moon", "there are main")
	wrong("count", "sku", "nothing", "not in the catalogue")
	wrong("count", "key", "x", "the form has no key")
	require.Equal(t, http.StatusNotFound, b.send("/stock/steal", b.edit("lamp", "1")).Code)
	rows, err := b.store.Ledger.Movements(b.ctx, "lamp", "", 0, 10)
	require.NoError(t, err)
	require.Len(t, rows, 1, "only the opening")

	r := httptest.NewRequestWithContext(b.ctx, http.MethodPost, "http://console/stock/count", strings.NewReader(b.edit("lamp", "0").Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://elsewhere")
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, r)
	require.Equal(t, http.StatusForbidden, w.Code)
}

func TestASKUsPageSaysWhatIsListedAndWhy(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.set("ebay-uk", func(a *accounts.Account) { a.Buffer, a.Cap = 1, 2 })
	b.product("mug", "Mug", 7)
	b.product("lid", "Lid", 1)
	require.NoError(t, b.store.Products.SaveVariants(b.ctx, []products.Variant{{SKU: "set", Title: "Mug with lid"}}))
	_, err := b.store.Products.SaveKits(b.ctx, []catalogue.Kit{{SKU: "set", Parts: []catalogue.Part{{SKU: "mug", Quantity: 2}, {SKU: "lid", Quantity: 1}}}})
	require.NoError(t, err)
	require.NoError(t, b.store.Links.SaveLinks(b.ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: "SET-1", SKU: "set", ListingRef: "r"}}))

	page := textOf(b.page("/sku?sku=mug"))
	require.Contains(t, page, "ebay-uk mug main 7 7 1 0 2 2 –", "offered, buffer, held, cap, to list")
	require.Contains(t, page, "Part of set (2 each)")
	kit := b.page("/sku?sku=set")
	require.Contains(t, textOf(kit), "2 × mug")
	require.Contains(t, textOf(kit), "ebay-uk SET-1 main 1 (lid decides) 1 1 0 2 0")
	require.NotContains(t, kit, `action="/stock/`, "a kit has no stock of its own")
	code, _ := b.get("/sku?sku=nothing")
	require.Equal(t, http.StatusNotFound, code)
	for _, path := range []string{"/sku?sku=mug&done=x", "/sku?sku=mug&done=count/ABC"} {
		code, _ = b.get(path)
		require.Equal(t, http.StatusBadRequest, code, path)
	}
}

func TestStockIsCountedByWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 1)
	b.product("rope", "Rope", 5)
	b.save("ebay-uk", "run-1", sale("12-1", time.Now(), "lamp", "lamp"))
	require.NoError(t, b.store.Products.SaveVariants(b.ctx, []products.Variant{{SKU: "spare", Title: "Spare rope"}}))
	_, err := b.store.Ledger.ApplyStock(b.ctx, []stock.Change{{Key: "o", SKU: "spare", Location: "main", Kind: "opening", Quantity: 2}})
	require.NoError(t, err)
	body := b.page("/stock")
	for _, want := range []string{">all <b>3</b>", ">backordered <b>1</b>", ">none free <b>1</b>", ">not listed <b>1</b>"} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, ">held <b>")
	require.Equal(t, []string{"lamp"}, rowsOf(b.page("/stock?show=backordered")))
	require.Equal(t, []string{"lamp"}, rowsOf(b.page("/stock?show=none-free")))
	require.Equal(t, []string{"spare"}, rowsOf(b.page("/stock?show=not-listed")))
	require.Equal(t, []string{"rope", "spare"}, rowsOf(b.page("/stock?search=ROPE")))
	require.Contains(t, b.page("/stock?search=%25"), "No SKU with stock fits")
	before := b.store.Statements()
	b.page("/stock?search=rope")
	require.LessOrEqual(t, b.store.Statements()-before, int64(4), "a handful of statements")
	before = b.store.Statements()
	b.page("/sku?sku=rope")
	require.LessOrEqual(t, b.store.Statements()-before, int64(10))
}
