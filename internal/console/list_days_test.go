package console

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A day may be named by its distance from today, so that a kept view moves on with the calendar; what is no such name is no day.
func TestADayIsNamedByItsDistanceFromToday(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 0, 30, 0, 0, time.UTC)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for value, want := range map[string]string{
		"today": "2026-03-01", "today-1": "2026-02-28", "today-29": "2026-01-31", "2026-02-03": "2026-02-03", "": "",
		"today1": "today1", "today--1": "today--1", "today-x": "today-x", "today-99999": "today-99999", "todayish": "todayish",
	} {
		require.Equal(t, want, dayOf(value, time.UTC, now), value)
	}
	require.Equal(t, "2026-03-01", dayOf("today", berlin, now.Add(-time.Hour)), "an hour before midnight in UTC")
}

// Each usual span is recognised by its days, and kept by name.
func TestAUsualSpanMovesOn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for span, days := range map[string]struct{ from, to, query string }{
		"today": {"2026-03-01", "2026-03-01", "from=today&to=today"}, "yesterday": {"2026-02-28", "2026-02-28", "from=today-1&to=today-1"},
		"7 days": {"2026-02-23", "2026-03-01", "from=today-6&to=today"}, "": {"2026-02-01", "2026-02-02", "from=2026-02-01&to=2026-02-02"},
	} {
		in := inputsOf("/orders", "")
		in.keep("from", days.from)
		in.keep("to", days.to)
		in.span(time.UTC, now)
		query, name := in.moving()
		require.Equal(t, span, name)
		require.Equal(t, days.query, query)
	}
}

// Today's orders, kept as a view, are those of the day on which somebody looks.
func TestAViewOfTodayIsKeptAsToday(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(1)
	form := url.Values{"name": {"to pack today"}, "by": {"Ann"}, "query": {"from=today&state=open&to=today"}, "moving": {"1"}}
	w := b.send("/orders/views", form)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	require.Equal(t, "/orders?from=today&state=open&to=today&notice=view-kept", w.Header().Get("Location"))
	body := b.page("/orders?from=today&state=open&to=today")
	require.Contains(t, body, `aria-current="true">to pack today</a>`)
	require.Contains(t, textOf(body), "always today, not these dates")
	require.Contains(t, textOf(body), "today yesterday 7 days 30 days")
	code, text := b.get("/orders?from=tomorrow")
	require.Equal(t, http.StatusBadRequest, code)
	require.Contains(t, text, "want a day such as 2026-11-28")
}
