// Command histories downloads from a running Temporal one history per branch of each workflow, as material for
// the replay test: a change to a workflow that could not take over what already runs fails there.
//
//	go run ./integration/histories -address 127.0.0.1:7233 -out workflows/testdata/histories
//	go run ./integration/histories -play   # an order, publications, a push, cancellations and comparisons, on a server of its own
//	go run ./integration/histories -data .towpath -provoke   # a towpath-dev --speed 600 --stock tight that runs there
//
// A branch is recognised by the events of the history, never by its name. Of several histories of one branch the
// shortest is taken. A file that is there already is kept: it is proof that workflows which an earlier version
// started still go on; -replace takes what was found instead. Branches that were not found are listed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/table"
)

// options are the flags.
type options struct {
	address   string
	namespace string
	out       string
	replace   bool
	data      string
	provoke   bool
	play      bool
	limit     int
}

func main() {
	var o options
	flag.StringVar(&o.address, "address", "127.0.0.1:7233", "host:port of the Temporal server")
	flag.StringVar(&o.namespace, "namespace", "towpath", "namespace to read")
	flag.StringVar(&o.out, "out", "workflows/testdata/histories", "folder of the histories")
	flag.BoolVar(&o.replace, "replace", false, "overwrite the histories of branches that are found")
	flag.StringVar(&o.data, "data", "", "data folder of a running towpath-dev, instead of -address")
	flag.BoolVar(&o.provoke, "provoke", false, "first make happen what is rare, in the towpath-dev of -data (minutes)")
	flag.BoolVar(&o.play, "play", false, "play an order, publications, a push, cancellations and comparisons on a server of its own, and read that one")
	flag.IntVar(&o.limit, "limit", 5000, "closed workflows of each type to look at, the latest first")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := record(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "histories:", err)
		os.Exit(1)
	}
}

// record downloads, chooses, writes and prints what became of each branch.
func record(ctx context.Context, o options, out io.Writer) error {
	if o.data != "" {
		dev, err := config.ReadDev(o.data)
		if err != nil {
			return err
		}
		o.address, o.namespace = dev.TemporalAddress, dev.TemporalNamespace
		if o.provoke {
			if err := provoke(ctx, o.data, dev, out); err != nil {
				return err
			}
		}
	}
	if o.play {
		stop, err := play(ctx, &o, out)
		if stop != nil {
			defer stop()
		}
		if err != nil {
			return err
		}
	}
	c, err := client.DialContext(ctx, client.Options{
		HostPort: o.address, Namespace: o.namespace, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		return fmt.Errorf("connect to Temporal at %s: %w", o.address, err)
	}
	defer c.Close()
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return fmt.Errorf("make the folder of the histories: %w", err)
	}
	t := table.NewWriter(out, false)
	fmt.Fprintln(t, "WORKFLOW\tBRANCH\tFOUND\tEVENTS\tFILE")
	for _, k := range kinds {
		found, err := download(ctx, c, o, k)
		if err != nil {
			return err
		}
		for _, branch := range k.branches {
			f := found[branch]
			kept, err := f.write(o, k.workflow, branch)
			if err != nil {
				return err
			}
			fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%s\n", k.workflow, branch, f.count, len(f.history.GetEvents()), kept)
		}
	}
	return t.Flush()
}
