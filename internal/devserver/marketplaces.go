package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// RunMarketplaces runs only the marketplaces and their buyers, until the context ends. It returns a UsageError if the
// options are wrong.
func RunMarketplaces(ctx context.Context, o *Options, out io.Writer) error {
	factor, asFastAsPossible, err := o.pace()
	if err != nil {
		return err
	}
	if err := o.checkAccounts(); err != nil {
		return err
	}
	plan, err := o.plan()
	if err != nil {
		return err
	}
	if _, err := o.faultRates(); err != nil {
		return err
	}
	if _, err := o.quirksWord(); err != nil {
		return err
	}
	f, err := openFolder(o.Data, "marketplaces.lock")
	if err != nil {
		return err
	}
	defer f.close()
	running, err := runningIn(ctx, f.file(marketsDir))
	if err != nil {
		return err
	}
	if running == nil {
		if err := free(ctx, o.marketPorts()); err != nil {
			return err
		}
	}
	if o.Fresh {
		if err := forgetAll(o.Data); err != nil {
			return err
		}
	}
	if err := o.remember(); err != nil {
		return err
	}
	logger, err := newLogger(f.file(marketsLog))
	if err != nil {
		return err
	}
	w, err := openSimulation(ctx, o, f.file(marketsDir), factor, logger)
	if err != nil {
		return portAdvice(err, "--markets-port")
	}
	defer w.close()
	if w.attached {
		return UsageError{fmt.Errorf("marketplaces are already running in %s", w.dir)}
	}
	player, err := w.newPlayer(o, plan, factor, asFastAsPossible, nil, logger)
	if err != nil {
		return err
	}
	if err := player.Setup(ctx); err != nil {
		return err
	}
	for _, a := range w.accounts {
		fmt.Fprintf(out, "  %-12s %s\n", a.ID, a.Address)
	}
	if err := player.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	fmt.Fprintln(out, "The book is played; the marketplaces keep running until they are stopped.")
	<-ctx.Done()
	return nil
}

// forgetAll empties a data folder that no platform uses: a platform that knows the orders of earlier marketplaces
// would look for orders that no longer exist.
func forgetAll(path string) error {
	f, err := openFolder(path, "platform.lock")
	if err != nil {
		return err
	}
	defer f.close()
	return f.forget()
}
