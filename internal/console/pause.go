package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// pauseForm reads which account, and which kind of its work, a form is about.
func (c *console) pauseForm(ctx context.Context, r *http.Request) (id, back string, works []account.Work, err error) {
	if err := r.ParseForm(); err != nil {
		return "", "", nil, badForm("it can't be read", "")
	}
	id = r.PathValue("id")
	back = accountPath(id)
	if _, err := c.starter.Store.Accounts.Account(ctx, id); err != nil {
		return id, back, nil, err
	}
	if only := r.PostForm.Get("only"); only != "" {
		if works, err = account.ParseWorks([]string{only}); err != nil {
			return id, back, nil, badForm(err.Error(), back)
		}
	}
	return id, back, works, nil
}

// pauseAccount stops an account, or one kind of its work. Repeating it changes nothing.
func (c *console) pauseAccount(ctx context.Context, r *http.Request) (string, error) {
	id, back, works, err := c.pauseForm(ctx, r)
	if err != nil {
		return "", err
	}
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	if reason == "" || !plainText(reason) {
		return "", notDone("the reason is missing", back)
	}
	if len(works) > 0 {
		err = c.starter.PauseWork(ctx, id, works, reason)
	} else {
		err = c.starter.Pause(ctx, id, reason)
	}
	if err != nil && !c.isPaused(ctx, id, works, true) {
		return "", err
	}
	return back + "?notice=paused" + later(err), nil
}

// later returns how the notice goes on about what is done here, and of which Temporal is told by the next sweep.
func later(err error) string {
	if err != nil {
		return "-later"
	}
	return ""
}

// isPaused reports whether the store has an account, or these kinds of its work, as paused or as running: then the rest follows by itself.
func (c *console) isPaused(ctx context.Context, id string, works []account.Work, want bool) bool {
	a, err := c.starter.Store.Accounts.Account(ctx, id)
	if err != nil {
		return false
	}
	if len(works) == 0 {
		return a.Paused == want
	}
	return !slices.ContainsFunc(works, func(w account.Work) bool {
		_, paused := a.Pauses(w)
		return paused != want
	})
}

// resumeAccount tests an account, or one kind of its work, and lets it continue when its channel accepts that.
func (c *console) resumeAccount(ctx context.Context, r *http.Request) (string, error) {
	id, back, works, err := c.pauseForm(ctx, r)
	if err != nil {
		return "", err
	}
	if c.tests == nil {
		return "", notDone("this console can't ask the channel: `towpath accounts resume "+id+"` can", back)
	}
	if len(works) == 0 && c.isPaused(ctx, id, nil, false) { // a second click, or a page of before: kinds that are paused by themselves are not meant
		return back + "?notice=resumed", nil
	}
	var refused error
	test := func(ctx context.Context) error {
		refused = c.tests.TestAccount(ctx, id, works...)
		return refused
	}
	if len(works) > 0 {
		err = c.starter.ResumeWork(ctx, id, works, test)
	} else {
		err = c.starter.Resume(ctx, id, test)
	}
	if refused != nil {
		var usage *starter.UsageError
		if errors.As(refused, &usage) {
			return "", notDone(usage.Problem, back)
		}
		lines := strings.Split(refused.Error(), "\n")
		return "", &problem{Status: http.StatusUnprocessableEntity, Title: "It stays paused", What: wording.Sentence(lines[0]), Steps: lines[1:],
			Do: "Then go back, and let it be tested again.", Back: back}
	}
	var refusal *starter.RefusedError
	if errors.As(err, &refusal) || err != nil && !c.isPaused(ctx, id, works, false) {
		return "", refusedAs(err, back)
	}
	return back + "?notice=resumed" + later(err), nil
}
