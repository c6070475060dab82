package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/starter"
)

// answering has the flag of commands that an order's lifecycle answers, which takes a worker.
type answering struct {
	patience time.Duration // 0: no limit
}

// Without a worker the Temporal server holds an update back without a word (case F3), so the command says what it waits for, at
// first after sayAfter.
const (
	answerPatience = 2 * time.Minute
	sayAfter       = time.Second
	sayAgainAfter  = 15 * time.Second
)

func (a *answering) flags(c *cobra.Command) {
	c.Flags().DurationVar(&a.patience, "timeout", answerPatience, "how long to wait for a worker to do it; 0 = without limit")
}

// reach is Program.reach with the patience as its timeout; meanwhile it says on the error output what it waits for.
func (a *answering) reach(ctx context.Context, p *Program, do func(context.Context, *platform.Platform) error) error {
	if a.patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, a.patience)
		defer cancel()
	}
	return p.reach(ctx, func(pf *platform.Platform) error {
		quiet := p.sayWhatFor(context.WithoutCancel(ctx), pf, nil)
		defer quiet()
		err := do(ctx, pf)
		if a.late(ctx, err) {
			why := pf.Starter.WaitsFor(context.WithoutCancel(ctx))
			return fmt.Errorf("not done within %s (--timeout): %s. What was asked for is saved, and may still be done when a worker runs; repeat the command to be sure, it counts once", a.patience, why)
		}
		return err
	})
}

// late reports whether the patience is over. Temporal's server or client may notice a moment before the context does.
func (a *answering) late(ctx context.Context, err error) bool {
	switch {
	case err == nil || a.patience <= 0:
		return false
	case ctx.Err() == nil:
		return starter.Unanswered(err)
	}
	return context.Cause(ctx) == context.DeadlineExceeded //nolint:errorlint // the cause is this context's own
}

// sayWhatFor prints what the command waits for until the returned function is called. An answer that is heard meanwhile keeps it silent
// for another while.
func (p *Program) sayWhatFor(ctx context.Context, pf *platform.Platform, heard <-chan struct{}) (quiet func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		next := time.NewTimer(sayAfter)
		defer next.Stop()
		said := ""
		for {
			select {
			case <-ctx.Done():
				return
			case <-heard:
				next.Reset(sayAfter)
				continue
			case <-next.C:
			}
			if why := pf.Starter.WaitsFor(ctx); why != said && ctx.Err() == nil {
				said = why
				p.printError("Waiting: " + why + ".")
			}
			next.Reset(sayAgainAfter)
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
