package console

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/browsertest"
)

// The key / goes to the search from anywhere but a field, and its form finds by the keyboard alone.
func TestTheSearchIsUsedByItsKey(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(3)
	tab, base := b.browse()
	tab.Go(base + "/orders")
	press := `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }))`
	require.False(t, browsertest.Eval[bool](tab, press), "the key is used")
	require.Equal(t, "find", browsertest.Eval[string](tab, "document.activeElement.id"))
	require.True(t, browsertest.Eval[bool](tab, press), "in a field it is a letter")
	tab.Type("#find", "203-")
	browsertest.Eval[bool](tab, `document.querySelector("form.find").requestSubmit(); true`)
	tab.Until("the page of the search", `location.pathname === "/search" && document.readyState === "complete"`)
	tab.Sees("203-002")
	require.Equal(t, "203-", browsertest.Eval[string](tab, `document.getElementById("find").value`))
	tab.RequireNothingWrong("the search")
}
