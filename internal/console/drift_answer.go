package console

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// answered is what a list's form has done.
type answered struct {
	Changed int    // rows
	Notice  string // that says it
	Warning string // what did not work
}

// ours makes what somebody else has set, or what was left to another tool, Towpath's again. Repeating it sends levels once more, which changes
// nothing.
func (c *console) ours(ctx context.Context, r *http.Request) (string, error) {
	return c.answerPicks(ctx, r, driftOrLeft(r), func(ctx context.Context, p pick) (a answered, err error) {
		a.Notice = "ours"
		fields, err := byField(p.Names, func(listing.Field) bool { return true })
		for _, field := range listing.Fields() {
			skus, asked := fields[field]
			if err != nil || !asked {
				continue
			}
			if field != listing.FieldLevel {
				a.Notice = "again"
			}
			var n int
			var warning string
			n, warning, err = c.starter.RestoreField(ctx, p.Account, field, skus)
			a.Changed, a.Warning = a.Changed+n, cmp.Or(warning, a.Warning)
		}
		return a, err
	})
}

// theirs leaves levels and prices to another tool. Repeating it changes nothing.
func (c *console) theirs(ctx context.Context, r *http.Request) (string, error) {
	return c.answerPicks(ctx, r, driftOrLeft(r), func(ctx context.Context, p pick) (a answered, err error) {
		a.Notice = "theirs"
		fields, err := byField(p.Names, listing.Field.CanBeLeft)
		for _, field := range listing.Fields() {
			skus, asked := fields[field]
			if err != nil || !asked {
				continue
			}
			var left []string
			left, err = c.starter.LeaveField(ctx, p.Account, field, skus, stoppedBy(r))
			a.Changed += len(left)
		}
		return a, err
	})
}

// driftOrLeft returns the page whose form was sent.
func driftOrLeft(r *http.Request) string {
	if r.PostFormValue("from") == "left" {
		return "/left"
	}
	return "/drift"
}

// answerPicks carries out what a list's form asks about its rows, account by account, and leads back to the list, with the notice of the last
// account that was asked about.
func (c *console) answerPicks(ctx context.Context, r *http.Request, page string, do func(context.Context, pick) (answered, error)) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	back := page
	if account := r.PostForm.Get("account"); account != "" {
		back += "?" + url.Values{"account": {account}}.Encode()
	}
	list, err := c.picks(ctx, r.PostForm, back)
	if err != nil {
		return "", err
	}
	var all answered
	for _, p := range list {
		a, err := do(ctx, p)
		if err != nil {
			return "", partlyDone(refusedAs(err, back), all.Changed+a.Changed)
		}
		if a.Warning != "" {
			c.logger.Warn("Levels wait for the sweep.", zap.String("account", p.Account), zap.String("warning", a.Warning))
		}
		all = answered{all.Changed + a.Changed, a.Notice, cmp.Or(a.Warning, all.Warning)}
	}
	return withNotice(back, all.Notice, all.Changed, all.Warning), nil
}

// refusedAs returns a refusal as a problem that says why, any other error as it is.
func refusedAs(err error, back string) error {
	var usage *starter.UsageError
	var refused *starter.RefusedError
	switch {
	case errors.As(err, &usage):
		return notDone(usage.Problem, back)
	case errors.As(err, &refused):
		return notDone(refused.Reason, back)
	}
	return err
}

// partlyDone has a refusal say how many rows were changed before it.
func partlyDone(err error, changed int) error {
	var p *problem
	if errors.As(err, &p) && changed > 0 {
		return &problem{Status: p.Status, Title: "Partly done", What: wording.Plural(changed, "row") + " changed. What was asked of another account was not: " + strings.TrimPrefix(p.What, notDoneBecause), Do: p.Do, Back: p.Back}
	}
	return err
}
