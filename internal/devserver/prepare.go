package devserver

import (
	"context"
	"errors"
	"fmt"
	"os"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/private"
	"github.com/towpath/towpath/internal/store"
)

// prepare checks the options, the folder and the ports before anything is changed. What earlier runs left is forgotten last: a run
// that can't start keeps it.
func (d *dev) prepare(ctx context.Context) error {
	if err := d.checkOptions(ctx); err != nil {
		return err
	}
	var err error
	if d.folder, err = openFolder(d.o.Data, "platform.lock"); err != nil {
		return err
	}
	d.closers = append(d.closers, d.folder.close)
	if err := d.checkPorts(ctx); err != nil {
		return err
	}
	if err := d.takeFolder(ctx); err != nil {
		return err
	}
	if err := d.o.remember(); err != nil {
		return err
	}
	d.logger, err = newLogger(d.folder.file(platformLog))
	return err
}

// checkOptions checks all options that need neither the folder nor a port.
func (d *dev) checkOptions(ctx context.Context) error {
	var err error
	if d.factor, d.max, err = d.o.pace(); err != nil {
		return err
	}
	if err := d.o.checkAccounts(); err != nil {
		return err
	}
	if d.plan, err = d.planned(ctx); err != nil {
		return err
	}
	if _, err = d.o.faultRates(); err != nil {
		return err
	}
	if _, err = d.o.quirksWord(); err != nil {
		return err
	}
	_, err = d.o.syncMode()
	return err
}

// checkPorts listens for the console, and checks that the other ports are free. Those of marketplaces of their own are not.
func (d *dev) checkPorts(ctx context.Context) error {
	running, err := runningIn(ctx, d.folder.file(marketsDir))
	if err != nil {
		return err
	}
	if running != nil && d.o.Fresh {
		return UsageError{fmt.Errorf("--fresh: separate marketplaces are running in %s: stop them first", running.Dir)}
	}
	if err := d.listenConsole(ctx); err != nil {
		return err
	}
	wanted := d.o.serverPorts()
	if running == nil {
		wanted = append(wanted, d.o.marketPorts()...)
	}
	return free(ctx, wanted)
}

// takeFolder forgets what earlier runs left in the folder, or checks that this program can continue with it.
func (d *dev) takeFolder(ctx context.Context) error {
	if !d.o.Fresh {
		return d.folder.checkStore(ctx)
	}
	// Marketplaces that are about to start hold their lock already.
	markets, err := openFolder(d.o.Data, "marketplaces.lock")
	if err != nil {
		return err
	}
	defer markets.close()
	return d.folder.forget()
}

// checkStore returns a UsageError for a folder whose store was made by a newer program. What else is wrong with a store is found when
// it is opened.
func (f *folder) checkStore(ctx context.Context) error {
	if _, err := os.Stat(f.file(storeFile)); err != nil {
		return nil
	}
	st, err := store.Open(ctx, "sqlite:"+f.file(storeFile), nil)
	if err == nil {
		return st.Close()
	}
	if errors.Is(err, store.ErrNewer) {
		return asUsage(fmt.Errorf("data folder %s: %w, begin anew with --fresh, or name another folder with --data", f.path, err))
	}
	return nil
}

// asUsage makes the error of a store that a newer program made a UsageError: the folder is the wrong one for this program.
func asUsage(err error) error {
	if errors.Is(err, store.ErrNewer) {
		return UsageError{err}
	}
	return err
}

// forget removes all that a towpath-dev keeps in the folder.
func (f *folder) forget() error {
	return f.clear(kept()...)
}

// newLogger writes to a file: the terminal belongs to the progress line.
func newLogger(file string) (*zap.Logger, error) {
	if err := private.File(file); err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	c := zap.NewProductionConfig()
	c.Level = zap.NewAtomicLevelAt(zap.WarnLevel)
	c.OutputPaths, c.ErrorOutputPaths = []string{file}, []string{file}
	c.DisableStacktrace, c.DisableCaller = true, true
	l, err := c.Build()
	if err != nil {
		return nil, fmt.Errorf("open log %s: %w", file, err)
	}
	return l, nil
}
