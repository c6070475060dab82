package console

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListingsAreStruckOffAndPutBackByTheButtons(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("mug", "Mug", 10)
	b.product("jug", "Jug", 10)
	b.pushed("ebay-uk")
	require.Contains(t, b.page("/struck"), "No listing is struck off.")
	sku := b.page("/sku?sku=mug")
	for _, want := range []string{"goes to 0 and stays there until you put it back", `action="/struck/strike"`, `value="ebay-uk/mug"`, `value="shopify-uk/mug"`} {
		require.Contains(t, sku, want)
	}
	form := url.Values{"sku": {"mug"}, "row": {"ebay-uk/mug"}, "reason": {"duplicate label"}, "by": {"Ann"}}
	for _, without := range []string{"reason", "by", "row"} {
		less := url.Values{}
		for k, v := range form {
			if k != without {
				less[k] = v
			}
		}
		w := b.send("/struck/strike", less)
		require.Equal(t, http.StatusUnprocessableEntity, w.Code, without)
		require.Contains(t, w.Body.String(), `<a href="/sku?sku=mug">Back</a>`)
	}
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/struck/strike", url.Values{"all": {"ebay-uk"}, "reason": {"r"}, "by": {"Ann"}}).Code, "never all of an account")
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/struck/strike", url.Values{"row": {"ebay-uk/nothing"}, "reason": {"r"}, "by": {"Ann"}}).Code, "no such listing")
	require.Contains(t, b.page("/struck"), "No listing is struck off.")

	w := b.send("/struck/strike", form)
	require.Equal(t, "/sku?sku=mug&notice=struck-later%3A1", w.Header().Get("Location"))
	text := textOf(b.page(w.Header().Get("Location")))
	require.Contains(t, text, "1 listing is struck off: 0 is sent, and publications leave them out. Temporal did not answer")
	require.Contains(t, text, "struck off: 0 is to be sent")
	require.Regexp(t, "mug on ebay-uk struck off .{1,45} by Ann: duplicate label", text)
	require.Contains(t, textOf(b.page(b.send("/struck/strike", form).Header().Get("Location"))), "0 listings are struck off", "twice changes nothing")
	require.Equal(t, []string{"mug"}, b.pushed("ebay-uk"))

	levels := b.page("/accounts/ebay-uk/levels")
	require.Contains(t, levels, `value="ebay-uk/mug" form="pick" autocomplete="off" disabled`)
	require.Contains(t, levels, `href="/struck?account=ebay-uk">struck off</a>`)
	w = b.send("/struck/strike", url.Values{"levels": {"ebay-uk"}, "row": {"ebay-uk/jug"}, "reason": {"r"}, "by": {"Ann"}})
	require.Equal(t, "/accounts/ebay-uk/levels?notice=struck-later%3A1", w.Header().Get("Location"))
	body := b.page("/struck?account=ebay-uk")
	require.Regexp(t, "mug ebay-uk mug .{1,45} Ann duplicate label Put back", textOf(body))
	requireStacks(t, "/struck", body)
	require.Contains(t, textOf(b.page("/accounts/ebay-uk")), "Struck off 2 listings")

	w = b.send("/struck/put-back", url.Values{"account": {"ebay-uk"}, "row": {"ebay-uk/mug", "ebay-uk/jug"}})
	text = textOf(b.page(w.Header().Get("Location")))
	require.Contains(t, text, "2 listings are put back: levels follow the stock again.")
	require.Contains(t, text, "No listing is struck off on this account.")
	require.Equal(t, []string{"jug", "mug"}, b.pushed("ebay-uk"))
}
