package devserver

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/temporalserver"
)

// testOptions returns the options of a run in a folder that does not exist yet, on free ports.
func testOptions(t *testing.T) *Options {
	t.Helper()
	o := Defaults()
	o.Called, o.Data, o.Faults, o.Ports = "towpath-dev", filepath.Join(t.TempDir(), "data"), "none", Ports{}
	o.Registry = channel.Registry{channel.Amazon: amazon.Open, channel.EBay: ebay.Open, channel.Shopify: shopify.Open}
	return o
}

// runWith runs with a stand-in for the Temporal server and returns what was printed.
func runWith(t *testing.T, o *Options, start func(context.Context, temporalserver.Options) (temporal, error)) (string, *dev, error) {
	t.Helper()
	var out bytes.Buffer
	d := newDev(o, &out)
	d.startServer = start
	err := d.run(t.Context())
	return out.String(), d, err
}

// refused makes a run that must end before the Temporal server is started, and returns its error.
func refused(t *testing.T, o *Options) error {
	t.Helper()
	out, _, err := runWith(t, o, func(context.Context, temporalserver.Options) (temporal, error) {
		t.Error("the Temporal server was started")
		return nil, errors.New("started")
	})
	require.Error(t, err)
	require.Empty(t, out)
	return err
}

// requireUsage requires a UsageError that contains all of the words.
func requireUsage(t *testing.T, err error, words ...string) {
	t.Helper()
	var usage UsageError
	require.ErrorAs(t, err, &usage)
	for _, w := range words {
		require.ErrorContains(t, err, w)
	}
}

// earlier makes the data folder look like that of an earlier run, and returns a check that its data is unchanged.
func earlier(t *testing.T, o *Options) (untouched func()) {
	t.Helper()
	require.NoError(t, os.MkdirAll(o.Data, 0o755))
	require.NoError(t, o.remember())
	files := map[string]string{storeFile: "orders", temporalFile: "workflows", accountsFile: "accounts", demoFile: "goods"}
	for name, text := range files {
		write(t, filepath.Join(o.Data, name), text)
	}
	return func() {
		t.Helper()
		for name, text := range files {
			have, err := os.ReadFile(filepath.Join(o.Data, name))
			require.NoError(t, err)
			require.Equal(t, text, string(have), name)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}
