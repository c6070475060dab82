package console

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/starter"
)

// accountPage is one account with all its settings. Credentials are not in the store.
type accountPage struct {
	accountCard
	Expiries []channel.Expiry
	Settings []starter.Setting
	Limits   []starter.Limit
	Coverage starter.CoverageShown
	Live     liveNow
	Revised  []string // its listings that are low on revisions, in sentences
	Notice   string
}

func (c *console) account(ctx context.Context, r *http.Request) (view, error) {
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	now, live := c.now(ctx, g)
	id := r.PathValue("id")
	i := slices.IndexFunc(now.Accounts, func(a starter.AccountNow) bool { return a.ID == id })
	if i < 0 {
		return view{}, store.ErrNotFound
	}
	card, err := c.card(ctx, now.Accounts[i], live)
	if err != nil {
		return view{}, err
	}
	limits, err := c.starter.Limits(ctx, id)
	if err != nil {
		return view{}, err
	}
	covered, err := c.starter.Coverage(ctx, card.Account, starter.CoverageDays)
	if err != nil {
		return view{}, err
	}
	p := accountPage{Notice: saidOf(r), Limits: limits, Coverage: covered, accountCard: card, Expiries: card.Expiries(time.Now()), Settings: starter.SettingsOf(card.Account)}
	if p.Live, err = c.liveNow(ctx, card.Account); err != nil {
		return view{}, err
	}
	if p.Revised, err = c.starter.RevisedWords(ctx, id); err != nil {
		return view{}, err
	}
	return view{Title: "Account " + id, Section: "Overview", Template: "account", Data: p}, nil
}
