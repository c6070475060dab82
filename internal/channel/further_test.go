package channel

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFurtherIsToldOnlyOfAnOrderThatIsAsItWas(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	settled := now.Add(-furtherSettled)
	var f Further[int]
	_, ok := f.Told("1", []byte("a"), now)
	require.False(t, ok, "nothing is known")

	f.Keep("1", []byte("a"), settled, now, now, 7)
	what, ok := f.Told("1", []byte("a"), now.Add(furtherFor-1))
	require.True(t, ok)
	require.Equal(t, 7, what)
	for name, ask := range map[string]func() (int, bool){
		"another body":  func() (int, bool) { return f.Told("1", []byte("b"), now) },
		"another order": func() (int, bool) { return f.Told("2", []byte("a"), now) },
		"too late":      func() (int, bool) { return f.Told("1", []byte("a"), now.Add(furtherFor)) },
	} {
		_, ok := ask()
		require.False(t, ok, name)
	}

	f.Keep("3", []byte("a"), settled.Add(1), now, now, 7)
	f.Keep("4", []byte("a"), time.Time{}, now, now, 7)
	f.Keep("5", []byte("a"), settled, time.Time{}, now, 7)
	for _, id := range []string{"3", "4", "5"} {
		_, ok := f.Told(id, []byte("a"), now)
		require.False(t, ok, "%s may have changed within the same second", id)
	}
}

func TestFurtherKeepsFewOrdersForMinutes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var f Further[int]
	for n := range 2 * furtherAtMost {
		f.Keep(fmt.Sprint(n), nil, now.Add(-time.Hour), now, now, n)
	}
	require.Equal(t, furtherAtMost, f.known.Len())
	_, ok := f.Told(fmt.Sprint(2*furtherAtMost-1), nil, now.Add(time.Minute))
	require.True(t, ok)
	_, ok = f.Told("another", nil, now.Add(furtherFor))
	require.False(t, ok)
	require.Zero(t, f.known.Len(), "what is too old is not kept")
}
