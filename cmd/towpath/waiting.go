package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
)

// waiting has the flags of a command that can wait for the end of what it starts.
type waiting struct {
	wait     bool
	patience time.Duration // with wait; 0: no limit
}

func (w *waiting) flags(c *cobra.Command, patience time.Duration) {
	c.Flags().BoolVar(&w.wait, "wait", false, "wait for the end and show it")
	c.Flags().DurationVar(&w.patience, "timeout", patience, "with --wait: how long to wait; 0 = without limit")
}

// reach is Program.reach with the patience as its timeout; the error then says so.
func (w *waiting) reach(ctx context.Context, p *Program, do func(context.Context, *platform.Platform) error) error {
	if w.wait && w.patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, w.patience, fmt.Errorf("it has not ended within %s: is a worker running?", w.patience))
		defer cancel()
	}
	return p.reach(ctx, func(pf *platform.Platform) error {
		err := do(ctx, pf)
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	})
}
