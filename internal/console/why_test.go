package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// absent is a channel that has no order.
type absent struct{ asked int }

func (a *absent) ReadOrder(context.Context, message.Account, string, int64) (order.Snapshot, string, error) {
	a.asked++
	return order.Snapshot{}, "ask-1", channel.NewFault(channel.Missing, "getOrder", "")
}

// A page may renew itself every two seconds: only the button asks the channel.
func TestWhyAnOrderIsMissing(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 2)
	o := sale("203-1", time.Now(), "lamp")
	o.Reference = "#10/01 <b>"
	o.Buyer = &order.Buyer{Name: "Ada Larkmoor", Line1: "1 Lock Lane", CountryCode: "GB"}
	id := b.save("amazon-uk", "run-1", o)["203-1"]

	page := b.page(fmt.Sprintf("/orders/%d", id))
	require.Contains(t, page, `<a href="/why?reference=%2310%2f01%20%3cb%3e&amp;account=amazon-uk">Explain it</a>`)
	page = b.page("/why?" + url.Values{"reference": {"#10/01 <b>"}}.Encode())
	require.Contains(t, page, "It is here, and open.")
	require.Contains(t, page, "it was not asked")
	require.Contains(t, page, "Ask the channel what it has")
	require.Contains(t, page, "a filtered view")
	require.NotContains(t, page, "<b>,")
	require.NotContains(t, page, "Larkmoor")

	out, err := b.store.Orders.Delete(b.ctx, id, "Ann <x>", "a test order")
	require.NoError(t, err)
	require.Empty(t, out.Refused)
	require.Contains(t, b.page("/why?reference=203-1"), "Ann &lt;x&gt; deleted it by hand")
	require.Contains(t, b.page("/orders?state=deleted"), "by Ann &lt;x&gt;")
	require.Contains(t, b.page(fmt.Sprintf("/orders/%d", id)), "Deleted by hand by Ann")

	none := b.page("/why")
	require.Contains(t, none, "Reference or channel order id")
	require.NotContains(t, none, "Looked for")
	code, text := b.get("/why?reference=1&account=nobody")
	require.Equal(t, http.StatusBadRequest, code)
	require.Contains(t, text, "there is no account")
	require.Equal(t, http.StatusBadRequest, b.send("/why", url.Values{"reference": {"1\x00"}}).Code)
}

func TestTheChannelIsAskedByTheButton(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	shop := &absent{}
	b.web = New(b.asked, Options{Channels: shop})
	b.page("/why?reference=202-5538961-7743559&account=amazon-uk")
	require.Zero(t, shop.asked)
	answer := b.send("/why", url.Values{"reference": {"202-5538961-7743559"}, "account": {"amazon-uk"}})
	require.Equal(t, http.StatusOK, answer.Code)
	require.Contains(t, answer.Body.String(), "amazon-uk has no order 202-5538961-7743559.")
	require.Contains(t, answer.Body.String(), "ask-1")
	require.Contains(t, answer.Body.String(), "data-still", "the answer stays")
	require.Equal(t, 1, shop.asked)
}
