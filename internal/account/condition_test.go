package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func TestAnAccountIsPausedOnceAndKeepsTheFirstReason(t *testing.T) {
	t.Parallel()
	a := usual()
	require.False(t, a.Resume(), "it runs")
	require.True(t, a.Pause("stock take", noon))
	require.False(t, a.Pause("no grant", noon.Add(time.Hour)))
	require.True(t, a.Paused)
	require.Equal(t, "stock take", a.PausedReason)
	require.Equal(t, noon, a.PausedAt)
	require.True(t, a.Resume())
	require.Equal(t, usual(), a, "nothing of the pause is left")
}

func TestAnAccountObservesUntilSomebodyLetsItGoLive(t *testing.T) {
	t.Parallel()
	a := usual()
	a.Begin()
	require.True(t, a.Observing)
	_, err := a.GoLive("")
	require.ErrorContains(t, err, "a name must be given")
	require.True(t, a.Observing)
	for _, want := range []bool{true, false} {
		changed, err := a.GoLive("ann")
		require.NoError(t, err)
		require.Equal(t, want, changed)
		require.False(t, a.Observing)
	}
	require.True(t, a.Observe())
	require.False(t, a.Observe())
	require.True(t, a.Observing)
}

func TestAGrantIsLeasedToOneAtATime(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		holder string
		until  time.Time
		free   bool
	}{
		"nobody refreshes it":     {"", time.Time{}, true},
		"somebody refreshes it":   {"other", noon.Add(time.Second), false},
		"its holder has given up": {"other", noon, true},
		"it was released":         {"", noon.Add(time.Second), true},
	} {
		g := account.Grant{Account: "shopify-uk", Version: 3, Holder: tc.holder, LeaseUntil: tc.until}
		require.Equal(t, tc.free, g.Lease("me", noon, time.Minute), name)
		if tc.free {
			require.Equal(t, account.Grant{Account: "shopify-uk", Version: 3, Holder: "me", LeaseUntil: noon.Add(time.Minute)}, g, name)
		} else {
			require.Equal(t, tc.holder, g.Holder, name)
		}
	}
}

func TestAGrantOfAnotherRefreshTokenIsDead(t *testing.T) {
	t.Parallel()
	kept := account.Grant{Account: "shopify-uk", Origin: "one", Version: 3, Sealed: "x", ExpiresAt: noon, RotatedAt: noon, Holder: "me", LeaseUntil: noon}
	g := kept
	require.True(t, g.Kept())
	require.False(t, g.Adopt("one"))
	require.Equal(t, kept, g)
	require.True(t, g.Adopt("two"))
	require.Equal(t, account.Grant{Account: "shopify-uk", Origin: "two", Version: 4}, g)
	require.False(t, g.Kept())
}
