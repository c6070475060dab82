package platform

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.uber.org/zap"
)

// Case G6.
func TestAStartWaitsForAServerThatRecoversAndSaysSo(t *testing.T) {
	t.Parallel()
	var said []string
	p := &Platform{logger: zap.NewNop(), Waiting: func(text string) { said = append(said, text) }}
	answers := []error{
		fmt.Errorf("start worker: %w", serviceerror.NewUnavailable("shard is loading")),
		fmt.Errorf("start worker: %w", context.DeadlineExceeded), nil,
	}
	n := 0
	require.NoError(t, p.Patiently(t.Context(), "the workers", func(context.Context) error {
		n++
		return answers[n-1]
	}))
	require.Equal(t, 3, n)
	require.NotEmpty(t, said)
	require.Contains(t, said[0], "waiting for the workers, ")
}

func TestAStartDoesNotWaitForWhatNoWaitingCures(t *testing.T) {
	t.Parallel()
	p := &Platform{logger: zap.NewNop()}
	wrong := serviceerror.NewNamespaceNotFound("towpth")
	n := 0
	err := p.Patiently(t.Context(), "the namespace", func(context.Context) error {
		n++
		return wrong
	})
	require.ErrorIs(t, err, wrong)
	require.Equal(t, 1, n)
	ctx, stop := context.WithCancel(t.Context())
	err = p.Patiently(ctx, "the server", func(context.Context) error {
		stop()
		return serviceerror.NewUnavailable("away")
	})
	require.ErrorContains(t, err, "away", "Ctrl-C ends the wait")
	require.Error(t, errors.Join(err, ctx.Err()))
}
