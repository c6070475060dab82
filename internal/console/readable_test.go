package console

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/browsertest"
)

// schemes are the colours in which every page is looked at.
var schemes = []browsertest.Scheme{browsertest.Light, browsertest.Dark}

// flaws returns what can't be read on the open page, in either scheme.
func flaws(tab *browsertest.Tab, page string) string {
	var all strings.Builder
	for _, s := range schemes {
		for _, f := range tab.Flaws(s) {
			fmt.Fprintf(&all, "%s, %s: %s\n", page, s, f)
		}
	}
	return all.String()
}

// Everybody can read every page: in light and dark, with a screen reader, and with the keyboard.
func TestEveryPageIsReadable(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	paths := b.allPages()
	tab, base := b.browse()
	var all strings.Builder
	for _, path := range paths {
		tab.Go(base + path)
		all.WriteString(flaws(tab, path))
		tab.RequireNothingWrong(path)
	}
	tab.Go(base + "/nowhere")
	all.WriteString(flaws(tab, "/nowhere"))
	require.Empty(t, all.String())
}

// A colour that is too pale in the console's own sheet is found on its pages, in the scheme that it is for.
func TestAPaleColourOfTheConsoleIsFound(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	tab, base := b.browse()
	tab.Go(base + "/orders")
	require.Empty(t, flaws(tab, "/orders"))
	browsertest.Eval[bool](tab, `(() => {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync("@media (prefers-color-scheme: dark) { :root { --faint: #4a5562; } }");
		document.adoptedStyleSheets = [sheet];
		return true;
	})()`)
	require.Regexp(t, `(?m)^/orders, dark: contrast 2\.\d\d, wanted 4\.5: .* "Account"$`, flaws(tab, "/orders"))
	require.NotContains(t, flaws(tab, "/orders"), "light")
}
