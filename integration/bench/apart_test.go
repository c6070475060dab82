package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/platform"
)

// TestMain lets the program of these tests be the process of a server, as the bench's own is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == serving {
		if err := serve(context.Background(), os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestAServerApartTellsWhatItHasDone(t *testing.T) {
	t.Parallel()
	for _, startDev := range []bool{false, true} {
		file := filepath.Join(t.TempDir(), "temporal.db")
		a, err := startApart(t.Context(), file, startDev)
		require.NoError(t, err)
		t.Cleanup(a.stop)
		c, err := client.DialContext(t.Context(), client.Options{HostPort: a.Address, Namespace: a.Namespace, Logger: platform.SDKLogger(zap.NewNop())})
		require.NoError(t, err)
		t.Cleanup(c.Close)

		before, err := a.used()
		require.NoError(t, err)
		require.Positive(t, before.CPU, "its start took some")
		require.Zero(t, before.Actions)
		for i := range 3 {
			_, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: fmt.Sprint("order/", i), TaskQueue: "nobody"}, "OrderLifecycle")
			require.NoError(t, err)
		}
		require.NoError(t, a.idle(t.Context()))
		spent, err := a.usedSince(before)
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"grpc_StartWorkflowExecution": 3}, spent.ActionsByType)
		require.Equal(t, int64(3), spent.WritesByOperation["CreateWorkflowExecution"])
		require.Positive(t, spent.CPU)

		_, err = os.Stat(file + ".visibility")
		require.Equal(t, startDev, os.IsNotExist(err), "start-dev has one file")
	}
}

func TestAServerThatCanNotStartIsAnError(t *testing.T) {
	t.Parallel()
	_, err := startApart(t.Context(), filepath.Join(t.TempDir(), "gone", "temporal.db"), false)
	require.ErrorContains(t, err, "start Temporal in a process of its own: its process ended")
}
