package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

// Temporal may end the wait for an answer before the command's own time is up: that is said in the same words (case F3).
func TestAnAnswerThatDoesNotComeIsLateHoweverItIsNoticed(t *testing.T) {
	t.Parallel()
	over, end := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer end()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	server := fmt.Errorf("cancel: %w", &client.WorkflowUpdateServiceTimeoutOrCanceledError{})
	other := errors.New("connection refused")
	for _, tc := range []struct {
		name     string
		ctx      context.Context
		patience time.Duration
		err      error
		late     bool
	}{
		{"the time is up", over, time.Minute, other, true},
		{"the server notices first", t.Context(), time.Minute, server, true},
		{"it was done in time", over, time.Minute, nil, false},
		{"something else", t.Context(), time.Minute, other, false},
		{"interrupted by a person", stopped, time.Minute, server, false},
		{"without limit", t.Context(), 0, server, false},
	} {
		require.Equal(t, tc.late, (&answering{tc.patience}).late(tc.ctx, tc.err), tc.name)
	}
}
