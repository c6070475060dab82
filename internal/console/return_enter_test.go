package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// A unit that came back is entered on its order's page, once for each form, and its units move only when somebody decides.
func TestAReturnIsEnteredOnTheOrdersPage(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	id := b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp"))["203-1"]
	page := fmt.Sprintf("/orders/%d", id)
	require.NotContains(t, b.page(page), "Enter a return", "nothing of it is shipped")
	b.pack(id, "P1")
	_, err := b.store.Packages.PackageConfirmed(b.ctx, id, "P1", channel.Confirmation{RequestID: "r"})
	require.NoError(t, err)
	body := b.page(page)
	require.Regexp(t, `<p>Package 1 was shipped .* with `, body)
	key := regexp.MustCompile(`action="/orders/[0-9]+/return"[^>]*><input type="hidden" name="key" value="([A-Z2-7]{26})">`).FindStringSubmatch(body)
	line := regexp.MustCompile(`<select name="line" autocomplete="off"><option value="([^"]+)">lamp, 1 shipped`).FindStringSubmatch(body)
	require.NotNil(t, key)
	require.NotNil(t, line)

	form := url.Values{"key": {key[1]}, "line": {line[1]}, "quantity": {"1"}, "reason": {"too small"}, "by": {"Ann"}}
	for field, wrong := range map[string]string{"by": "", "quantity": "0", "line": "nothing"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, wrong)
		require.Equal(t, http.StatusUnprocessableEntity, b.send(page+"/return", bad).Code, field)
	}
	for range 2 {
		w := b.send(page+"/return", form)
		require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
		require.Equal(t, "/returns?notice=returned", w.Header().Get("Location"))
	}
	text := textOf(b.page("/returns"))
	require.Contains(t, text, "1 return · 1 unit to decide about")
	require.Contains(t, text, "lamp: too small")
}
