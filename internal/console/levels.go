package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
)

// levelsPage holds what an account's channel lists against what would be listed.
type levelsPage struct {
	Account  store.Account
	List     *list[levelRow]
	Diff     store.Diff
	Packages int // processed while it observed, and held
	Held     int // levels that the brake holds
	Notice   string
}

// Risky is how many levels would go to zero or far up.
func (p levelsPage) Risky() int { return p.Diff.Risky }

// Over reports whether going live needs to be accepted.
func (p levelsPage) Over() bool { return p.Diff.Risky > p.Diff.Bears }

// Arithmetic is the brake's, in words.
func (p levelsPage) Arithmetic() string {
	d := p.Diff
	text := fmt.Sprintf("%s would go to zero or above five times what is listed. Of %s up to %s are borne (20, or 5%%)",
		plural(d.Risky, "level", "levels"), plural(d.Listings, "listing", "listings"), grouped(d.Bears))
	if p.Over() {
		return text + ": that is more, so look at them first."
	}
	return text + "."
}

// levelRow is one listing.
type levelRow struct{ store.DiffRow }

// Known reports whether anybody knows what the channel lists.
func (r levelRow) Known() bool { return r.Listed != stock.UnknownListed }

// Ours reports whether the level is ours to set.
func (r levelRow) Ours() bool { return r.Difference != stock.NotOurs && r.Difference != stock.Unlinked }

// Tone is the difference's.
func (r levelRow) Tone() tone {
	switch r.Difference {
	case stock.Same:
		return toneOK
	case stock.Up, stock.Down:
		return toneBusy
	case stock.ToZero, stock.Unlinked:
		return toneWarn
	case stock.NotOurs, stock.Unknown:
	}
	return toneQuiet
}

func (c *console) accountLevels(ctx context.Context, r *http.Request) (view, error) {
	in, id := readInputs(r), r.PathValue("id")
	p := levelsPage{List: newList[levelRow](in, "levels"), Notice: notices[r.URL.Query().Get("notice")]}
	only, after := in.choice("show", words(stock.Differences())), in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	var err error
	if p.Account, err = c.starter.Store.Account(ctx, id); err != nil {
		return view{}, err
	}
	p.Diff, err = c.starter.Store.LevelsDiff(ctx, id, store.DiffFilter{Only: stock.Difference(only), After: after, Limit: in.rows})
	if errors.Is(err, store.ErrBadCursor) {
		return view{}, badInput("Filter after", "no list has given it")
	}
	if err != nil {
		return view{}, err
	}
	if err := c.waiting(ctx, &p); err != nil {
		return view{}, err
	}
	counts := byWord(p.Diff.Counts)
	for _, n := range p.Diff.Counts {
		counts[""] += n
	}
	p.List.tabs("show", only, "all", words(stock.Differences()), counts)
	rows := make([]levelRow, len(p.Diff.Rows))
	for i, row := range p.Diff.Rows {
		rows[i] = levelRow{row}
	}
	p.List.fill(rows, nil)
	if p.Diff.After != "" {
		p.List.more(p.Diff.After)
	}
	return view{Title: "Levels of " + id, Section: "Overview", Template: "levels", Data: p}, nil
}

// mostPackages bounds how many held packages are counted.
const mostPackages = 1000

// waiting counts what waits for the account to go live, or for somebody to release it.
func (c *console) waiting(ctx context.Context, p *levelsPage) error {
	open, err := c.starter.Store.Incidents(ctx, p.Account.ID, false)
	if err != nil {
		return err
	}
	for _, i := range open {
		if i.Kind == incident.Brake {
			p.Held += i.Subjects
		}
	}
	if !p.Account.Observing {
		return nil
	}
	held, err := c.starter.Store.HeldPackages(ctx, p.Account.ID, 0, mostPackages)
	p.Packages = len(held)
	return err
}
