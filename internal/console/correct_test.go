package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// A label is corrected on its order's page, as often as the button is pressed; the page says which number the channel still has.
func TestALabelIsCorrectedByTheForm(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	row := b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp"))["203-1"]
	b.pack(row, "P1")
	page := "/orders/" + strconv.FormatInt(row, 10)
	send := func(form url.Values) string {
		form.Set("package", "P1")
		return b.post(page+"/correct", form).Header().Get("Location")
	}
	require.Contains(t, b.page(page), `placeholder="RMP1GB"`)
	for range 2 {
		require.Equal(t, page+"?notice=corrected", send(url.Values{"tracking": {" RM2GB "}}), "it was not sent yet: nobody is to be told")
	}
	body := b.page(page + "?notice=corrected")
	require.Contains(t, body, "<code>RM2GB</code>")
	require.NotContains(t, body, "RMP1GB")

	_, err := b.store.Packages.PreparePackage(b.ctx, row, "P1", "order/1")
	require.NoError(t, err)
	_, err = b.store.Packages.PackageConfirmed(b.ctx, row, "P1", channel.Confirmation{RequestID: "r"})
	require.NoError(t, err)
	require.Contains(t, b.page(page), "The channel is told, too.")
	for range 2 {
		require.Equal(t, page+"?notice=corrected-later", send(url.Values{"tracking": {"RM3GB"}}), "Temporal is down")
	}
	body = b.page(page + "?notice=corrected-later")
	require.Contains(t, body, "the next sweep tells the channel")
	require.Contains(t, body, "it still has the tracking number <code>RM2GB</code>")
}

// What can't be corrected is refused with the reason, and the way back leads to the order.
func TestACorrectionThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	row := b.save("ebay-uk", "run-1", sale("12-1", time.Now(), "lamp"))["12-1"]
	b.pack(row, "P1")
	page := "/orders/" + strconv.FormatInt(row, 10)
	refused := func(form url.Values, says string) {
		answer := b.post(page+"/correct", form)
		require.Equal(t, http.StatusUnprocessableEntity, answer.Code, says)
		require.Contains(t, answer.Body.String(), says)
		require.Contains(t, answer.Body.String(), "<h1 data-still>", "the page stays to be read: it can't be loaded again")
		require.Contains(t, answer.Body.String(), `<a href="`+page+`">Back</a>`)
	}
	refused(url.Values{"package": {"P1"}}, "the correction is empty")
	refused(url.Values{"package": {"P1"}, "tracking": {"  "}}, "the correction is empty")
	refused(url.Values{"package": {"P1"}, "tracking": {"RM\x00"}}, "the tracking is no plain text")
	refused(url.Values{"package": {"P1"}, "carrier": {strings.Repeat("x", maxLabel+1)}}, "the carrier is no plain text of at most 100 characters")
	refused(url.Values{"package": {"P9"}, "tracking": {"RM2GB"}}, "has no package")
	require.Equal(t, http.StatusNotFound, b.post("/orders/999/correct", url.Values{"package": {"P1"}, "tracking": {"RM2GB"}}).Code)

	_, err := b.store.Packages.PreparePackage(b.ctx, row, "P1", "order/1")
	require.NoError(t, err)
	_, err = b.store.Packages.PackageConfirmed(b.ctx, row, "P1", channel.Confirmation{RequestID: "r"})
	require.NoError(t, err)
	require.NotContains(t, b.page(page), `action="`+page+`/correct"`, "eBay takes none: the page says why instead")
	refused(url.Values{"package": {"P1"}, "tracking": {"RM2GB"}}, "eBay")
	require.Contains(t, b.page(page), "<code>RMP1GB</code>")
}
