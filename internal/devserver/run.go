package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/buyers"
	"github.com/towpath/towpath/internal/simulator/packer"
	"github.com/towpath/towpath/internal/temporalserver"
)

// dev is everything that runs in the process.
type dev struct {
	o      *Options
	out    io.Writer
	logger *zap.Logger
	folder *folder
	plan   *book.Plan
	goods  []goods // of a rehearsal
	factor float64
	max    bool

	simulation *simulation
	temporal   temporal
	platform   *platform.Platform
	starter    operator
	listener   net.Listener // the console's, until the console serves on it
	console    *http.Server
	player     *buyers.Player // nil: the buyers run with marketplaces of their own
	packer     *packer.Packer
	began      time.Time
	tokenKey   string // seals rotating tokens; empty: no account has any
	buyerKey   string // seals buyers' data
	offline    bool   // there is no Temporal server to ask: an audit of a folder on which nothing runs
	closers    []func()

	startServer func(context.Context, temporalserver.Options) (temporal, error)
}

// Run starts everything, plays the book, and stops everything in the opposite order. A context that ends is an error
// only with ExitWhenDone, because the audit is then missing. It returns a UsageError if the options are wrong; the
// data folder is then unchanged.
func Run(ctx context.Context, o *Options, out io.Writer) error {
	return newDev(o, out).run(ctx)
}

func newDev(o *Options, out io.Writer) *dev { return &dev{o: o, out: out, startServer: startServer} }

func (d *dev) run(ctx context.Context) error {
	defer d.close()
	if err := d.prepare(ctx); err != nil {
		return err
	}
	if err := d.start(ctx); err != nil {
		if ctx.Err() != nil {
			return d.interrupted()
		}
		return err
	}
	d.printAddresses()
	if d.o.Rehearse != nil {
		d.printRehearsal(d.out)
	}
	err := d.play(ctx)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return d.interrupted()
	}
	return err
}

// errInterrupted says that a run with ExitWhenDone was interrupted: it must not be taken for a clean audit.
var errInterrupted = errors.New("interrupted before the book was played to its end: nothing was audited")

// interrupted prints how to continue. It returns an error only if an audit was asked for.
func (d *dev) interrupted() error {
	fmt.Fprintf(d.out, "\nStopping. To continue from here: %s\n", d.o.again())
	if d.o.ExitWhenDone {
		return errInterrupted
	}
	return nil
}

// play runs the buyers and the warehouse until the context ends or the book is done.
func (d *dev) play(ctx context.Context) error {
	d.began = time.Now()
	g, gctx := errgroup.WithContext(ctx)
	if d.player != nil {
		g.Go(func() error { return d.player.Run(gctx) })
	}
	if d.packer != nil {
		g.Go(func() error { return d.packer.Run(gctx) })
		if d.o.clerk() {
			g.Go(func() error { return d.retrier(gctx) })
		}
	}
	g.Go(func() error { return d.showProgress(gctx) })
	g.Go(func() error { return d.showCosts(gctx) })
	if d.o.ExitWhenDone {
		g.Go(func() error { return d.finish(gctx) })
	}
	err := g.Wait()
	if d.o.ExitWhenDone && errors.Is(err, errFinished) {
		return d.audit(context.WithoutCancel(ctx))
	}
	return err
}

func (d *dev) close() {
	for i := len(d.closers) - 1; i >= 0; i-- {
		d.closers[i]()
	}
}

func (d *dev) printAddresses() {
	line := func(name, address string) { fmt.Fprintf(d.out, "  %-18s %s\n", name, address) }
	fmt.Fprintln(d.out, "Towpath is running:")
	line("Console", "http://"+d.console.Addr)
	line("Temporal Web UI", d.temporal.UIAddress())
	line("Temporal", d.temporal.Address()+" (namespace "+d.temporal.Namespace()+")")
	for _, a := range d.simulation.accounts {
		line("Marketplace", a.Address+"  "+a.ID)
	}
	line("Data", d.folder.path)
	line("Try", d.o.towpath()+" status")
	fmt.Fprintln(d.out)
}

// stopWithin is the limit of every graceful stop.
const stopWithin = 10 * time.Second
