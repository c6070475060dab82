package devserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/towpath/towpath/internal/console"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/version"
)

// loopback is where everything listens, unless the marketplaces have a host of their own.
const loopback = "127.0.0.1"

// wantedPort is a port that was asked for.
type wantedPort struct {
	what, flag string // who needs it, and the flag that chooses another
	host       string
	port       int // 0: any free one
}

// serverPorts returns the ports of the Temporal server.
func (o *Options) serverPorts() []wantedPort {
	return []wantedPort{{"Temporal", "--temporal-port", loopback, o.Ports.Temporal}, {"Temporal's Web UI", "--ui-port", loopback, o.Ports.UI}}
}

// marketPorts returns the ports of the marketplaces.
func (o *Options) marketPorts() []wantedPort {
	var list []wantedPort
	for _, a := range o.accounts() {
		list = append(list, wantedPort{"marketplace " + a.ID, "--markets-port", cmp.Or(o.Host, loopback), a.Port})
	}
	return list
}

// free returns an error if a port can't be listened on, or two of the list are the same.
func free(ctx context.Context, list []wantedPort) error {
	var held []net.Listener // until all are tried
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	for _, w := range list {
		if w.port == 0 {
			continue
		}
		l, err := w.listen(ctx)
		if err != nil {
			return err
		}
		held = append(held, l)
	}
	return nil
}

func (w wantedPort) listen(ctx context.Context) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(w.host, strconv.Itoa(w.port)))
	if err != nil {
		return nil, portAdvice(fmt.Errorf("%s: port %d is taken: stop what uses it, or choose another port: %w", w.what, w.port, err), w.flag)
	}
	return l, nil
}

// listenConsole opens the console's port before anything else is started, so that a port in use is reported at once.
func (d *dev) listenConsole(ctx context.Context) error {
	l, err := wantedPort{"console", "--console-port", loopback, d.o.Ports.Console}.listen(ctx)
	if err != nil {
		return err
	}
	d.listener = l
	d.closers = append(d.closers, func() { _ = l.Close() })
	return nil
}

func (d *dev) serveConsole(ctx context.Context) error {
	l := d.listener
	d.console = &http.Server{
		Addr: l.Addr().String(), ReadHeaderTimeout: 5 * time.Second,
		Handler: console.New(d.platform.Starter, console.Options{TemporalUI: d.temporal.UIAddress(), Namespace: d.temporal.Namespace(), Command: d.o.towpath(),
			Logger: d.logger, Channels: d.platform, Tests: d.platform, Version: version.Of(invocation.Program).Version, Ending: ctx.Done()}),
	}
	go func() { _ = d.console.Serve(l) }()
	d.closers = append(d.closers, func() {
		stop, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		_ = d.console.Shutdown(stop)
	})
	return nil
}

// portAdvice adds to the error of a taken port the flag that chooses another.
func portAdvice(err error, flag string) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w (%s)", err, flag)
	}
	return err
}
