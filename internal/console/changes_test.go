package console

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/browsertest"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/wording"
)

func TestTheVersionOfPagesGoesUpWhenThereIsSomethingNew(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	c := &console{starter: b.asked}
	look := func() string {
		c.changes.at = time.Time{}
		return c.newest(b.ctx)
	}
	first := look()
	require.Equal(t, first, look(), "nothing was written")
	b.product("lamp", "Lamp", 5)
	require.Equal(t, first, c.newest(b.ctx), "the store is not asked again within a second")
	second := look()
	require.NotEqual(t, first, second)
	c.changes.runs(true)
	third := look()
	require.NotEqual(t, second, third, "what runs goes on without being written down")
	c.changes.runs(false)
	require.Equal(t, third, look())
	require.NoError(t, b.store.Close())
	away := look()
	require.NotEqual(t, third, away, "the store is away")
	require.Equal(t, away, look())
}

func TestHoweverManyPagesAreOpenTheyTakeTheirShare(t *testing.T) {
	t.Parallel()
	now := time.Now()
	n := &changes{cost: 6 * time.Millisecond}
	require.Equal(t, soonest, n.turn(now), "the first")
	for range 9 {
		require.Equal(t, soonest, n.turn(now), "the share of ten pages fits into two seconds")
	}
	for range 190 {
		n.turn(now)
	}
	require.Equal(t, 40*time.Second, n.turn(now), "two hundred pages before it, five in a second")
	for range 100_000 {
		n.turn(now)
	}
	require.Equal(t, latest, n.turn(now), "however many")
	require.Equal(t, soonest, n.turn(now.Add(2*latest)), "when all have had their turn")
	for range 100 {
		n.made(3 * time.Second)
	}
	require.InDelta(t, dearest.Milliseconds(), n.cost.Milliseconds(), 1, "a page that waits for Temporal does not slow down the others")
}

// A page asks with the version that it shows, and is answered when that is no longer the newest; a console that stops answers nobody.
func TestAPageIsToldThatSomethingHasChanged(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	_, page := b.get("/orders")
	version := regexp.MustCompile(`<main [^>]*data-version="([^"]+)"`).FindStringSubmatch(page)
	require.Len(t, version, 2, "the page says what it shows")
	b.product("lamp", "Lamp", 5)
	status, body := b.get("/changes?since=" + version[1])
	require.Equal(t, http.StatusOK, status)
	var told changed
	require.NoError(t, json.Unmarshal([]byte(body), &told))
	require.NotEqual(t, version[1], told.Version)
	require.Equal(t, soonest.Milliseconds(), told.Rest)
	_, body = b.get("/changes?still=1&since=" + version[1])
	require.NoError(t, json.Unmarshal([]byte(body), &told))
	require.Zero(t, told.Rest, "a page that is in use takes no turn")

	ending := make(chan struct{})
	close(ending)
	asks := func(ctx context.Context, c *console) *httptest.ResponseRecorder {
		since := c.newest(b.ctx)
		c.changes.at = time.Now() // for a second nothing is new
		answer := httptest.NewRecorder()
		c.askChanges(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/changes?since="+since, http.NoBody))
		return answer
	}
	require.Equal(t, http.StatusServiceUnavailable, asks(b.ctx, &console{starter: b.asked, ending: ending}).Code, "a console that stops")
	gone, leave := context.WithCancel(b.ctx)
	leave()
	require.Empty(t, asks(gone, &console{starter: b.asked}).Body.String(), "whoever left is not waited for")
}

// Between two renewals the script counts the times on, in the server's words.
func TestTimesGoOnInTheServersWords(t *testing.T) {
	t.Parallel()
	tab, base := newFixture(t).browse()
	tab.Go(base + "/orders")
	now := time.Now().UTC()
	for _, d := range []time.Duration{
		-30 * time.Second, -75 * time.Minute, -12 * time.Minute, -4 * time.Hour, -13*time.Hour - 30*time.Minute, -49 * time.Hour, -2*time.Minute - 30*time.Second, 2 * time.Hour, 90 * time.Hour,
	} {
		at := now.Add(d).Truncate(time.Second)
		browsertest.Eval[bool](tab, `{ const t = document.createElement("time"); t.id = "age"; t.dateTime = "`+at.Format(time.RFC3339)+`"; t.dataset.away = ""; t.textContent = "?";
			document.getElementById("age")?.remove(); document.querySelector("header").append(t); true }`)
		tab.Until("the time to be counted on", `document.getElementById("age")?.textContent !== "?"`)
		// The clock goes on between the two: the words of one of these moments.
		said, could := browsertest.Eval[string](tab, `document.getElementById("age").textContent`), []string{}
		for at0 := now; !at0.After(time.Now().Add(time.Second)); at0 = at0.Add(time.Second / 4) {
			could = append(could, wording.Away(at, at0))
		}
		require.Contains(t, could, said, d.String())
	}
}

// However many wait, one looks; when the last has left nobody does.
func TestOneLooksForAllWhoWait(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	c := &console{starter: b.asked}
	before := c.newest(b.ctx)
	moved, done := c.wait()
	again, doneToo := c.wait()
	require.Equal(t, moved, again)
	require.True(t, c.changes.looking)
	b.product("lamp", "Lamp", 5)
	<-moved
	require.NotEqual(t, before, c.newest(b.ctx))
	done()
	doneToo()
	polltest.Until(t, "nobody looks any more", func() bool {
		c.changes.mu.Lock()
		defer c.changes.mu.Unlock()
		return !c.changes.looking
	})
	_, done = c.wait()
	defer done()
	require.True(t, c.changes.looking, "it is begun anew")
}
