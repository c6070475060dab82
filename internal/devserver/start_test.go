package devserver

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/temporalserver"
)

// requireNothingLeft requires that a run which failed has released everything and is not found by the command line.
func requireNothingLeft(t *testing.T, d *dev) {
	t.Helper()
	require.NoFileExists(t, filepath.Join(d.o.Data, "dev.json"))
	running, err := runningIn(t.Context(), filepath.Join(d.o.Data, marketsDir))
	require.NoError(t, err)
	require.Nil(t, running, "the marketplaces are stopped")
	for _, lock := range []string{"platform.lock", "marketplaces.lock"} {
		f, err := openFolder(d.o.Data, lock)
		require.NoError(t, err)
		f.close()
	}
	if d.listener != nil {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", d.listener.Addr().String())
		require.NoError(t, err, "the console's port is free")
		require.NoError(t, l.Close())
	}
}

func TestAServerThatDoesNotStartEndsTheRun(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	out, d, err := runWith(t, o, func(context.Context, temporalserver.Options) (temporal, error) {
		return nil, errors.New("the schema is of a newer release")
	})
	require.ErrorContains(t, err, "the schema is of a newer release")
	require.NotErrorAs(t, err, new(UsageError))
	require.Empty(t, out)
	require.NotNil(t, d.listener)
	require.NotNil(t, d.simulation)
	requireNothingLeft(t, d)
}

func TestAPortInUseIsReportedWithTheFlagThatChoosesAnother(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	taken := l.Addr().(*net.TCPAddr).Port
	for flag, set := range map[string]func(*Ports){
		"--console-port":  func(p *Ports) { p.Console = taken },
		"--markets-port":  func(p *Ports) { p.Markets = taken },
		"--temporal-port": func(p *Ports) { p.Temporal = taken },
		"--ui-port":       func(p *Ports) { p.UI = taken },
	} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			o := testOptions(t)
			set(&o.Ports)
			// The server checks its ports before it starts anything, so the real one never runs.
			out, d, err := runWith(t, o, startServer)
			require.ErrorContains(t, err, flag)
			require.ErrorContains(t, err, strconv.Itoa(taken))
			require.NotErrorAs(t, err, new(UsageError))
			require.Empty(t, out)
			if flag == "--console-port" {
				require.Nil(t, d.simulation, "said before anything is started")
			}
			requireNothingLeft(t, d)
		})
	}
}

// An interrupted start says how to continue. If an audit was asked for, the start returns an error.
func TestAnInterruptedStart(t *testing.T) {
	t.Parallel()
	for _, audited := range []bool{false, true} {
		o := testOptions(t)
		o.ExitWhenDone = audited
		ctx, interrupt := context.WithCancel(t.Context())
		out := &lines{}
		d := newDev(o, out)
		d.startServer = func(ctx context.Context, _ temporalserver.Options) (temporal, error) {
			interrupt()
			<-ctx.Done()
			return nil, ctx.Err()
		}
		err := d.run(ctx)
		require.Contains(t, out.String(), "To continue from here: towpath-dev --data "+o.Data)
		if audited {
			require.ErrorContains(t, err, "nothing was audited")
		} else {
			require.NoError(t, err)
		}
		requireNothingLeft(t, d)
	}
}

// A run that can't start keeps what earlier ones left, also with --fresh.
func TestFreshForgetsNothingWhenAPortIsTaken(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	taken := l.Addr().(*net.TCPAddr).Port
	for flag, set := range map[string]func(*Ports){
		"--console-port":  func(p *Ports) { p.Console = taken },
		"--markets-port":  func(p *Ports) { p.Markets = taken },
		"--temporal-port": func(p *Ports) { p.Temporal = taken },
		"--ui-port":       func(p *Ports) { p.UI = taken },
	} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			o := testOptions(t)
			o.Fresh = true
			set(&o.Ports)
			untouched := earlier(t, o)
			err := refused(t, o)
			require.ErrorContains(t, err, flag)
			require.ErrorContains(t, err, strconv.Itoa(taken))
			untouched()
			if flag == "--markets-port" {
				require.ErrorContains(t, RunMarketplaces(t.Context(), o, io.Discard), flag)
				untouched()
			}
		})
	}
}

func TestOnePortForTwoIsFoundBeforeAnythingIsForgotten(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	o := testOptions(t)
	o.Fresh, o.Ports.Temporal, o.Ports.UI = true, port, port
	untouched := earlier(t, o)
	require.ErrorContains(t, refused(t, o), "--ui-port")
	untouched()
}
