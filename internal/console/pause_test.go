package console

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
)

// tester answers what a channel would say about an account.
type tester struct {
	refuses error
	asked   [][]account.Work
}

func (a *tester) TestAccount(_ context.Context, _ string, works ...account.Work) error {
	a.asked = append(a.asked, works)
	return a.refuses
}

// withTester returns the fixture with a console that can ask channels.
func (b *fixture) withTester() (*fixture, *tester) {
	a := &tester{}
	c := *b
	c.web = New(b.asked, Options{Tests: a})
	return &c, a
}

// One kind of work is paused by the form of its account's page, and resumed by the one of its incident, as often as it is pressed.
func TestAKindOfWorkIsPausedAndResumedByTheForms(t *testing.T) {
	t.Parallel()
	b, asked := newFixture(t).withTester()
	const page, of = "/accounts/ebay-uk", "/incidents/paused/ebay-uk/stock"
	pause := url.Values{"only": {"stock"}, "reason": {"counting the shelves"}}
	for range 2 { // Temporal is down: the store has it, and the sweep follows
		require.Equal(t, page+"?notice=paused-later", b.post(page+"/pause", pause).Header().Get("Location"))
	}
	body := b.page(page + "?notice=paused-later")
	for _, want := range []string{"counting the shelves", "its schedules follow with the next sweep", "Test it, and resume stock", `href="` + of + `"`} {
		require.Contains(t, body, want)
	}
	body = b.page(of)
	require.Contains(t, body, "stock paused: counting the shelves")
	require.Contains(t, body, `action="/accounts/ebay-uk/resume"`)
	require.Contains(t, body, `name="only" value="stock"`)
	require.NotContains(t, body, `action="/incidents/retry"`)

	asked.refuses = errors.New("the channel does not accept ebay-uk: forbidden\nThe app may not set levels (you act).\n1. Grant it `stock`")
	refused := b.post(page+"/resume", url.Values{"only": {"stock"}})
	require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
	for _, want := range []string{"<h1 data-still>It stays paused</h1>", "<p>The channel does not accept ebay-uk: forbidden.</p>", "<p>1. Grant it <code>stock</code></p>", `href="` + page + `">Back`} {
		require.Contains(t, refused.Body.String(), want)
	}
	require.Contains(t, b.page(of), `<span class="pill bad">open</span>`)
	asked.refuses = nil
	for range 2 {
		require.Equal(t, page+"?notice=resumed-later", b.post(page+"/resume", url.Values{"only": {"stock"}}).Header().Get("Location"))
	}
	require.Equal(t, []account.Work{account.Stock}, asked.asked[0])
	require.NotContains(t, b.page(page), "counting the shelves")
	require.Contains(t, b.page(of), `<span class="pill quiet">resolved</span>`)
}

// The form that resumes a whole account ends no pause of one kind, even when it is sent again from a page of before.
func TestResumingAWholeAccountFromAnOldPageLeavesAKindPaused(t *testing.T) {
	t.Parallel()
	b, asked := newFixture(t).withTester()
	const page = "/accounts/ebay-uk"
	b.post(page+"/pause", url.Values{"only": {"stock"}, "reason": {"counting the shelves"}})
	b.post(page+"/pause", url.Values{"reason": {"holiday"}})
	require.Contains(t, b.page(page), "holiday")
	require.Equal(t, page+"?notice=resumed-later", b.post(page+"/resume", url.Values{}).Header().Get("Location"))
	require.Len(t, asked.asked, 1)
	require.Equal(t, page+"?notice=resumed", b.post(page+"/resume", url.Values{}).Header().Get("Location"))
	require.Len(t, asked.asked, 1)
	a, err := b.store.Accounts.Account(b.ctx, "ebay-uk")
	require.NoError(t, err)
	require.False(t, a.Paused)
	_, paused := a.Pauses(account.Stock)
	require.True(t, paused)
}

// A form that says nothing clear changes nothing, and neither does one of another site.
func TestThePauseFormsTakeOnlyWhatThePageOffers(t *testing.T) {
	t.Parallel()
	b, asked := newFixture(t).withTester()
	const page = "/accounts/ebay-uk"
	for name, c := range map[string]struct {
		path string
		form url.Values
		code int
		says string
	}{
		"no reason":     {page + "/pause", url.Values{}, http.StatusUnprocessableEntity, "the reason is missing"},
		"blank reason":  {page + "/pause", url.Values{"reason": {"  "}}, http.StatusUnprocessableEntity, "the reason is missing"},
		"unknown kind":  {page + "/pause", url.Values{"only": {"parcels"}, "reason": {"x"}}, http.StatusBadRequest, "is no kind of work"},
		"kind to go on": {page + "/resume", url.Values{"only": {"parcels"}}, http.StatusBadRequest, "is no kind of work"},
		"no account":    {"/accounts/ebay-at/pause", url.Values{"reason": {"x"}}, http.StatusNotFound, "nothing under this address"},
	} {
		answer := b.post(c.path, c.form)
		require.Equal(t, c.code, answer.Code, name)
		require.Contains(t, answer.Body.String(), c.says, name)
		require.NotContains(t, answer.Body.String(), "Filter", name)
	}
	for _, path := range []string{page + "/pause", page + "/resume", "/incidents/acknowledge", "/incidents/unacknowledge", "/incidents/retry", "/orders/1/correct"} {
		code, _ := b.get(path)
		require.Equal(t, http.StatusNotFound, code, "%s only takes forms", path)
		r := httptest.NewRequestWithContext(b.ctx, http.MethodPost, "http://console"+path, http.NoBody)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		b.web.ServeHTTP(w, r)
		require.Equal(t, http.StatusForbidden, w.Code, path)
	}
	require.Empty(t, asked.asked, "no channel was asked")
	a, err := b.store.Accounts.Account(b.ctx, "ebay-uk")
	require.NoError(t, err)
	require.False(t, a.Paused)
	require.Empty(t, a.PausedWork)

	without := newFixture(t)
	answer := without.post(page+"/resume", url.Values{})
	require.Equal(t, http.StatusUnprocessableEntity, answer.Code)
	require.Contains(t, answer.Body.String(), "<code>towpath accounts resume ebay-uk</code>")
}

// What paused an account by itself says on its incident's page what to do, in the words of its fault; the fault's id is no news for people.
func TestAPauseSaysWhatToDoAboutItsFault(t *testing.T) {
	t.Parallel()
	b, _ := newFixture(t).withTester()
	f := channel.NewFault(channel.Auth, "getToken", "the grant was withdrawn")
	f.Code, f.Status = "invalid_grant", http.StatusBadRequest
	require.NoError(t, b.store.Runs.SaveFaults(b.ctx, "ebay-uk", []*channel.Fault{f}))
	_, err := b.store.Accounts.Pause(b.ctx, "ebay-uk", "the channel refuses the account's credentials: "+f.Error())
	require.NoError(t, err)
	body := b.page("/incidents/paused/ebay-uk")
	for _, want := range []string{"eBay has withdrawn the seller&#39;s grant", "Put the new refresh token", `href="/errors/` + f.ID + `"`, "Test it, and resume", "you act"} {
		require.Contains(t, body, want)
	}
	for _, path := range []string{"/", "/accounts/ebay-uk", "/sync"} {
		text := b.page(path)
		require.Contains(t, text, `href="/incidents/paused/ebay-uk"`, path)
		require.Contains(t, text, "the channel refuses the account&#39;s credentials: getToken: auth invalid_grant", path)
	}
	require.NotContains(t, b.page("/"), `credentials: getToken: auth invalid_grant (fault `)
}
