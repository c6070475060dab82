package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// activityPage is the activity register: in progress, last, next and queued, per account and kind.
type activityPage struct {
	List     *list[activityRow]
	Queue    []store.QueuedRun
	Detached string
	Notice   string
}

// activityRow is one kind of work on an account.
type activityRow struct {
	starter.Activity
	Now     []progress
	LastRun *runRow
	Waits   int // publications or levels that are queued
	RunsNow bool
	Publish bool // started by choosing products
}

// progress is an activity in progress.
type progress struct {
	runs.Run
	Words activity
	Stops bool
}

func (c *console) activity(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	l := newList[activityRow](in, "activities")
	account := l.account(g)
	kind := runs.RunKind(l.choose("kind", "Kind", words(runKinds), "all kinds"))
	state := in.choice("state", words(activityStates))
	mark := in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	p := activityPage{List: l, Notice: notices[r.URL.Query().Get("notice")]}
	if !c.reachable(ctx) {
		p.Detached = wording.NoTemporal
	}
	asked, cancel := context.WithTimeout(ctx, liveTimeout)
	defer cancel()
	all, err := c.starter.Activities(asked)
	if err != nil {
		return view{}, err
	}
	all = slices.DeleteFunc(all, func(a starter.Activity) bool {
		return account != "" && a.Account != account || kind != "" && a.Kind != kind
	})
	l.tabs("state", state, "all", words(activityStates), countStates(all))
	all = slices.DeleteFunc(all, func(a starter.Activity) bool { return !inState(a, state) })
	for _, a := range all {
		p.Queue = append(p.Queue, a.Queued...)
	}
	shown := after(all, mark, l.limit())
	if p.Detached == "" {
		c.starter.Listen(asked, shown[:min(len(shown), in.rows)])
	}
	rows := make([]activityRow, len(shown))
	for i, a := range shown {
		rows[i] = c.activityRow(a)
	}
	l.fill(rows, func(row activityRow) string { return activityMark(row.Activity) })
	return view{Title: "Activity", Section: "Activity", Template: "activity", Data: p}, nil
}

func (c *console) activityRow(a starter.Activity) activityRow {
	row := activityRow{Activity: a, Waits: len(a.Queued) + a.Levels, RunsNow: slices.Contains(starter.AskableNow, a.Kind), Publish: a.Kind == runs.RunListings}
	if a.Last != nil {
		row.LastRun = &runRow{*a.Last}
	}
	for i, run := range a.Running {
		words := c.said(wording.Said{Text: wording.NoAnswer, Tone: wording.Warn}, nil, run.WorkflowID)
		if i < len(a.Live) && a.Live[i] != nil {
			words = c.fromWorkflow(*a.Live[i], run.WorkflowID)
		}
		if run.SendsAgain() {
			words = activity{Said: wording.Said{Text: wording.SendingAgain, Tone: wording.Busy}}
		}
		row.Now = append(row.Now, progress{run, words, a.Kind == runs.RunListings})
	}
	return row
}

// Test reports whether it is about a test endpoint.
func (r activityRow) Test() bool { return r.Endpoint == channel.Test }

// runNow starts a kind of run now, unless it is running.
func (c *console) runNow(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	account, kind := r.PostForm.Get("account"), runs.RunKind(r.PostForm.Get("kind"))
	if _, err := c.starter.Store.Accounts.Account(ctx, account); err != nil {
		return "", err
	}
	if !slices.Contains(starter.AskableNow, kind) {
		return "", notDone("runs of "+string(kind)+" are not started by a button", "/activity")
	}
	ctx, cancel := context.WithTimeout(ctx, retryTimeout)
	defer cancel()
	if err := c.starter.RunNow(ctx, account, kind); err != nil {
		return "", notStarted(err)
	}
	return "/activity?notice=started", nil
}

// notStarted returns why something was not started: the refusal's text, or that Temporal did not accept it.
func notStarted(err error) error {
	var usage *starter.UsageError
	var refused *starter.RefusedError
	switch {
	case errors.As(err, &usage):
		return notDone(usage.Problem, "/activity")
	case errors.As(err, &refused):
		return notDone(refused.Reason, "/activity")
	}
	return &problem{Status: http.StatusServiceUnavailable, Title: "Not started", What: "Temporal did not accept it; nothing was changed.",
		Do: "Check that the Temporal server runs, then try again.", Back: "/activity"}
}

// stopRun stops a publication. It may be repeated.
func (c *console) stopRun(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	id := r.PostForm.Get("run")
	if id == "" || !plainText(id) {
		return "", store.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(ctx, retryTimeout)
	defer cancel()
	changed, err := c.starter.StopRun(ctx, id, stoppedBy(r))
	notice := "ended"
	switch {
	case err != nil && !changed:
		return "", notStarted(err)
	case err != nil: // it is stored: the sweep signals the workflow
		notice = "stopped-later"
	case changed:
		notice = "stopped"
	}
	if r.PostForm.Get("back") == "listings" {
		return shownIn(id, notice), nil
	}
	return "/activity?notice=" + notice, nil
}

// stoppedBy returns the name of who stops a run, from the form.
func stoppedBy(r *http.Request) string {
	if by := strings.TrimSpace(r.PostForm.Get("by")); by != "" && plainText(by) {
		return by
	}
	return "the console"
}

// NextText returns when the next run starts, or why that is unknown.
func (r activityRow) NextText() string { return wording.NextRun(r.NoTime, r.Next, time.Now()) }

// Never returns the text for no run yet.
func (r activityRow) Never() string { return wording.Never }
