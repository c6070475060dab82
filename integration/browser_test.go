package integration

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// pageWithin bounds everything that one page may take.
const pageWithin = time.Minute

// tab is a page of a real browser. It keeps what went wrong in it.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu    sync.Mutex
	wrong []string
}

// openTab starts a browser with one page. Without one on the machine the test is skipped; CI has one.
func openTab(t *testing.T) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no browser: install Debian's chromium (make setup)")
		}
		t.Skip("no browser: install Debian's chromium (make setup)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	b := &tab{t: t, ctx: ctx}
	require.NoError(t, chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		if err == nil {
			_, err = cdp.Call(ctx, target, log.Enable, cdp.Empty{})
		}
		return err
	})))
	b.listen()
	return b
}

// listen notes errors of scripts, of the page's policy, and of requests. A request that the browser itself gave up,
// because it went to another page, is none.
func (b *tab) listen() {
	note(b, runtime.ExceptionThrown, func(e runtime.EventExceptionThrown) string { return "exception: " + e.ExceptionDetails.Text })
	note(b, runtime.ConsoleAPICalled, func(e runtime.EventConsoleAPICalled) string {
		if e.Type != "error" {
			return ""
		}
		return "console error"
	})
	note(b, log.EntryAdded, func(e log.EventEntryAdded) string {
		if e.Entry.Level != "error" {
			return ""
		}
		return e.Entry.Text + " " + e.Entry.URL
	})
	note(b, network.ResponseReceived, func(e network.EventResponseReceived) string {
		if e.Response.Status < 400 {
			return ""
		}
		return fmt.Sprintf("%s: %d", e.Response.URL, e.Response.Status)
	})
	note(b, network.LoadingFailed, func(e network.EventLoadingFailed) string {
		if e.Canceled {
			return ""
		}
		return "request failed: " + e.ErrorText
	})
}

// note keeps what is wrong with each event of a kind; empty is nothing.
func note[E any](b *tab, kind cdp.Event[E], wrong func(E) string) {
	events := chromedp.Events(b.ctx, kind)
	go func() {
		for e, err := range events {
			if err != nil {
				return
			}
			if text := wrong(e); text != "" {
				b.mu.Lock()
				b.wrong = append(b.wrong, text)
				b.mu.Unlock()
			}
		}
	}()
}

// forget drops what went wrong so far: on pages that are not ours to judge.
func (b *tab) forget() (wrong []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wrong, b.wrong = b.wrong, nil
	return wrong
}

// requireNothingWrong fails when anything went wrong on the pages since it was last asked.
func (b *tab) requireNothingWrong(where string) {
	b.t.Helper()
	require.Empty(b.t, b.forget(), where)
}

// in carries out one action and answers its value.
func in[T any](b *tab, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageWithin)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	require.NoError(b.t, err, what)
	return v
}

// open goes to an address and answers the page's main text.
func (b *tab) open(address string) (text string) {
	b.t.Helper()
	in(b, address, chromedp.Navigate(address))
	return b.main()
}

func (b *tab) main() string {
	b.t.Helper()
	return in(b, "main text", chromedp.Text(chromedp.CSS("main")))
}

// until waits until an expression is true in the page.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageWithin)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(100*time.Millisecond), chromedp.WithPollingTimeout(0)))
	if err != nil {
		shown := in(b, "what is shown", chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
		require.NoError(b.t, err, "%s; the page shows:\n%s\nand what went wrong in it: %v", what, shown, b.forget())
	}
}

// sees waits until the page shows a text.
func (b *tab) sees(text string) {
	b.t.Helper()
	b.until("to see "+text, "document.body.innerText.includes("+strconv.Quote(text)+")")
}
