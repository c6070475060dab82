package integration

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/browsertest"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/workflows"
)

// The console works in a real browser while orders arrive and faults occur.
func TestTheConsoleInABrowser(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := &tab{Tab: browsertest.Open(t), t: t}
	p, dev := startRunning(t, dir, "--speed", "600")
	for _, a := range marketplaces(t, dir).Accounts {
		_, err := faults.Switch(t.Context(), a.Address, faults.Rates{Unavailable: 0.1, Malformed: 0.1})
		require.NoError(t, err)
	}
	d := &operator{t: t, dir: dir}
	var done []orders.OrderRow
	p.eventually("an order that is done, and a fault", func() bool {
		done = d.list(order.Completed)
		return len(done) > 0 && faultSeen(d)
	})
	base := "http://" + dev.ConsoleAddress
	b.crawl(base)
	b.refreshes(base)
	b.showsOrder(base, d, done[0])
	require.Zero(t, p.stop(), "%s", p.out)
	b.seesThatItStopped()
}

func faultSeen(d *operator) bool {
	d.t.Helper()
	var list struct{ Runs []runs.Run }
	d.act(&list, "runs", "--errors", "--limit", "5")
	return len(list.Runs) > 0
}

// tab is a page of the console in a real browser.
type tab struct {
	*browsertest.Tab
	t *testing.T
}

// kindOf returns an address without the part that differs between pages of one kind.
func kindOf(path string) string {
	return regexp.MustCompile(`^/(accounts|orders|runs|errors|incidents)/.+$`).ReplaceAllString(path, "/$1/{id}")
}

// mostOfAKind is how many pages of one kind are visited, with and without filters.
const mostOfAKind = 4

// shownPage is what is checked on every page.
type shownPage struct {
	Title   string   `json:"title"`
	Heading string   `json:"heading"`
	Menu    int      `json:"menu"`
	Links   []string `json:"links"` // addresses inside the console
}

// crawl follows every link from the overview. Each page must have a title, a heading and a menu, and no errors.
func (b *tab) crawl(base string) {
	b.t.Helper()
	visited, queue := make(map[string]int), []string{"/"}
	queued := map[string]bool{"/": true}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at)
		require.NoError(b.t, err)
		kind := kindOf(u.Path)
		if visited[kind] == mostOfAKind {
			continue
		}
		visited[kind]++
		switch kind {
		case "/support":
			b.isSupportFile(base + at)
			continue
		case "/log/download":
			require.NotEmpty(b.t, b.file(base+at), at)
			continue
		}
		b.Go(base + at)
		page := browsertest.Eval[shownPage](b.Tab, `({title: document.title, heading: document.querySelector("h1")?.innerText ?? "",
			menu: document.querySelectorAll("header nav a").length,
			links: [...document.querySelectorAll("a[href]")].filter(a => a.origin === location.origin).map(a => a.pathname + a.search)})`)
		require.Contains(b.t, page.Title, "Towpath", at)
		require.NotEmpty(b.t, page.Heading, at)
		require.Equal(b.t, 8, page.Menu, at)
		for _, link := range page.Links {
			if !queued[link] {
				queued[link] = true
				queue = append(queue, link)
			}
		}
		b.RequireNothingWrong(at)
	}
	for _, kind := range []string{"/", "/orders", "/orders/{id}", "/runs", "/runs/{id}", "/products", "/product", "/stock", "/sku", "/errors", "/errors/{id}", "/support", "/log", "/log/download", "/sync", "/drift", "/left", "/prices", "/struck"} {
		require.Positive(b.t, visited[kind], "no link leads to %s", kind)
	}
}

// file fetches what a link offers as a file: a browser would not go there but save it.
func (b *tab) file(address string) []byte {
	b.t.Helper()
	ask, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	require.NoError(b.t, err)
	answer, err := http.DefaultClient.Do(ask)
	require.NoError(b.t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(b.t, errors.Join(err, answer.Body.Close()))
	require.Equal(b.t, http.StatusOK, answer.StatusCode, address)
	require.Contains(b.t, answer.Header.Get("Content-Disposition"), "attachment")
	return body
}

func (b *tab) isSupportFile(address string) {
	b.t.Helper()
	body := b.file(address)
	file, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	require.NoError(b.t, err, address)
	_, err = file.Open("case.txt")
	require.NoError(b.t, err, address)
}

// refreshes waits until a list shows an order that arrived after the page was loaded: the page's script must have
// added it.
func (b *tab) refreshes(base string) {
	b.t.Helper()
	b.Go(base + "/orders")
	const newest = `document.querySelector("main tbody a[href^='/orders/']").getAttribute("href")`
	first := browsertest.Eval[string](b.Tab, `window.sameLoad = true; `+newest)
	b.Until("to see a newer order than "+first, `window.sameLoad && `+newest+` !== `+strconv.Quote(first))
	b.RequireNothingWrong("while the page was renewed")
}

// showsOrder compares an order's page with the command line's output, and follows its link to the Temporal Web UI.
func (b *tab) showsOrder(base string, d *operator, row orders.OrderRow) {
	b.t.Helper()
	st := d.order(row)
	text := b.Go(base + "/orders?reference=" + url.QueryEscape(row.Reference))
	require.Contains(b.t, text, row.Reference)
	b.Click(`main tbody a[href^="/orders/"]`)
	browsertest.Do(b.Tab, "its page", chromedp.WaitVisible(chromedp.CSS("#packages-title")))
	text = b.Main()
	require.Contains(b.t, text, row.Reference)
	require.Contains(b.t, strings.ToLower(text), string(st.State))
	require.NotEmpty(b.t, st.Packages)
	for _, k := range st.Packages {
		require.Contains(b.t, text, k.ID)
		require.Contains(b.t, text, k.TrackingNumber)
	}
	for _, l := range st.Lines {
		require.Contains(b.t, text, l.SKU)
	}
	b.RequireNothingWrong("order")

	link := browsertest.Eval[string](b.Tab, `[...document.querySelectorAll("main a")].find(a => a.href.includes("/workflows/order")).href`)
	browsertest.Do(b.Tab, link, chromedp.Navigate(link))
	b.Sees("User Metadata")
	b.Click("#user-metadata-tab")
	// A workflow's texts are Markdown, which the Web UI shows in frames.
	const texts = `[...document.querySelectorAll("iframe")].map(f => f.contentDocument?.body?.innerText).join(" ")`
	for _, want := range []string{"Order " + workflows.OrderName(row.Key), string(st.State)} {
		b.Until("to see "+want, texts+".includes("+strconv.Quote(want)+")")
	}
	b.Wrong() // errors in the pages of the Web UI are not Towpath's
	b.Go(base)
}

// seesThatItStopped checks that a page that can't be updated any more says so.
func (b *tab) seesThatItStopped() {
	b.t.Helper()
	b.Sees("The console does not answer")
}
