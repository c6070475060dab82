package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// levelsPage compares what an account's channel lists with what would be listed.
type levelsPage struct {
	Account  accounts.Account
	List     *list[levelRow]
	Diff     levels.Diff
	Packages int // processed while it observed, and held
	Held     int // levels that the brake holds
	Notice   string
}

// Why returns the reasons against going live, in sentences; a person has to accept each of them.
func (p levelsPage) Why() (why []string) {
	for _, clause := range starter.GoLiveWords(p.Account, p.Diff).Against() {
		why = append(why, wording.Sentence(clause))
	}
	return why
}

// Condition returns the account's condition.
func (p levelsPage) Condition() wording.Said { return starter.ConditionOf(p.Account) }

// Arithmetic returns the brake's calculation in a sentence, or an empty string if Why has it as one of the reasons
// against going live.
func (p levelsPage) Arithmetic() string {
	if p.Diff.Risky > p.Diff.Bears {
		return ""
	}
	return wording.Sentence(starter.GoLiveWords(p.Account, p.Diff).Arithmetic())
}

func (c *console) accountLevels(ctx context.Context, r *http.Request) (view, error) {
	in, id := readInputs(r), r.PathValue("id")
	p := levelsPage{List: newList[levelRow](in, "levels"), Notice: saidOf(r)}
	only, after := in.choice("show", words(stock.Differences())), in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	var err error
	if p.Account, err = c.starter.Store.Accounts.Account(ctx, id); err != nil {
		return view{}, err
	}
	p.Diff, err = c.starter.LevelsDiff(ctx, id, levels.DiffFilter{Only: stock.Difference(only), After: after, Limit: in.rows})
	var usage *starter.UsageError
	if errors.As(err, &usage) {
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
	rows, err := c.levelRows(ctx, id, p.Diff.Rows)
	if err != nil {
		return view{}, err
	}
	p.List.fill(rows, nil)
	if p.Diff.After != "" {
		p.List.more(p.Diff.After)
	}
	return view{Title: "Levels of " + id, Section: "Overview", Template: "levels", Data: p}, nil
}

// mostPackages limits how many held packages are counted.
const mostPackages = 1000

// waiting counts what waits for the account to go live, or for somebody to release it.
func (c *console) waiting(ctx context.Context, p *levelsPage) error {
	open, err := c.starter.Store.Incidents.List(ctx, p.Account.ID, false)
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
	held, err := c.starter.Store.Settings.HeldPackages(ctx, p.Account.ID, 0, mostPackages)
	p.Packages = len(held)
	return err
}

// goLive lets an account write to its channel, as the form on its levels' page says. Repeating it changes nothing.
func (c *console) goLive(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	id, back := r.PathValue("id"), levelsOf(r)
	by := strings.TrimSpace(r.PostForm.Get("by"))
	if by == "" || !plainText(by) {
		return "", notDone("who lets it go live is missing", back)
	}
	out, err := c.starter.GoLive(ctx, starter.GoLiveAsk{Account: id, By: by, Accept: r.PostForm.Get("accept") == "1", Held: r.PostForm.Get("packages")})
	var usage *starter.UsageError
	var refused *starter.RefusedError
	switch {
	case errors.As(err, &usage):
		return "", notDone(usage.Problem, back)
	case errors.As(err, &refused):
		return "", notDone(refused.Reason, back)
	case err != nil:
		return "", err
	case out.Warning != "":
		return back + "?notice=live-later", nil
	}
	return back + "?notice=live", nil
}

// releaseLevels sends what the brake holds on an account. Repeating it changes nothing.
func (c *console) releaseLevels(ctx context.Context, r *http.Request) (string, error) {
	_, warning, err := c.starter.ReleaseLevels(ctx, r.PathValue("id"), nil)
	switch {
	case err != nil:
		return "", err
	case warning != "":
		return levelsOf(r) + "?notice=released-later", nil
	}
	return levelsOf(r) + "?notice=released", nil
}

func levelsOf(r *http.Request) string { return accountPath(r.PathValue("id")) + "/levels" }

// accountPath returns the address of an account's page.
func accountPath(id string) string { return "/accounts/" + url.PathEscape(id) }
