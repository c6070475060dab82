package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// The pages mask the buyer. Who is asked for by name and reason is shown, once, and the log keeps who has seen it.
func TestABuyerIsShownOnPurposeOnly(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 2)
	o := sale("203-1", time.Now(), "lamp")
	o.Buyer = &order.Buyer{Name: "Ada <Larkmoor>", Email: "ada@example.com", Line1: "1 Lock Lane", City: "Netherlock", PostalCode: "ZZ1 1ZZ", CountryCode: "GB",
		Note: "Ring <twice>", LineNotes: []order.LineNote{{LineID: o.Lines[0].ID, Gift: "Yours, Quillon", Text: "Engraving: Brambleton"}}}
	id := b.save("amazon-uk", "run-1", o)["203-1"]
	path := fmt.Sprintf("/orders/%d/buyer", id)

	for _, page := range []string{b.page(fmt.Sprintf("/orders/%d", id)), b.page(path)} {
		require.Contains(t, page, "A. &lt;., ZZ…, GB, has a note, has a gift message")
		for _, word := range []string{"Larkmoor", "ada@example.com", "Lock Lane", "Netherlock", "1ZZ", "twice", "Quillon", "Brambleton"} {
			require.NotContains(t, page, word)
		}
	}
	require.Contains(t, b.page(path), "Nobody yet.")

	refused := b.send(path, url.Values{"by": {"Bob"}})
	require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
	require.Contains(t, refused.Body.String(), "your name or the reason is missing")
	require.Contains(t, b.page(path), "Nobody yet.")

	shown := b.send(path, url.Values{"by": {"Bob"}, "reason": {"the parcel came back"}})
	require.Equal(t, http.StatusOK, shown.Code)
	for _, word := range []string{"Ada &lt;Larkmoor&gt;", "ada@example.com", "1 Lock Lane", "Netherlock", "ZZ1 1ZZ", "data-still", "Ring &lt;twice&gt;", "Yours, Quillon", "Engraving: Brambleton"} {
		require.Contains(t, shown.Body.String(), word)
	}
	again := b.page(path)
	require.NotContains(t, again, "Lock Lane")
	require.Contains(t, again, "Bob")
	require.Contains(t, again, "the parcel came back")

	code, _ := b.get("/orders/999999/buyer")
	require.Equal(t, http.StatusNotFound, code)
}

// A console with another key than the workers shows everything of an order but its buyer, and says what to do.
func TestAConsoleWithAnotherKeyStillShowsTheOrder(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 2)
	o := sale("203-1", time.Now(), "lamp")
	o.Buyer = &order.Buyer{Name: "Ada Larkmoor", CountryCode: "GB"}
	id := b.save("amazon-uk", "run-1", o)["203-1"]
	require.NoError(t, b.store.WriteKeys(b.ctx, "replace the key", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE buyer_keys SET wrapped = 'AAAAAAAA' WHERE id <> 'search'`)
		return err
	}))
	require.Contains(t, b.page(fmt.Sprintf("/orders/%d", id)), "can&#39;t be read: ")
}
