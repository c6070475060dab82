package console

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/polltest"
)

// slow is a source that answers when it is let.
type slow struct {
	asked   chan struct{}
	answers chan int
}

func (s slow) ask(ctx context.Context) (int, error) {
	s.asked <- struct{}{}
	select {
	case n := <-s.answers:
		if n < 0 {
			return 0, errors.New("away")
		}
		return n, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func newSlow() slow { return slow{make(chan struct{}, 9), make(chan int, 9)} }

func TestPagesShareAnAnswerWhileItIsGood(t *testing.T) {
	t.Parallel()
	var h held[int]
	s := newSlow()
	s.answers <- 7
	for range 3 {
		n, err := h.get(t.Context(), time.Hour, s.ask)
		require.NoError(t, err)
		require.Equal(t, 7, n)
	}
	require.Len(t, s.asked, 1)
}

// An answer that is late holds up no page: the one before is shown, and noted where the page is of a newer version.
func TestAPageDoesNotWaitForALateAnswer(t *testing.T) {
	t.Parallel()
	var h held[int]
	s := newSlow()
	first := withAsOf(t.Context(), "1")
	s.answers <- 7
	_, err := h.get(first, 0, s.ask)
	require.NoError(t, err)
	at, behind := notedAsOf(first)
	require.Equal(t, []any{time.Time{}, false}, []any{at, behind})

	same, newer := withAsOf(t.Context(), "1"), withAsOf(t.Context(), "2")
	for _, page := range []context.Context{same, newer} {
		n, err := h.get(page, 0, s.ask)
		require.NoError(t, err)
		require.Equal(t, 7, n)
	}
	at, behind = notedAsOf(same)
	require.Equal(t, []any{false, false}, []any{at.IsZero(), behind}, "nothing has changed since: the page may rest")
	_, behind = notedAsOf(newer)
	require.True(t, behind, "it is fetched again for what is on its way")
	require.Len(t, s.asked, 2, "both wait for one question")
	s.answers <- 8
	polltest.Until(t, "the answer is kept", func() bool { return h.last.Load().value == 8 })
}

func TestWhatWasDoneIsNotShownFromBefore(t *testing.T) {
	t.Parallel()
	var h held[int]
	s := newSlow()
	s.answers <- 7
	_, err := h.get(t.Context(), time.Hour, s.ask)
	require.NoError(t, err)
	before := make(chan error)
	go func() {
		_, err := h.get(t.Context(), 0, s.ask) // under way when something is done
		before <- err
	}()
	<-s.asked
	<-s.asked
	require.NoError(t, <-before, "the page is shown with the answer before")
	h.forget()
	after := make(chan int)
	go func() {
		n, _ := h.get(t.Context(), time.Hour, s.ask)
		after <- n
	}()
	<-s.asked // anew
	s.answers <- 8
	s.answers <- 8
	require.Equal(t, 8, <-after)
	n, err := h.get(t.Context(), time.Hour, s.ask)
	require.NoError(t, err)
	require.Equal(t, 8, n)
}

func TestASourceThatIsAwayIsSaid(t *testing.T) {
	t.Parallel()
	var h held[int]
	s := newSlow()
	s.answers <- -1
	_, err := h.get(t.Context(), time.Hour, s.ask)
	require.EqualError(t, err, "away")
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err = h.get(gone, time.Hour, s.ask)
	require.ErrorIs(t, err, context.Canceled, "whoever left is not waited for")
	s.answers <- 7
	n, err := h.get(t.Context(), time.Hour, s.ask)
	require.NoError(t, err)
	require.Equal(t, 7, n)
}
