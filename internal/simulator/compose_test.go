package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/simulator"
)

// docker-compose.yml gives the workers an accounts file for the marketplaces that it starts.
func TestTheComposedAccountsAreThoseOfTheMarketplaces(t *testing.T) {
	t.Parallel()
	file, err := config.LoadAccounts("../../build/accounts.yaml")
	require.NoError(t, err)
	s, err := simulator.Start(t.Context(), simulator.Options{Dir: t.TempDir(), Accounts: specs, Speed: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Stop()) }()
	simulated := s.Accounts()
	require.Len(t, file, len(simulated))
	for n, a := range simulated {
		want, got := a.Channel(), file[n].Channel
		require.Equal(t, want.ID, got.ID)
		require.Equal(t, want.Credentials, got.Credentials)
		require.Equal(t, want.Marketplace, got.Marketplace)
		require.Equal(t, want.Location, got.Location)
		require.Equal(t, want.Publishing, got.Publishing)
		require.True(t, got.Simulated)
	}
}
