package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// newMarketplaces is the command that runs the marketplaces alone.
func newMarketplaces(base *options) *cobra.Command {
	o := defaultOptions()
	cmd := &cobra.Command{
		Use:   "marketplaces",
		Short: "Run the simulated marketplaces and their buyers in a process of their own",
		Long: `Runs the marketplaces and plays the order book into them, and nothing else: workers, the Temporal server
or the whole platform can be killed while they live on. A towpath-dev started on the same --data uses them.`,
		Example: `  towpath-dev marketplaces --orders 2010-12.csv --speed 5000
  towpath-dev --orders 2010-12.csv --speed 5000      # in another terminal: the platform`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.data = base.data
			return runMarketplaces(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	o.bookFlags(cmd)
	cmd.Flags().StringVar(&o.host, "host", "", "address to listen on; 127.0.0.1 when empty")
	cmd.Flags().StringVar(&o.public, "public", "", "host name under which others reach the marketplaces; the same as --host when empty")
	return cmd
}

func runMarketplaces(ctx context.Context, o *options, out io.Writer) error {
	factor, asFastAsPossible, err := o.pace()
	if err != nil {
		return err
	}
	plan, err := o.plan()
	if err != nil {
		return err
	}
	f, err := openFolder(o.data, "marketplaces.lock")
	if err != nil {
		return err
	}
	defer f.close()
	if o.fresh {
		if err := forgetAll(o.data); err != nil {
			return err
		}
	}
	if err := o.remember(); err != nil {
		return err
	}
	logger, err := newLogger(f.file("marketplaces.log"))
	if err != nil {
		return err
	}
	w, err := openSimulation(ctx, o, f.file(marketsDir), factor, logger)
	if err != nil {
		return portHint(err, "--markets-port")
	}
	defer w.close()
	if w.attached {
		return usageError{fmt.Errorf("marketplaces run in %s already", w.dir)}
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
	fmt.Fprintln(out, "The book is played; the marketplaces go on until they are stopped.")
	<-ctx.Done()
	return nil
}

// forgetAll empties a data folder that no platform uses: a platform that went on with orders of marketplaces
// that have begun anew would look for what nobody has.
func forgetAll(path string) error {
	f, err := openFolder(path, "platform.lock")
	if err != nil {
		return err
	}
	defer f.close()
	return f.forget()
}
