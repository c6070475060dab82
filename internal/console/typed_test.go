package console

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What somebody types never turns the text around it, nor becomes a part of the page; letters of other scripts stay.
func TestWhatIsTypedDoesNotTurnThePage(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 2)
	page := fmt.Sprintf("/orders/%d", b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp"))["203-1"])
	w := b.send(page+"/word", url.Values{"word": {"hold"}, "by": {"Ann \u202egro.live\u2066"}, "reason": {"<script>x</script> \u202dשלום"}})
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	body := b.page(page)
	require.Contains(t, body, "Ann gro.live")
	require.Contains(t, body, "&lt;script&gt;x&lt;/script&gt; שלום")
	require.NotRegexp(t, "[\u202a-\u202e\u2066-\u2069]", body)
}
