package main

import (
	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/platform"
)

func (p *Program) workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Run workers: they do all the work, for every account of the accounts file",
		Long: "Runs the workers until Ctrl-C or SIGTERM; work in progress is finished first. Several may run at the same time,\n" +
			"on any number of machines; the Temporal server keeps each account's budget across all of them. The store must be\n" +
			"migrated (`towpath migrate`).",
		Example: "  TOWPATH_DATABASE_URL=postgres://towpath@db/towpath towpath worker",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			s, origins, err := p.settings()
			if err != nil {
				return err
			}
			logger, err := platform.NewLogger(s)
			if err != nil {
				return err
			}
			defer func() { _ = logger.Sync() }()
			pf, err := p.open(ctx, s, origins, logger)
			if err != nil {
				return err
			}
			defer func() { _ = pf.Close() }()
			if err := pf.StartWorkers(ctx); err != nil {
				return err
			}
			logger.Info("Workers run.", zap.String("temporal", s.TemporalAddress), zap.String("namespace", s.TemporalNamespace))
			<-ctx.Done()
			logger.Info("Workers stop: what is under way is finished first.")
			return nil
		},
	}
}
