package console

import (
	"html"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
)

// A wrong count is taken back by what it changed: what was sold since stays sold.
func TestAWrongCountIsTakenBack(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	counted := b.send("/stock/count", b.edit("lamp", "2"))
	require.Equal(t, http.StatusSeeOther, counted.Code, counted.Body)
	b.save("ebay-uk", "run-1", sale("12-1", time.Now(), "lamp"))
	page := b.page(counted.Header().Get("Location"))
	link := regexp.MustCompile(`role="status">\s*<p>.*<a href="(/sku\?sku=lamp&amp;undo=[0-9]+)#edit-adjust">Undo it</a>`).FindStringSubmatch(page)
	require.NotNil(t, link, "the answer leads to what takes it back")

	filled := b.page(html.UnescapeString(link[1]))
	require.Regexp(t, `id="edit-adjust" open>`, filled)
	require.Contains(t, filled, `name="quantity" step="1" value="7" required`)
	require.Regexp(t, `value="takes back the count of [^"]* by Ann"`, filled)
	require.Contains(t, filled, `<option selected>main</option>`)
	require.Equal(t, http.StatusSeeOther, b.send("/stock/adjust", b.edit("lamp", "7")).Code)
	rows, err := b.store.Ledger.Stock(b.ctx, "lamp", "", 0)
	require.NoError(t, err)
	require.Equal(t, 9, rows[0].OnHand)

	for _, odd := range []string{"x", "-1", "9223372036854775807"} {
		code, _ := b.get("/sku?sku=lamp&undo=" + odd)
		require.Equal(t, http.StatusBadRequest, code, odd)
	}
	code, _ := b.get("/sku?sku=lamp&undo=999999")
	require.Equal(t, http.StatusNotFound, code)
}

// A row that lists nothing says why in words, and the one whose stock is paused says that it waits for the pause.
func TestASKUSaysWhyNothingIsListed(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 1)
	require.NotContains(t, b.page("/sku?sku=lamp"), "no unit is free")
	_, err := b.store.Accounts.PauseWork(b.ctx, "ebay-uk", account.Stock, "stock take")
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, b.send("/stock/count", b.edit("lamp", "0")).Code)
	text := textOf(b.page("/sku?sku=lamp"))
	require.Contains(t, text, "0 no unit is free")
	require.Contains(t, text, "paused: waits")
	require.Contains(t, text, "waits to be sent", "the other accounts' stock goes on")
}
