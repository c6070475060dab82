// Package browsertest drives a real browser in tests and records the errors of its pages: errors of scripts, failed
// requests, and violations of a page's content security policy.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// within limits the time for everything on one page.
const within = time.Minute

// Tab is a page of a real browser.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu    sync.Mutex
	wrong []string
	cut   int // how often the machine's network changed under a request
}

// networkChanged is how Chromium cuts requests, even to this machine, when a network interface comes or goes: Docker adds one
// for each container. It says nothing about the page.
const networkChanged = "ERR_NETWORK_CHANGED"

// Open starts a browser with one page. The test is skipped if the machine has no browser; CI has one.
func Open(t testing.TB) *Tab {
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
	b := &Tab{t: t, ctx: ctx}
	require.NoError(t, chromedp.Do(ctx, chromedp.Func(enable)))
	b.listen()
	return b
}

// reportRefused reports violations of a page's policy by the page itself, even if a test's script caused them.
const reportRefused = `addEventListener("securitypolicyviolation", (e) =>
	console.error("policy " + e.effectiveDirective + " refused " + e.blockedURI + " at " + e.sourceFile + ":" + e.lineNumber), true)`

func enable(ctx context.Context, target *chromedp.Target) error {
	if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
		return err
	}
	if _, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{}); err != nil {
		return err
	}
	_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: reportRefused})
	return err
}

// listen records errors of scripts, of the page's policy, and of requests. A request that the browser cancelled
// because it went to another page is not an error.
func (b *Tab) listen() {
	note(b, runtime.ExceptionThrown, func(e runtime.EventExceptionThrown) string { return "exception: " + e.ExceptionDetails.Text })
	note(b, runtime.ConsoleAPICalled, func(e runtime.EventConsoleAPICalled) string {
		if e.Type != "error" {
			return ""
		}
		text := "console error:"
		for _, a := range e.Args {
			text += " " + string(a.Value)
		}
		return text
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

// note records the error that wrong returns for each event of a kind; an empty string is no error.
func note[E any](b *Tab, kind cdp.Event[E], wrong func(E) string) {
	events := chromedp.Events(b.ctx, kind)
	go func() {
		for e, err := range events {
			if err != nil {
				return
			}
			if text := wrong(e); text != "" {
				b.mu.Lock()
				if strings.Contains(text, networkChanged) {
					b.cut++
				} else {
					b.wrong = append(b.wrong, text)
				}
				b.mu.Unlock()
			}
		}
	}()
}

// Wrong returns the errors since the last call.
func (b *Tab) Wrong() (wrong []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wrong, b.wrong = b.wrong, nil
	return wrong
}

// RequireNothingWrong fails the test if there were errors on the pages since the last call.
func (b *Tab) RequireNothingWrong(where string) {
	b.t.Helper()
	require.Empty(b.t, b.Wrong(), where)
}

// Do carries out one action and returns its value. It repeats the action if an update of the page removed the element
// that it had found before the action began, or if the machine's network changed.
func Do[T any](b *Tab, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, within)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	for isNobodysFault(err) && ctx.Err() == nil {
		v, err = chromedp.Run(ctx, action)
	}
	require.NoError(b.t, err, what)
	return v
}

// isNobodysFault reports whether the browser refused an action since an update of the page removed the element between
// finding it and acting on it, or since the network changed. Chromium has one wording for actions on an element, and one for
// reading it.
func isNobodysFault(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "Could not find node with given id") ||
		strings.Contains(err.Error(), "No node with given id found") || strings.Contains(err.Error(), networkChanged))
}

// Eval returns the value of an expression in the page.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	return Do(b, expression, chromedp.Evaluate[T](expression))
}

// Go goes to an address and returns the page's main text. It goes there again if the machine's network changed meanwhile.
func (b *Tab) Go(address string) (text string) {
	b.t.Helper()
	for before := -1; before != b.cuts(); {
		before = b.cuts()
		Do(b, address, chromedp.Navigate(address))
		text = b.Main()
	}
	return text
}

func (b *Tab) cuts() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cut
}

// Main returns the page's main text.
func (b *Tab) Main() string {
	b.t.Helper()
	return Do(b, "main text", chromedp.Text(chromedp.CSS("main")))
}

// Click clicks the first element that matches the CSS selector.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	Do(b, "click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Type types into the first element that matches the CSS selector.
func (b *Tab) Type(selector, text string) {
	b.t.Helper()
	Do(b, "type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Width sets the page's width in pixels.
func (b *Tab) Width(pixels int64) {
	b.t.Helper()
	Do(b, "width", chromedp.EmulateViewport(pixels, 800))
}

// Until waits until an expression is true in the page.
func (b *Tab) Until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, within)
	defer cancel()
	poll := chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(100*time.Millisecond), chromedp.WithPollingTimeout(0))
	_, err := chromedp.Run(ctx, poll)
	for err != nil && ctx.Err() == nil { // the page is gone: ask the next one
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
			_, err = chromedp.Run(ctx, poll)
		}
	}
	if err != nil {
		shown := Eval[string](b, "location.href + '\\n' + document.body?.innerText")
		require.NoError(b.t, err, "%s; the page shows:\n%s\nand what went wrong in it: %v", what, shown, b.Wrong())
	}
}

// Sees waits until the page shows a text.
func (b *Tab) Sees(text string) {
	b.t.Helper()
	b.Until("to see "+text, "document.body?.innerText.includes("+strconv.Quote(text)+")")
}
