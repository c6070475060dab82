package console

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An order's own page leads to shipping and to cancelling it, and back, and says nothing of either when there is nothing left of it.
func TestAnOrdersPageLeadsToItsActions(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	id := b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp"))["203-1"]
	page := fmt.Sprintf("/orders/%d", id)
	body := b.page(page)
	require.Contains(t, body, `<button type="submit" name="action" value="process"`)
	require.Contains(t, body, `<a href="/sku?sku=lamp">lamp</a>`)

	chosen := url.Values{"action": {"cancel"}, "order": {fmt.Sprint(id)}, "of": {fmt.Sprint(id)}}
	plan := b.send("/batches/plan", chosen).Body.String()
	require.Contains(t, plan, `href="`+page+`">Do nothing</a>`)
	require.Contains(t, textOf(plan), "On amazon-uk: cancelled here only, so cancel on the channel yourself.")
	_, err := b.store.Orders.Delete(b.ctx, id, "Ann", "a test")
	require.NoError(t, err)
	require.NotContains(t, b.page(page), `name="action" value="`)
}

// What has no label yet stays where it is, and one carrier serves all.
func TestOrdersWithoutALabelAreLeftOut(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	ids := b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp"), sale("203-2", time.Now(), "lamp"))
	form := confirmed(b.send("/batches/plan", url.Values{"action": {"process"}, "all": {"1"}, "query": {"state=open"}}).Body.String())
	form.Set("carrier-all", "DPD")
	w := b.send("/batches", form)
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Contains(t, w.Body.String(), "no order has a tracking number")

	form.Set(fmt.Sprintf("tracking-%d", ids["203-2"]), "T2")
	w = b.send("/batches", form)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	text := textOf(b.page(w.Header().Get("Location")))
	require.Contains(t, text, "process 1 order Ann")
	require.Contains(t, text, "203-2 amazon-uk")
	require.NotContains(t, text, "203-1 amazon-uk")
}
