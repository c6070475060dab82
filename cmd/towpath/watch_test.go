package main

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// stopping ends a watch after a number of frames.
type stopping struct {
	mu     sync.Mutex
	frames []string
	after  int
	stop   context.CancelFunc
}

func (s *stopping) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames = append(s.frames, string(b))
	if len(s.frames) == s.after {
		s.stop()
	}
	return len(b), nil
}

// A frame that is higher than the terminal would scroll it at each redraw.
func TestAWatchedFrameFitsTheTerminal(t *testing.T) {
	t.Parallel()
	const frame = "1\n2\n3\n4\n5\n\n"
	p := &Program{}
	require.Equal(t, frame, string(p.fits([]byte(frame))))
	for height, want := range map[int]string{0: frame, 7: frame, 6: frame, 5: "1\n2\n3\n... and 2 more lines: a higher terminal shows them\n"} {
		p.Height = func() int { return height }
		require.Equal(t, want, string(p.fits([]byte(frame))), height)
	}
}

func TestWatchRedrawsOnATerminalAndPrintsLinesOfJSONElsewhere(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	watch := func(terminal bool, args ...string) []string {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		out := &stopping{after: 2, stop: cancel}
		p, _, errs := b.program()
		p.Out, p.Terminal = out, terminal
		require.Zero(t, p.Run(ctx, append([]string{"status", "--watch"}, args...)), errs.String())
		return out.frames
	}
	for _, frame := range watch(true) {
		require.True(t, strings.HasPrefix(frame, "\x1b[H"))
	}
	for _, frame := range watch(false, "-o", "json") {
		require.Equal(t, 1, strings.Count(frame, "\n"), "one JSON value per line")
		require.True(t, json.Valid([]byte(frame)))
	}
}
