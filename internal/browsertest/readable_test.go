package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/browsertest"
)

// serve opens a page with this style and body.
func serve(t *testing.T, style, body string) *browsertest.Tab {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><style>` + style + `</style><main>` + body + `</main>`))
	}))
	t.Cleanup(server.Close)
	b := browsertest.Open(t)
	b.Go(server.URL)
	return b
}

// What can't be read is found wherever its colours come from, and only in the scheme in which it can't be.
func TestTooLittleContrastIsFound(t *testing.T) {
	t.Parallel()
	b := serve(t, `:root { color-scheme: light dark } body { background: #fff; color: #000 } .card { background: #ddd } .grey { color: #888 } .enough { color: #767676 }
		.large { font-size: 24px } .pale { opacity: .4 } .before::before { content: "now: "; color: #999 } input::placeholder { color: #bbb }
		@media (prefers-color-scheme: dark) { body { background: #000; color: #fff } .card { background: #111 } .enough { color: #333 } }`,
		`<h1>Head</h1><p class="enough">enough</p><div class="card"><p class="grey">grey on a card</p><p class="large grey">large <b class="enough">on it</b></p></div>
		<p class="pale">pale <b style="opacity: 0">nothing</b></p><p class="before">before</p><label>Find <input placeholder="a word"></label>
		<details><summary>Open</summary><p class="grey">folded up</p></details><button disabled class="grey">not now</button><p hidden class="grey">hidden</p>`)
	found := func(s browsertest.Scheme) (texts []string) {
		for _, f := range b.Flaws(s) {
			require.Equal(t, "contrast", f.Rule, f)
			require.Less(t, f.Ratio, f.Wanted, f)
			texts = append(texts, f.Text)
		}
		return texts
	}
	require.Equal(t, []string{"grey on a card", "large", "pale", "folded up", "a word", "now:"}, found(browsertest.Light))
	require.Equal(t, []string{"enough", "on it", "pale"}, found(browsertest.Dark))
	light := b.Flaws(browsertest.Light)[0]
	require.Equal(t, `contrast 2.60, wanted 4.5: body > main > div.card > p.grey "grey on a card"`, light.String())
	require.False(t, browsertest.Eval[bool](b, `document.querySelector("details").open`), "the page is left as it was")
}

// What a screen reader or the keyboard can't use is found, and what they can use is not.
func TestWhatHasNoNameIsFound(t *testing.T) {
	t.Parallel()
	good := `<h1>Head</h1><label>Name <input></label><label for="s">Kind</label><select id="s"><option>all</option></select><input aria-label="Which">
		<button>Go</button><a href="#s"><img src="data:," alt="back"></a><svg role="img" aria-label="chart"></svg><img src="data:," alt="">
		<table><tr><th scope="col">A</th></tr><tr><th scope="row">B</th></tr></table><div tabindex="0" role="region" aria-labelledby="s">x</div>`
	b := serve(t, "", good)
	require.Empty(t, b.Flaws(browsertest.Light))
	for body, want := range map[string]string{
		`<label><select><option>all</option></select></label>`: "no name",
		`<input placeholder="a word">`:                         "no name",
		`<button><span aria-hidden="true">x</span></button>`:   "no name",
		`<a href="/"><img src="data:," alt=""></a>`:            "no name",
		`<div tabindex="0" role="region">x</div>`:              "no name",
		`<svg role="img"></svg>`:                               "picture without a name",
		`<img src="data:,">`:                                   "picture without a name",
		`<table><tr><th>A</th></tr></table>`:                   "header cell without a scope",
		`<b id="x"></b><b id="x"></b>`:                         "id more than once",
		`<button tabindex="2">Go</button>`:                     "tabindex above 0",
		`<section aria-labelledby="nowhere">x</section>`:       "aria-labelledby that nothing has",
		`<h1>Another</h1>`:                                     "main headings: 2",
	} {
		browsertest.Eval[string](b, "document.querySelector('main').innerHTML = "+strconv.Quote(good+body))
		flaws := b.Flaws(browsertest.Light)
		require.Len(t, flaws, 1, "%s: %v", body, flaws)
		require.Equal(t, want, flaws[0].Rule)
	}
}
