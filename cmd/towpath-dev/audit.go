package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/platform"
)

// newAudit is the command that audits what a data folder holds.
func newAudit(base *options) *cobra.Command {
	o := defaultOptions()
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Hold the marketplaces' ledgers against the store",
		Long: `Compares what the marketplaces recorded with what the store has, and prints what holds and what does not.
It only makes sense when all is quiet. Exit code 1 when anything is violated.`,
		Example: `  towpath-dev audit --orders 2010-12.csv`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.data = base.data
			d := &dev{o: o, out: cmd.OutOrStdout()}
			defer d.close()
			return d.auditFolder(cmd.Context())
		},
	}
	o.bookFlags(cmd)
	return cmd
}

// auditFolder audits a data folder, whether or not a towpath-dev runs on it.
func (d *dev) auditFolder(ctx context.Context) error {
	if err := d.o.recall(); err != nil {
		return err
	}
	var err error
	if d.plan, err = d.planned(ctx); err != nil {
		return err
	}
	if d.folder, err = existingFolder(d.o.data); err != nil {
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
	d.platform, err = platform.Open(ctx, s, registry(), zap.NewNop())
	if err != nil {
		return fmt.Errorf("open the store: %w", err)
	}
	d.closers = append(d.closers, func() { _ = d.platform.Close() })
	return d.audit(ctx)
}
