package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/console"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/version"
)

// Limits of the console's server; requests and pages are small.
const (
	headerTimeout = 5 * time.Second
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 5 * time.Second
)

func (p *Program) consoleCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "console",
		Short: "Serve the operator's web pages",
		Long: "Serves the operator's web pages until Ctrl-C or SIGTERM. They have no password: serve them on a loopback address\n" +
			"only, or behind a proxy that asks for one.",
		Example: "  TOWPATH_CONSOLE_ADDRESS=127.0.0.1:8090 towpath console",
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
			l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.ConsoleAddress)
			if err != nil {
				return fmt.Errorf("the console can't listen on %s: set TOWPATH_CONSOLE_ADDRESS to a free host:port (a towpath-dev has a console of its own): %w", s.ConsoleAddress, err)
			}
			logger.Info("Console runs.", zap.String("address", "http://"+l.Addr().String()))
			pages := console.New(pf.Starter, console.Options{TemporalUI: s.TemporalUI, Namespace: s.TemporalNamespace, Command: p.called(), Logger: logger,
				Channels: pf, Tests: pf, Version: version.Of(invocation.Program).Version, Ending: ctx.Done()})
			return serve(ctx, l, pages)
		},
	}
}

// serve answers requests until the context ends, then lets running ones finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve the console: %w", err)
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stop the console: %w", err), server.Close())
	}
	return nil
}
