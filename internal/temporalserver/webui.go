package temporalserver

import (
	"context"
	"fmt"
	"net/http"

	ui "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// webUI is Temporal's own Web UI, served by this process.
type webUI struct {
	address string
	server  *ui.Server
	done    chan struct{}
}

// startUI serves the Web UI on loopback and returns when it answers.
func startUI(ctx context.Context, port int, frontend, namespace string) (*webUI, error) {
	w := &webUI{address: "http://" + address(port), done: make(chan struct{})}
	w.server = ui.NewServer(server_options.WithConfigProvider(&uiconfig.Config{
		TemporalGRPCAddress: frontend,
		Host:                loopback,
		Port:                port,
		EnableUI:            true,
		DefaultNamespace:    namespace,
		HideLogs:            true,
		DisableNewsFetch:    true,
		Distribution:        "server",
		// The pages are served over plain HTTP on loopback, where a browser would not send a secure cookie back.
		CORS: uiconfig.CORS{CookieInsecure: true},
	}))
	go func() {
		defer close(w.done)
		// A failure to listen ends the process inside Start; the port was tested just before.
		_ = w.server.Start()
	}()
	if err := await(ctx, w.healthy); err != nil {
		w.stop()
		return nil, fmt.Errorf("start Temporal's Web UI on %s: %w", w.address, err)
	}
	return w, nil
}

func (w *webUI) healthy(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.address+"/healthz", nil)
	if err != nil {
		return err
	}
	resp, err := (&http.Client{}).Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}

func (w *webUI) stop() {
	w.server.Stop()
	<-w.done
}
