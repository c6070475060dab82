// Command towpath-dev runs everything in one process on one machine: an embedded Temporal server with its Web UI, the store on
// SQLite, simulated marketplaces with buyers and a warehouse, workers, and the console.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/devserver"
)

// Exit codes, as for towpath.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the next one ends the process at once.
	context.AfterFunc(ctx, stop)
	code := Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// noArgs returns a usage error when there are arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if err := cobra.NoArgs(cmd, args); err != nil {
		return devserver.UsageError{Err: err}
	}
	return nil
}

// Run runs the program and returns its exit code.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var usage devserver.UsageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "towpath-dev:", err)
		return exitUsage
	}
	fmt.Fprintln(stderr, "towpath-dev:", err)
	return exitFailed
}

func newRoot() *cobra.Command {
	o, v := defaultOptions(), &versionOptions{}
	root := &cobra.Command{
		Use:   "towpath-dev",
		Short: "Towpath with everything it needs, on this machine, in one process",
		Long: `Starts an embedded Temporal server with its Web UI, the store, three simulated marketplaces with
buyers and a warehouse, the workers and the console. Without --orders it plays a small order book without end,
slowly enough to watch and with an occasional fault. Ctrl-C stops it; the next start continues from there.`,
		Example: `  towpath-dev
  towpath-dev --orders 2010-12.csv --speed max --exit-when-done --fresh
  towpath-dev --orders 2010-12.csv --speed 5000 --stock tight --shape retail`,
		Args:          noArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if v.asked {
				return v.print(cmd.OutOrStdout())
			}
			return devserver.Run(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	v.flags(root)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return devserver.UsageError{Err: err} })
	root.PersistentFlags().StringVar(&o.Data, "data", o.Data, "folder that holds everything: databases, ledgers, addresses (TOWPATH_DATA)")
	bookFlags(root, o)
	root.Flags().BoolVar(&o.ExitWhenDone, "exit-when-done", false, "when the book is played and no work is left: audit, then exit; 0 if it finds no difference")
	serverFlags(root, o)
	root.AddCommand(newMarketplaces(o), newAudit(o), newFaults(o), newSecondTool(o), newRehearse(o))
	return root
}
