package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// LevelCheck reads back what an account's channel accepted some time ago. It records which listings buyers can buy, and marks
// levels for another push when the channel does not show them. The sweep starts it only when there is something to check; one
// runs per account at a time.
func LevelCheck(ctx workflow.Context, in message.LevelCheckInput) (message.LevelCheckResult, error) {
	r, err := begin(ctx, "levels", in.Versioned, in.Account, in.Policy)
	if err != nil {
		return message.LevelCheckResult{}, err
	}
	r.goOn(in.RunID, in.Started)
	in.RunID, in.Started = r.id, r.started
	l := &levelCheck{accountRun: r, in: in}
	return l.run(ctx)
}

type levelCheck struct {
	*accountRun
	in message.LevelCheckInput // the input of the next history; updated after every call
}

func (l *levelCheck) next() message.LevelCheckInput { return l.in }

func (l *levelCheck) run(ctx workflow.Context) (message.LevelCheckResult, error) {
	for l.in.Listings {
		fault, err := l.listings(ctx)
		switch {
		case err != nil:
			return l.result(nil), err
		case fault != nil:
			return l.endEarly(ctx, fault)
		case l.in.Listings && grown(ctx):
			return l.result(nil), continueAsNew(ctx, l.next)
		}
	}
	for !l.in.ListingsOnly {
		in := activities.CheckInput{Account: l.in.Account.ID, RunID: l.in.RunID, Started: l.in.Started, ShowsWithin: l.in.ShowsWithin, Sofar: l.in.Counts}
		out, err := call[activities.CheckOutput](ctx, &l.caller, channel.OpListings, fmt.Sprintf("up to %d accepted levels", channel.MaxListed), message.ActivityCheckLevels, in)
		if err != nil {
			return l.result(nil), err
		}
		if out.Fault != nil {
			return l.endEarly(ctx, out.Fault)
		}
		l.count(ctx, out.Counts)
		if !out.More {
			l.status.State = stateDone
			return l.result(nil), nil
		}
		if grown(ctx) {
			return l.result(nil), continueAsNew(ctx, l.next)
		}
	}
	l.status.State = stateDone
	in := activities.EndInput{Account: l.in.Account, RunID: l.in.RunID, Started: l.in.Started, Counts: l.in.Counts.Run()}
	return l.result(nil), l.end(ctx, message.ActivityEndCheck, in)
}

// listings reads back one call's worth of accepted listings. It sets in.Listings to false when none are left.
func (l *levelCheck) listings(ctx workflow.Context) (*channel.Fault, error) {
	in := activities.CheckListingsInput{Account: l.in.Account.ID, RunID: l.in.RunID, Started: l.in.Started, ShowsWithin: l.in.ShowsWithin}
	out, err := call[activities.CheckListingsOutput](ctx, &l.caller, channel.OpListings, fmt.Sprintf("up to %d accepted listings", channel.MaxListed), message.ActivityCheckListings, in)
	if err != nil || out.Fault != nil {
		return out.Fault, err
	}
	n := out.Counts
	l.count(ctx, message.CheckCounts{Confirmed: n.Live + n.Listed, Waiting: n.Waiting, GivenUp: n.GivenUp})
	l.in.Listings = out.More
	return nil, nil
}

func (l *levelCheck) count(ctx workflow.Context, n message.CheckCounts) {
	l.in.Counts = l.in.Counts.Add(n)
	n = l.in.Counts
	l.status.Progress = message.Progress{Done: n.Run().Seen, Errors: n.Missed + n.GivenUp}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%s and listings shown as accepted, %d shown otherwise and pushed anew, %d given up, %d looked at again, %d that can't be compared",
		plural(n.Confirmed, "level"), n.Missed, n.GivenUp, n.Waiting, n.Unknown))
}

// endEarly ends the check and records its fault. The next check reads what is left.
func (l *levelCheck) endEarly(ctx workflow.Context, fault *channel.Fault) (message.LevelCheckResult, error) {
	counts := l.in.Counts.Run()
	counts.Errors++
	return l.result(fault), l.failed(ctx, fault, counts, message.ActivityEndCheck, "The next sweep has the rest read back.")
}

func (l *levelCheck) result(fault *channel.Fault) message.LevelCheckResult {
	return message.LevelCheckResult{RunID: l.in.RunID, Counts: l.in.Counts, Fault: fault}
}
