package devserver

import (
	"context"
	"fmt"
	"io"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/platform"
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
		return fmt.Errorf("open the store: %w", err)
	}
	d.closers = append(d.closers, func() { _ = d.platform.Close() })
	return d.audit(ctx)
}
