package main

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// register prints the activity register: statuses from the workflows when the Temporal server answers, otherwise only the store's
// data.
func (p *Program) register(ctx context.Context, pf *platform.Platform) error {
	silent := ""
	short, cancel := context.WithTimeout(ctx, temporalAnswers)
	defer cancel()
	if pf.Reachable(short) != nil {
		silent = wording.NoTemporal
	}
	r, err := pf.Starter.Register(ctx, silent)
	if err != nil {
		return err
	}
	return p.print(r, func(pg *page) { showRegister(pg, r, time.Now()) })
}

func showRegister(pg *page, r starter.Register, at time.Time) {
	if r.NoTemporal != "" {
		pg.sentence("", r.NoTemporal+".")
	}
	if len(r.Activities) == 0 {
		pg.sentence("", wording.NoAccounts)
		return
	}
	rows := make([][]cell, len(r.Activities))
	for i, a := range r.Activities {
		now := "-"
		if len(a.Running) > 0 {
			now = wording.InProgress
		}
		last, c := lastText(a.Last, at)
		rows[i] = []cell{
			word(a.Account), word(string(a.Kind)), tinted(string(a.Endpoint), when(a.Endpoint == channel.Test, yellow)), tinted(now, when(len(a.Running) > 0, cyan)),
			tinted(last, c).prose(), word(wording.NextRun(a.NoTime, a.Next, at)).prose(), counted(len(a.Queued)+a.Levels, cyan),
		}
	}
	pg.table([]string{"ACCOUNT", "KIND", "ENDPOINT", "NOW", "LAST", "NEXT", "QUEUED"}, rows)
	showInProgress(pg, r.Activities, at)
	showQueued(pg, r.Activities)
}

// lastText returns when the last run was and its result.
func lastText(run *runs.Run, at time.Time) (string, colour) {
	if run == nil {
		return wording.Never, plain
	}
	result := starter.RunWords(*run).Result()
	return away(run.StartedAt, at) + ", " + result.Text, colours[result.Tone]
}

func showInProgress(pg *page, all []starter.Activity, at time.Time) {
	head := false
	for _, a := range all {
		for i, run := range a.Running {
			if !head {
				pg.section("In progress")
				head = true
			}
			text := wording.NoAnswer
			if i < len(a.Live) && a.Live[i] != nil {
				text = wording.LiveLine(*a.Live[i], at)
			}
			if run.SendsAgain() {
				text = wording.SendingAgain
			}
			pg.sentence("  ", fmt.Sprintf("%s %s %s, begun %s: %s", run.Account, run.Kind, run.Endpoint, away(run.StartedAt, at), text))
			if a.Kind == runs.RunListings {
				pg.line("    `towpath items --run %s`\n    `towpath runs stop %s`", run.ID, run.ID)
			}
		}
	}
}

func showQueued(pg *page, all []starter.Activity) {
	head := false
	for _, a := range all {
		for _, q := range a.Queued {
			if !head {
				pg.section("Queued")
				head = true
			}
			text := fmt.Sprintf("%s listings %s, run %s: %s", q.Account, q.Endpoint, q.ID, goodsOf(q.Publication))
			if q.Behind != "" {
				text += ", behind " + q.Behind
			}
			pg.sentence("  ", text)
		}
	}
}
