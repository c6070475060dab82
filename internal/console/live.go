package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// usualSample is how many listings the form for a sample offers.
const usualSample = 50

// figuresHold is how long what was counted of an account's listings is reused. Its page may renew itself every two seconds, and counting takes half a second
// at 100,000 listings.
const figuresHold = 10 * time.Second

// liveNow is what of an account is live, and what buttons can do about it.
type liveNow struct {
	accounts.Account
	figures
}

// figures are what is counted of an account's listings.
type figures struct {
	Way     settings.WayBack
	Counts  store.KeptCounts
	Publish publications.Waiting
	at      time.Time
}

// figuresCache has the figures of accounts that were shown a moment ago.
type figuresCache struct {
	mu sync.Mutex
	of map[string]figures
}

func (f *figuresCache) get(account string) (figures, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	found, ok := f.of[account]
	return found, ok && time.Since(found.at) < figuresHold
}

func (f *figuresCache) keep(account string, now figures) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == nil {
		f.of = map[string]figures{}
	}
	f.of[account] = now
}

// forget has the figures counted anew.
func (f *figuresCache) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.of = nil
}

func (c *console) liveNow(ctx context.Context, a accounts.Account) (liveNow, error) {
	if found, ok := c.figures.get(a.ID); ok {
		return liveNow{a, found}, nil
	}
	counted, err := c.count(ctx, a)
	if err == nil {
		c.figures.keep(a.ID, counted)
	}
	return liveNow{a, counted}, err
}

func (c *console) count(ctx context.Context, a accounts.Account) (l figures, err error) {
	l.at = time.Now()
	since, err := c.starter.Store.Settings.LiveSince(ctx, a.ID)
	if err == nil && (a.GoingBack > 0 || time.Since(since) < stock.UndoWithin) { // else nothing can go back, and all that was listed before would be looked at
		l.Way, err = c.starter.Store.Settings.WayBack(ctx, a.ID)
	}
	if err != nil {
		return l, err
	}
	if l.Counts, err = c.starter.Store.KeptCounts(ctx, a.ID); err != nil {
		return l, err
	}
	l.Publish, err = c.starter.Store.Publications.Waiting(ctx, a.ID, a.Endpoint)
	return l, err
}

// Text says what is live.
func (l liveNow) Text() string { return starter.WhatIsLive(l.Account) }

// Progress says how far levels are that go back; an empty text: none does.
func (l liveNow) Progress() string { return starter.WayBackWords(l.Way).Progress() }

// Changed says what has changed since it was published.
func (l liveNow) Changed() string { return starter.ChangedWords(l.Publish).Text() }

// Samples reports whether a sample can go live.
func (l liveNow) Samples() bool { return l.Enabled && l.Observing && l.GoingBack == 0 }

// Proposed returns how many listings the form for a sample offers.
func (l liveNow) Proposed() int { return max(usualSample, l.Sample) }

// Undoes reports whether levels can go back: they went live a short while ago, and are not on their way already.
func (l liveNow) Undoes() bool {
	return !l.Way.LiveAt.IsZero() && l.Way.Going == 0 && time.Since(l.Way.LiveAt) < stock.UndoWithin
}

// UndoUntil returns until when levels can go back.
func (l liveNow) UndoUntil() time.Time { return l.Way.LiveAt.Add(stock.UndoWithin) }

// UndoText says what going back would do.
func (l liveNow) UndoText() string { return starter.WayBackWords(l.Way).Ahead() }

// Stops reports whether it can be set to only observe.
func (l liveNow) Stops() bool { return !l.Observing || l.Sample+l.GoingBack > 0 }

// goLiveSample lets some listings of an account go live. Their number is that of all that are live, so repeating it changes nothing.
func (c *console) goLiveSample(ctx context.Context, r *http.Request) (string, error) {
	back, err := liveForm(r)
	if err != nil {
		return "", err
	}
	ask := starter.SampleAsk{Account: r.PathValue("id"), By: strings.TrimSpace(r.PostForm.Get("by"))}
	if ask.By == "" || !plainText(ask.By) {
		return "", notDone("who lets it go live is missing", back)
	}
	if ask.SKUs, err = strconv.Atoi(r.PostForm.Get("skus")); err != nil || ask.SKUs < 1 {
		return "", notDone("how many listings are to be live is missing: a whole number, 1 or more", back)
	}
	out, err := c.starter.GoLiveSample(ctx, ask)
	if err != nil {
		return "", refusedAs(err, back)
	}
	return withNotice(back, "sample", out.Live, out.Warning), nil
}

// undoLive lets an account's levels go back to what they were before it went live. It may be repeated.
func (c *console) undoLive(ctx context.Context, r *http.Request) (string, error) {
	back, err := liveForm(r)
	if err != nil {
		return "", err
	}
	if r.PostForm.Get("sure") != "1" {
		return "", notDone("that you have read what happens is missing", back)
	}
	out, err := c.starter.UndoLive(ctx, r.PathValue("id"))
	if err != nil {
		return "", refusedAs(err, back)
	}
	return withNotice(back, "undone", out.Links, out.Warning), nil
}

// observe stops an account from writing to its channel. It may be repeated.
func (c *console) observe(ctx context.Context, r *http.Request) (string, error) {
	back, err := liveForm(r)
	if err != nil {
		return "", err
	}
	if _, err := c.starter.Observe(ctx, r.PathValue("id")); err != nil {
		return "", err
	}
	return back + "?notice=observes", nil
}

// liveForm reads a form of an account's page, and returns the page.
func liveForm(r *http.Request) (back string, err error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	return accountPath(r.PathValue("id")), nil
}

// Writers says what somebody else sets on the account; an empty text: nobody does.
func (l liveNow) Writers() wording.Said {
	return starter.SecondWriterWords(l.Counts.SecondWriter).Said()
}
