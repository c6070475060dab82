package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/audit"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/simulator/book"
)

// Audit compares the marketplaces' ledgers in a data folder with its store, whether or not a towpath-dev runs on it.
// It returns an error if a check is violated, or if there is nothing to audit.
func Audit(ctx context.Context, o *Options, out io.Writer) error {
	d := &dev{o: o, out: out}
	defer d.close()
	return d.auditFolder(ctx)
}

func (d *dev) auditFolder(ctx context.Context) error {
	if err := d.o.recall(); err != nil {
		return err
	}
	var err error
	if d.plan, err = d.planned(ctx); err != nil {
		return err
	}
	if d.folder, err = existingFolder(d.o.Data); err != nil {
		return err
	}
	if d.simulation, err = readSimulation(ctx, d.folder.file(marketsDir)); err != nil {
		return err
	}
	d.closers = append(d.closers, d.simulation.close)
	if err := d.simulation.awaitAccepted(ctx); err != nil {
		return err
	}
	return d.auditStore(ctx)
}

// auditStore opens the store, and Temporal if it runs, for the audit alone.
func (d *dev) auditStore(ctx context.Context) error {
	s := config.Settings{
		DatabaseURL: "sqlite:" + d.folder.file(storeFile), Accounts: d.folder.file(accountsFile),
		TemporalAddress: "127.0.0.1:1", TemporalNamespace: "towpath", Speed: 1, LogLevel: "error", Data: d.folder.path,
	}
	running, err := config.ReadDev(d.folder.path)
	d.offline = err != nil
	if !d.offline {
		s.TemporalAddress, s.TemporalNamespace = running.TemporalAddress, running.TemporalNamespace
	}
	d.platform, err = platform.Open(ctx, s, d.o.Registry, zap.NewNop())
	if err != nil {
		return asUsage(fmt.Errorf("open the store: %w", err))
	}
	d.closers = append(d.closers, func() { _ = d.platform.Close() })
	return d.audit(ctx)
}

// settle is how long the audit waits for lifecycles of orders that are over.
const settle = 10 * time.Second

// zeroSoon is within what time a listing at 0 is ended where an account asks for it: its own wait is shorter, and a few sweeps come after that.
const zeroSoon = 30 * time.Minute

// audit prints the audit's table. It returns an error if a check is violated.
func (d *dev) audit(ctx context.Context) error {
	readers, err := d.simulation.readers(ctx)
	if err != nil {
		return err
	}
	in := audit.Input{Store: d.platform.Store, Markets: readers, Warehouse: d.simulation.warehouse}
	in.ZeroSoon = zeroSoon
	if d.o.Rehearse != nil {
		in.Warehouse = nil // the operator enters the stock himself
	}
	if !d.offline {
		in.Workflows, in.Running = d.platform.Starter.Failed, d.platform.Starter.RunningLifecycles
		in.Settle = settle
	}
	if d.o.Orders != "" {
		in.Plan, in.Ample = d.plan, d.o.Stock == string(book.StockAmple)
	}
	report, err := audit.Run(ctx, in)
	for _, r := range readers {
		err = errors.Join(err, r.Close())
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(d.out)
	if in.Plan != nil {
		printBook(d.out, d.plan.Counts)
	}
	if err := report.Print(d.out); err != nil {
		return err
	}
	d.printCosts(ctx)
	if !report.Clean() {
		return errViolated
	}
	fmt.Fprintln(d.out, "\nThe audit is clean.")
	return nil
}
