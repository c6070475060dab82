package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/wording"
)

// SampleAsk is a request to let some listings of an account that observes go live.
type SampleAsk struct {
	Account string
	By      string   // who asks; must be given
	SKUs    int      // how many are to be live in all; Towpath chooses (stock.ChooseSample)
	Named   []string // or these channel SKUs, besides those that are live
}

// SampleLive is the result of a SampleAsk.
type SampleLive struct {
	Account string   `json:"account"`
	Added   []string `json:"added"` // channel SKUs
	Live    int      `json:"live"`  // listings that are live in all
	Warning string   `json:"warning,omitempty"`
}

// GoLiveSample lets some listings of an observing account send their levels; its packages stay held. It may be repeated.
func (s *Starter) GoLiveSample(ctx context.Context, ask SampleAsk) (SampleLive, error) {
	out := SampleLive{Account: ask.Account, Added: []string{}}
	acc, err := s.Store.Accounts.Account(ctx, ask.Account)
	if err != nil {
		return out, err
	}
	switch {
	case ask.By == "":
		return out, usagef("a name must be given")
	case !acc.Observing:
		return out, &RefusedError{Reason: fmt.Sprintf("%s is live as a whole: a sample is of an account that observes", acc.ID)}
	case acc.GoingBack > 0:
		return out, &RefusedError{Reason: fmt.Sprintf("%s goes back to what it listed before: wait for it, or stop that with `towpath accounts observe %s`", acc.ID, acc.ID)}
	}
	list, live, err := s.Store.Levels.Candidates(ctx, acc.ID)
	if err != nil {
		return out, err
	}
	if out.Added, err = chosen(ask, list, live); err != nil {
		return out, err
	}
	out.Live = len(live) + len(out.Added)
	if _, err := s.Store.Settings.GoLiveSample(ctx, acc.ID, out.Added, settings.Live{By: ask.By}); err != nil {
		if errors.Is(err, settings.ErrLive) {
			err = &RefusedError{Reason: err.Error()}
		}
		return out, err
	}
	out.Warning = s.wakeOrWarn(ctx, []string{acc.ID})
	return out, nil
}

// chosen returns the channel SKUs that go live besides those that are.
func chosen(ask SampleAsk, list []stock.Candidate, live []string) ([]string, error) {
	isLive := func(c stock.Candidate) bool { return slices.Contains(live, c.ChannelSKU) }
	if len(ask.Named) == 0 {
		out := stock.ChooseSample(slices.DeleteFunc(slices.Clone(list), isLive), ask.SKUs-len(live))
		if len(out)+len(live) == 0 {
			return nil, &RefusedError{Reason: fmt.Sprintf("no listing of %s is fit for a sample: linked, in stock, and listed about as it would be. `towpath levels diff --account %s` compares them", ask.Account, ask.Account)}
		}
		return out, nil
	}
	out := []string{}
	var unknown []string
	for _, sku := range ask.Named {
		switch {
		case !slices.ContainsFunc(list, func(c stock.Candidate) bool { return c.ChannelSKU == sku }):
			unknown = append(unknown, sku)
		case !slices.Contains(live, sku) && !slices.Contains(out, sku):
			out = append(out, sku)
		}
	}
	if len(unknown) > 0 {
		return nil, usagef("--sku %s: %s has no link of that channel SKU whose level is ours to set; `towpath links list --account %s` lists them", strings.Join(unknown, ", "), ask.Account, ask.Account)
	}
	return out, nil
}

// UndoneLive is what UndoLive has begun.
type UndoneLive struct {
	Account string `json:"account"`
	settings.Undone
	Over    []levels.Before `json:"over,omitempty"` // listed above what is free once they are back
	Warning string          `json:"warning,omitempty"`
}

// UndoLive sets an account back to observing and lets its levels go back to what they were before it went live, less what was sold on the channel
// since. It may be repeated; `towpath accounts` shows how many are on their way.
func (s *Starter) UndoLive(ctx context.Context, account string) (UndoneLive, error) {
	out := UndoneLive{Account: account}
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return out, err
	}
	oldest := time.Now().UTC().Add(-stock.UndoWithin)
	if out.Undone, err = s.Store.Settings.Undo(ctx, acc.ID, oldest); err != nil {
		return out, err
	}
	switch {
	case out.LiveAt.IsZero():
		return out, &RefusedError{Reason: fmt.Sprintf("of %s nothing can go back: it has not gone live, or it has gone back already", acc.ID)}
	case out.LiveAt.Before(oldest):
		return out, &RefusedError{Reason: fmt.Sprintf("%s went live on %s, more than %d days ago: what it listed before says nothing any more. `towpath accounts observe %s` only stops it",
			acc.ID, wording.Moment(out.LiveAt), int(stock.UndoWithin.Hours()/24), acc.ID)}
	}
	back, err := s.Store.Levels.GoingBack(ctx, acc.ID)
	if err != nil {
		return out, err
	}
	for _, b := range back {
		if b.Quantity > b.Free {
			out.Over = append(out.Over, b)
		}
	}
	slices.SortFunc(out.Over, func(a, b levels.Before) int {
		return cmp.Or(cmp.Compare(b.Quantity-b.Free, a.Quantity-a.Free), strings.Compare(a.ChannelSKU, b.ChannelSKU))
	})
	out.Warning = s.wakeOrWarn(ctx, []string{acc.ID})
	return out, nil
}
