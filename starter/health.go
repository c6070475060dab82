package starter

import (
	"context"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// HealthOf returns the health that runs of one kind on an account show, the newest first. Those that still run do not count yet.
func HealthOf(list []runs.Run) remedy.Health {
	var well []bool
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Ended() {
			well = append(well, list[i].Well())
		}
	}
	return remedy.HealthOf(well)
}

// KindHealth is the health of an account's runs of one kind.
type KindHealth struct {
	Kind runs.RunKind `json:"kind"`
	Last runs.Run     `json:"last"`
	remedy.Health
	Recent []runs.Run `json:"-"` // those that were judged and those that go on, the newest first
}

// Text returns the health in one clause: "stock failing: 3 errors in the last 100 runs, ...".
func (h KindHealth) Text() string { return string(h.Kind) + " " + string(h.State) + ": " + h.Words }

// AccountHealth returns the health of each kind of runs that an account has, in the order of runs.RunKinds.
func (s *Starter) AccountHealth(ctx context.Context, a accounts.Account) ([]KindHealth, error) {
	recent, err := s.Store.Runs.RecentByKind(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	out := []KindHealth{}
	for _, kind := range runs.RunKinds() {
		list := recent[kind]
		if len(list) == 0 {
			continue
		}
		h := KindHealth{kind, list[0], HealthOf(list), list}
		if _, paused := a.WhyPaused(workOfRun(kind)); paused {
			h.Health = h.WhilePaused()
		}
		out = append(out, h)
	}
	return out, nil
}

// Worst returns the health of the kind that asks for most attention, over all kinds that an account has run; false: it has run none.
func Worst(kinds []KindHealth) (worst KindHealth, found bool) {
	for i, k := range kinds {
		if i == 0 || k.State.Worse(worst.State) {
			worst = k
		}
	}
	return worst, len(kinds) > 0
}

// HealthNow is the health of an account: that of its worst kind, and of each.
type HealthNow struct {
	Account string       `json:"account"`
	Worst   *KindHealth  `json:"worst,omitempty"` // nil: nothing has run yet
	Kinds   []KindHealth `json:"kinds"`
}

// Healths returns the health of accounts that are not switched off.
func (s *Starter) Healths(ctx context.Context, list []accounts.Account) ([]HealthNow, error) {
	out := []HealthNow{}
	for _, a := range list {
		if !a.Enabled {
			continue
		}
		kinds, err := s.AccountHealth(ctx, a)
		if err != nil {
			return nil, err
		}
		h := HealthNow{Account: a.ID, Kinds: kinds}
		if worst, found := Worst(kinds); found {
			h.Worst = &worst
		}
		out = append(out, h)
	}
	return out, nil
}

// failing returns the kinds of an account's runs that start by themselves and keep failing. often are those of all accounts that have failed often enough.
func (s *Starter) failing(ctx context.Context, account string, often []runs.Work, marks []incident.Mark) ([]incident.FailingRuns, error) {
	var out []incident.FailingRuns
	for _, kind := range register.Recurring() {
		work := runs.Work{Account: account, Kind: kind}
		if !slices.Contains(often, work) {
			continue
		}
		list, err := s.Store.Runs.Recent(ctx, work)
		if err != nil {
			return nil, err
		}
		if list = sinceRetry(list, incident.RetriedAt(marks, account, string(kind))); len(list) == 0 {
			continue
		}
		if h := HealthOf(list); h.State == remedy.Failing && register.Current(list[0], time.Now()) {
			out = append(out, failingRuns(kind, h, list))
		}
	}
	return out, nil
}

// sinceRetry returns the runs to judge, the newest first. Those that had ended before a person's retry are past while it is under way, and once a run
// after it has gone well: what he mended is mended. When none has, the retry has changed nothing.
func sinceRetry(list []runs.Run, retried time.Time) []runs.Run {
	at := slices.IndexFunc(list, func(r runs.Run) bool { return r.Ended() && r.EndedAt.Before(retried) })
	if at < 0 {
		return list
	}
	after := list[:at]
	if slices.ContainsFunc(after, runs.Run.Ended) && !slices.ContainsFunc(after, func(r runs.Run) bool { return r.Ended() && r.Well() }) {
		return list
	}
	return after
}

// failingRuns returns runs that need attention, of those looked at, with the last fault and since when they fail.
func failingRuns(kind runs.RunKind, h remedy.Health, list []runs.Run) incident.FailingRuns {
	f := incident.FailingRuns{Kind: string(kind), Work: string(workOfRun(kind)), Words: h.Words, Runs: h.Errors}
	for _, r := range list {
		if !r.Ended() {
			continue
		}
		if r.Well() {
			if h.InARow > 1 {
				break
			}
			continue
		}
		f.Since = r.StartedAt
		if f.Fault == "" {
			f.Fault, f.Code = wording.Fault(r.FaultClass, r.FaultCode), incident.CodeOf(r.FaultCode, string(r.FaultClass))
		}
	}
	return f
}
