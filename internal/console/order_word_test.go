package console

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An order is held, allowed, deleted and restored on its page, by somebody who is named.
func TestAnOrdersPageTakesAPersonsWord(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 3)
	id := b.save("amazon-uk", "run-1", sale("12-1", time.Now().Add(-time.Hour), "lamp"))["12-1"]
	path := "/orders/" + strconv.FormatInt(id, 10)
	say := func(word string, more url.Values) int {
		more.Set("word", word)
		return b.send(path+"/word", more).Code
	}
	ann := func(more ...string) url.Values { return url.Values{"by": {"Ann"}, "reason": more} }
	require.Contains(t, textOf(b.page(path)), "Hold it")
	require.NotEqual(t, http.StatusSeeOther, say("hold", url.Values{"reason": {"why"}}), "nobody is named")
	require.NotEqual(t, http.StatusSeeOther, say("hold", ann()), "no reason")
	require.Equal(t, http.StatusBadRequest, say("burn", ann("why")))
	require.Equal(t, http.StatusSeeOther, say("hold", ann("a fraud check")))
	page := textOf(b.page(path))
	require.Contains(t, page, "Held: Ann held it: a fraud check")
	require.NotContains(t, page, "Hold it")
	require.Contains(t, textOf(b.page("/orders")), "on hold")
	require.Equal(t, http.StatusSeeOther, say("allow", url.Values{"by": {"Bob"}, "hold": {"by-hand"}}))
	require.NotContains(t, textOf(b.page(path)), "Held:")
	require.Equal(t, http.StatusSeeOther, say("note", url.Values{"by": {"Bob"}, "text": {"two <b>parcels</b>"}}))
	require.Contains(t, textOf(b.page(path)), "two <b>parcels</b> Bob, ")
	require.Equal(t, http.StatusSeeOther, say("delete", ann("our own test")))
	require.Contains(t, textOf(b.page(path)), "Deleted by hand by Ann")
	require.Equal(t, http.StatusSeeOther, say("restore", url.Values{"by": {"Ann"}}))
	require.NotContains(t, textOf(b.page(path)), "Deleted by hand")
}
