package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) goLiveSample(ctx context.Context, pf *platform.Platform, ask starter.SampleAsk, counted bool) error {
	if counted && ask.SKUs < 1 {
		return usagef("--skus %d: want 1 or more", ask.SKUs)
	}
	out, err := pf.Starter.GoLiveSample(ctx, ask)
	if err != nil {
		return err
	}
	return p.print(out, func(pg *page) {
		pg.line("%s.", wording.SampleLive(out.Account, out.Live))
		if len(out.Added) > 0 {
			pg.sentence("", "New: "+listed(out.Added, len(out.Added))+".")
		}
		if counted && out.Live < ask.SKUs {
			pg.sentence("", "No other listing is fit for a sample: linked, in stock, and listed about as it would be.")
		}
		pg.sentence("", "Next: `towpath levels diff --account "+out.Account+"`, then `towpath accounts live "+out.Account+"` for all, or with --undo to go back.")
		if out.Warning != "" {
			pg.sentence("", "Done, but "+out.Warning)
		}
	})
}

func (p *Program) undoLive(ctx context.Context, pf *platform.Platform, account string) error {
	out, err := pf.Starter.UndoLive(ctx, account)
	if err != nil {
		return err
	}
	return p.print(out, func(pg *page) {
		pg.sentence("", fmt.Sprintf("%s observes. %s: `towpath accounts show %s` says how many are back.", out.Account, wording.GoesBack(out.Links), out.Account))
		if len(out.Unknown) > 0 {
			pg.sentence("", fmt.Sprintf("Nobody knows what these listed before, so they stay as they are: %s.", listed(out.Unknown, len(out.Unknown))))
		}
		if len(out.Theirs) > 0 {
			pg.sentence("", fmt.Sprintf("Somebody else has set these while %s observed, so they are left alone: %s.", out.Account, listed(out.Theirs, len(out.Theirs))))
		}
		var over []string
		for _, b := range out.Over[:min(len(out.Over), mostNamed)] {
			over = append(over, fmt.Sprintf("%s (%d listed, %d free)", b.ChannelSKU, b.Quantity, b.Free))
		}
		if len(over) > 0 {
			pg.sentence("", "Listed above what is free once they are back, because units went elsewhere: "+listed(over, len(out.Over))+".")
		}
		if out.Warning != "" {
			pg.sentence("", "Done, but "+out.Warning)
		}
	})
}

// changedFlags returns those of some flags that were given.
func changedFlags(c *cobra.Command, names ...string) (given []string) {
	for _, name := range names {
		if c.Flags().Changed(name) {
			given = append(given, name)
		}
	}
	return given
}

// mostNamed is how many of a list are named.
const mostNamed = 20

// listed names the first of n things.
func listed(names []string, n int) string {
	text := list(names[:min(len(names), mostNamed)])
	if n > mostNamed {
		text += fmt.Sprintf(", and %d more", n-mostNamed)
	}
	return text
}
