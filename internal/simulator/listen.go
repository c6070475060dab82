package simulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"go.uber.org/zap"
)

// listen listens on the given port; if it is 0, on the port used before, or on any.
func listen(ctx context.Context, host string, port, before int) (net.Listener, error) {
	var config net.ListenConfig
	if port == 0 && before != 0 {
		if l, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(before))); err == nil {
			return l, nil
		}
	}
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("listen on port %d of %s: %w; if it is in use, stop what uses it or choose another port", port, host, err)
	}
	return l, nil
}

// address returns the base URL of the listener.
func address(host string, l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "http://" + net.JoinHostPort(host, port)
}

// serve serves the listener until the server is stopped.
func serve(l net.Listener, h http.Handler, logger *zap.Logger) *http.Server {
	errorLog, err := zap.NewStdLogAt(logger, zap.DebugLevel)
	if err != nil {
		errorLog = zap.NewStdLog(logger)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: errorLog}
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("marketplace stopped serving", zap.Error(err))
		}
	}()
	return server
}
