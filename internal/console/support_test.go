package console

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/runs"
)

var supportLink = regexp.MustCompile(`href="(/support\?[^"]*)"`)

// supportFile downloads what the first link of a page to a support file leads to, and returns its text.
func (b *fixture) supportFile(page string) (name, text string) {
	b.t.Helper()
	link := supportLink.FindStringSubmatch(b.page(page))
	require.NotNil(b.t, link, "%s has a link to a support file", page)
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, httptest.NewRequestWithContext(b.ctx, http.MethodGet, "http://console"+html.UnescapeString(link[1]), nil))
	require.Equal(b.t, http.StatusOK, w.Code, w.Body)
	require.Equal(b.t, "application/zip", w.Header().Get("Content-Type"))
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	require.NoError(b.t, err)
	for _, f := range z.File {
		in, err := f.Open()
		require.NoError(b.t, err)
		part, err := io.ReadAll(in)
		require.NoError(b.t, err)
		text += string(part)
	}
	return w.Header().Get("Content-Disposition"), text
}

func TestEachPageOfAnErrorHasTheSupportFile(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	ids := b.save("ebay-uk", "run-1", sale("12-345", time.Now(), "lamp"))
	b.pack(ids["12-345"], "P1")
	f := channel.NewFault(channel.Invalid, "createShippingFulfillment", "no carrier for Zebulon Quarry")
	f.Status, f.RequestID, f.Code = 400, "ship-7", "32100"
	f.Hit = channel.Hit{OrderID: ids["12-345"], PackageID: "P1", RunID: "run-1"}
	b.park("ebay-uk", "12-345", ids["12-345"], "P1", f)
	call := runs.Call{Account: "ebay-uk", Endpoint: channel.Production, RunID: "run-1", OrderID: ids["12-345"], PackageID: "P1",
		Call: channel.Call{Operation: f.Operation, RequestID: "ship-7", Status: 400, Class: f.Class, Code: f.Code, At: time.Now().UTC(), Request: "POST /kept", Answer: "HTTP 400"}}
	require.NoError(t, b.store.Runs.SaveFaults(b.ctx, "ebay-uk", []*channel.Fault{f}, call))
	for page, file := range map[string]string{
		"/errors/" + f.ID: "support-error-" + f.ID + ".zip", fmt.Sprintf("/orders/%d", ids["12-345"]): "support-order-12-345.zip", "/runs/run-1": "support-run-run-1.zip",
		"/accounts/ebay-uk": "support-account-ebay-uk.zip",
	} {
		name, text := b.supportFile(page)
		require.Equal(t, "attachment; filename="+file, name)
		for _, want := range []string{"ship-7", "POST /kept", "X-EBAY-C-REQUEST-ID"} {
			require.Contains(t, text, want, page)
		}
		require.NotContains(t, text, "Zebulon", page)
	}
	code, body := b.get("/support?kind=order&reference=" + url.QueryEscape("12-999") + "&account=ebay-uk")
	require.Equal(t, http.StatusNotFound, code)
	require.Contains(t, textOf(body), "There is nothing to make it of")
	code, _ = b.get("/support?kind=nothing&reference=x")
	require.Equal(t, http.StatusNotFound, code)
}

func TestAnItemThatAChannelRefusedHasTheSupportFile(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.goods()
	b.publishes("run-p1")
	name, text := b.supportFile("/listings?status=error")
	require.Equal(t, "attachment; filename=support-item-LID.zip", name)
	require.Contains(t, text, "req-lid")
	require.NotContains(t, text, "alert(")
	require.Equal(t, 1, strings.Count(b.page("/listings?status=error"), "kind=item"), "of what was never sent there is nothing to ask")
}

// The number of a case is kept from the overview, also with what packages wait for, and shown there.
func TestTheNumberOfACaseIsKeptAndShown(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	ids := b.save("ebay-uk", "run-1", sale("12-345", time.Now(), "lamp"))
	b.pack(ids["12-345"], "P1")
	f := channel.NewFault(channel.Invalid, "createShippingFulfillment", "no")
	f.Code = "32100"
	b.park("ebay-uk", "12-345", ids["12-345"], "P1", f)
	_, err := b.store.Accounts.Pause(b.ctx, "ebay-uk", "the authorisation has expired")
	require.NoError(t, err)
	for _, name := range []string{"parked/ebay-uk/32100", "paused/ebay-uk"} {
		require.Contains(t, b.page("/"), `name="incident" value="`+name+`"`)
		form := url.Values{"incident": {name}, "number": {"C-" + name[:6]}, "by": {"Ann"}}
		for range 2 {
			w := b.send("/support/case", form)
			require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
		}
	}
	b.web = New(b.asked, Options{}) // one that remembers no figures
	page := textOf(b.page("/?notice=case"))
	for _, want := range []string{"Kept: it is shown until this closes.", "(case C-parked)", "(case C-paused)"} {
		require.Contains(t, page, want)
	}
	for _, wrong := range []url.Values{{"incident": {"paused/amazon-uk"}, "number": {"1"}, "by": {"Ann"}}, {"incident": {"paused/ebay-uk"}, "by": {"Ann"}}, {"incident": {"paused/ebay-uk"}, "number": {"1"}}} {
		require.Equal(t, http.StatusUnprocessableEntity, b.send("/support/case", wrong).Code)
	}
}
