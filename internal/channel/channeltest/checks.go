package channeltest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

func checksWork(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(3)
	before := s.ledger()
	tried := 0
	for _, c := range s.conn.Checks(t.Context()) {
		require.NotEmpty(t, c.Capability)
		require.Nil(t, c.Fault, c.Capability)
		if c.Untried {
			require.NotEmpty(t, c.Detail, "%s: why it can't be tried", c.Capability)
			continue
		}
		tried++
		require.NotEmpty(t, c.Operation, c.Capability)
	}
	require.GreaterOrEqual(t, tried, 3, "the grant, orders and listings at least")
	require.Equal(t, before, s.ledger(), "a check changes nothing")
}

func checksOfADeadGrant(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	checks := s.reopen(b.Dead).Checks(t.Context())
	require.NotEmpty(t, checks)
	refused := 0
	for _, c := range checks {
		if c.Fault != nil {
			require.Equal(t, channel.Auth, c.Fault.Class, c.Capability)
			refused++
		} else {
			require.True(t, c.Untried, "%s works without a grant", c.Capability)
		}
	}
	require.Equal(t, 1, refused, "the first refusal says it all")
}

// ledger returns the number of entries in the marketplace's ledger.
func (s *fixture) ledger() int {
	s.t.Helper()
	entries, err := s.market.Entries(s.t.Context(), 0, 100_000)
	require.NoError(s.t, err)
	return len(entries)
}
