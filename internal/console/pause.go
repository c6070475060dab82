package console

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/starter"
)

// pauseForm reads which account, and which kind of its work, a form is about.
func (c *console) pauseForm(ctx context.Context, r *http.Request) (id, back string, works []account.Work, err error) {
	if err := r.ParseForm(); err != nil {
		return "", "", nil, badInput("The form", "it can't be read")
	}
	id = r.PathValue("id")
	back = accountPath(id)
	if _, err := c.starter.Store.Accounts.Account(ctx, id); err != nil {
		return id, back, nil, err
	}
	if only := r.PostForm.Get("only"); only != "" {
		if works, err = account.ParseWorks([]string{only}); err != nil {
			return id, back, nil, badInput("The form", err.Error())
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
	if err != nil {
		return "", err
	}
	return back + "?notice=paused", nil
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
		return "", &problem{Status: http.StatusUnprocessableEntity, Title: "It stays paused", What: strings.ReplaceAll(refused.Error(), "\n", " "),
			Do: "Correct it, then resume it again.", Back: back}
	}
	if err != nil {
		return "", refusedAs(err, back)
	}
	return back + "?notice=resumed", nil
}
