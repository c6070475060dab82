package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// within limits the time for one picture.
const within = time.Minute

// browser is a real browser with one page.
type browser struct {
	ctx   context.Context
	close func()
}

// open starts the browser of the machine.
func open(ctx context.Context) (*browser, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		path, err = exec.LookPath("google-chrome")
	}
	if err != nil {
		return nil, errors.New("there is no browser: install Debian's chromium (make setup)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	tab, closeTab := chromedp.NewContext(allocator)
	b := &browser{ctx: tab, close: func() { closeTab(); stop() }}
	if err := chromedp.Do(tab, prefer(false)); err != nil { // the first action starts the browser, which ends with its context
		b.close()
		return nil, fmt.Errorf("start the browser: %w", err)
	}
	return b, nil
}

// picture writes how a page looks, and returns the file's size.
func (b *browser) picture(console string, p shown, l look, name string) (size int, err error) {
	ctx, cancel := context.WithTimeout(b.ctx, within)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, 800), prefer(l.dark)); err != nil {
		return 0, err
	}
	address := console + p.path
	if p.link != "" {
		if err := chromedp.Do(ctx, chromedp.Navigate(console+p.from)); err != nil {
			return 0, err
		}
		if address, err = chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q)?.href || ''", p.link))); err != nil {
			return 0, err
		}
		if address == "" {
			return 0, fmt.Errorf("%s has no link %s", p.from, p.link)
		}
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		return 0, err
	}
	raw, err := b.capture(ctx, p, l)
	if err != nil {
		return 0, err
	}
	small, err := shrink(raw)
	if err != nil {
		return 0, err
	}
	return len(small), os.WriteFile(name, small, 0o644)
}

// capture takes the part of the page that is to be shown.
func (b *browser) capture(ctx context.Context, p shown, l look) ([]byte, error) {
	if l.whole {
		p.top, p.end, p.height = "", "", math.MaxInt32
	}
	top, err := above(ctx, p.top, "0")
	if err != nil {
		return nil, err
	}
	end, err := above(ctx, p.end, "document.documentElement.scrollHeight")
	if err != nil {
		return nil, err
	}
	height := min(end-top, float64(p.height))
	beyond := true
	return chromedp.Run(ctx, chromedp.Action[[]byte](func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
		r, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Clip: &page.Viewport{Y: top, Width: float64(l.width), Height: height, Scale: 1}, CaptureBeyondViewport: &beyond,
		})
		if err != nil {
			return nil, err
		}
		return r.Data, nil
	}))
}

// above returns where a little above an element is, or the value of an expression if no element is meant.
func above(ctx context.Context, selector, otherwise string) (float64, error) {
	if selector == "" {
		return chromedp.Run(ctx, chromedp.Evaluate[float64](otherwise))
	}
	y, err := chromedp.Run(ctx, chromedp.Evaluate[float64](fmt.Sprintf("document.querySelector(%q).getBoundingClientRect().top + scrollY - 16", selector)))
	if err != nil {
		return 0, fmt.Errorf("find %s: %w", selector, err)
	}
	return y, nil
}

// prefer lets pages see that the person prefers dark colours, or light ones.
func prefer(dark bool) chromedp.Action[chromedp.Void] {
	value := "light"
	if dark {
		value = "dark"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
		})
		return err
	})
}
