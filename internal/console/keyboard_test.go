package console

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/browsertest"
)

// controls marks what the Tab key is to reach, in the order of the page, and returns how many there are. It keeps how each looks without the focus.
const controls = `(() => {
	document.activeElement.blur();
	window.stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
		.filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }));
	window.look = (e) => {
		const s = getComputedStyle(e), outlined = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0;
		return (outlined ? s.outlineStyle + s.outlineWidth + s.outlineColor : "") + s.boxShadow;
	};
	window.looks = stops.map(look);
	return stops.length;
})()`

// stop says which of the controls has the focus (-1: none), what it is, and what is wrong with how it looks.
const stop = `(() => {
	const e = document.activeElement, at = stops.indexOf(e), box = e.getBoundingClientRect();
	const seen = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
	return { Renewed: stops.some((s) => !s.isConnected), At: at, What: e.outerHTML.slice(0, 120), Wrong: look(e) === looks[at] ? "looks as without the focus" : seen ? "" : "is off the screen" };
})()`

type focused struct {
	Renewed bool // the page was, and has other controls now
	At      int
	What    string
	Wrong   string
}

// tabTo presses the Tab key, or with back Shift and it, until what matches the selector has the focus.
func tabTo(t *testing.T, tab *browsertest.Tab, selector string, back bool) {
	t.Helper()
	for range 200 {
		if back {
			tab.PressShift(browsertest.TabKey)
		} else {
			tab.Press(browsertest.TabKey)
		}
		if browsertest.Eval[bool](tab, fmt.Sprintf("document.activeElement.matches(%q)", selector)) {
			return
		}
	}
	require.Fail(t, "the Tab key does not reach it", selector)
}

// The Tab key reaches every control of the list of orders, in the order in which they stand there, and one sees where it is.
func TestTheTabKeyReachesEveryControlOfTheList(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(30)
	tab, base := b.browse()
	for _, s := range schemes {
		tab.Prefer(s)
		for renewals := 0; ; renewals++ {
			tab.Go(base + "/orders")
			if tabsThrough(t, tab, s) {
				break
			}
			require.Less(t, renewals, 5)
		}
	}
	tab.RequireNothingWrong("orders")
}

// tabsThrough presses the Tab key until it has reached the last control; false: the page was renewed meanwhile.
func tabsThrough(t *testing.T, tab *browsertest.Tab, scheme browsertest.Scheme) bool {
	t.Helper()
	all := browsertest.Eval[int](tab, controls)
	require.Greater(t, all, 80)
	next := 0
	for range 3 * all { // a field of a date has a stop for each of its parts
		tab.Press(browsertest.TabKey)
		at := browsertest.Eval[focused](tab, stop)
		if at.Renewed {
			return false
		}
		if at.At == next-1 {
			continue
		}
		require.Equal(t, next, at.At, "it jumps to %s", at.What)
		require.Empty(t, at.Wrong, "%s: %s", scheme, at.What)
		if next++; next == all {
			break
		}
	}
	require.Equal(t, all, next)
	return true
}

// The key / goes to the search, and Escape back to where one was, whatever is typed.
func TestEscapeLeavesTheSearch(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(3)
	tab, base := b.browse()
	tab.Go(base + "/orders")
	const at = `document.activeElement.id || document.activeElement.ariaLabel || document.activeElement.tagName`
	tab.Press("/")
	require.Equal(t, "find", browsertest.Eval[string](tab, at))
	tab.Press(browsertest.Escape)
	require.Equal(t, "BODY", browsertest.Eval[string](tab, at))
	tabTo(t, tab, "[data-pick]", false)
	tab.Press("/203" + browsertest.Escape)
	require.Equal(t, "Select 203-002", browsertest.Eval[string](tab, at))
	require.Equal(t, "203", browsertest.Eval[string](tab, `document.getElementById("find").value`))
	tab.RequireNothingWrong("orders")
}

// Orders are filtered, ticked, and held together without a mouse: what would be done is read before, and what was done for each after.
func TestOrdersAreHeldAtOnceByTheKeyboard(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(3)
	b.save("ebay-uk", "run-2", sale("12-345", time.Now(), "lamp"))
	tab, base := b.browse()
	tab.Go(base + "/orders")
	tabTo(t, tab, "#filters [name=account]", false)
	tab.Press("a") // the next one that begins so
	tab.Until("the filtered list", rowCount+" === 3")
	tabTo(t, tab, "[data-pick]", false)
	tab.Press(browsertest.Space)
	tabTo(t, tab, "[data-pick]", false)
	tab.Press(browsertest.Enter)
	const picked = `document.querySelector("[data-picked]").innerText`
	require.Equal(t, "2", browsertest.Eval[string](tab, picked))
	tab.Press(browsertest.Space)
	require.Equal(t, "1", browsertest.Eval[string](tab, picked), "once more takes the tick away")
	tab.Press(browsertest.Space)
	require.Equal(t, "/orders", browsertest.Eval[string](tab, "location.pathname"), "nothing is asked for by a tick")

	tabTo(t, tab, "#bulk button[value=hold]", true)
	tab.Press(browsertest.Enter)
	tab.Sees("2 orders selected")
	require.Empty(t, flaws(tab, "what would be done"))
	tabTo(t, tab, "#batch [name=by]", false)
	tab.Press("Ann")
	tabTo(t, tab, "#batch [name=reason]", false)
	tab.Press("a question")
	tabTo(t, tab, "#batch button[type=submit]", false)
	tab.Press(browsertest.Enter)
	tab.Sees("2 done")
	tab.Until("a row for each", `document.querySelectorAll("tbody tr").length === 2`)
	rows := browsertest.Eval[[]string](tab, `[...document.querySelectorAll("tbody tr")].map((r) => r.cells[0].innerText + " " + r.cells[2].innerText)`)
	require.ElementsMatch(t, []string{"203-002 done", "203-001 done"}, rows)
	require.Empty(t, flaws(tab, "what was done"))
	tab.RequireNothingWrong("orders at once")
}
