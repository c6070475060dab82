package platform

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/vault"
)

// Without the key an account whose tokens rotate would lose them at the first refresh, so it is not opened at all.
func TestAnAccountWhoseTokensRotateNeedsAKey(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	require.NoError(t, st.Migrate(t.Context()))
	var opened []channel.Account
	registry := channel.Registry{channel.Shopify: func(a channel.Account) (channel.Connection, error) {
		opened = append(opened, a)
		return nil, nil
	}}
	static := channel.Account{ID: "static", Kind: channel.Shopify, Credentials: map[string]string{"accessToken": "a"}}
	rotating := channel.Account{ID: "rotating", Kind: channel.Shopify, Credentials: map[string]string{"refreshToken": "r"}}

	p := &Platform{Store: st, registry: registry}
	_, err = p.open(t.Context(), rotating)
	require.ErrorContains(t, err, "account rotating")
	require.ErrorContains(t, err, "openssl rand -base64 32")
	_, err = p.open(t.Context(), static)
	require.NoError(t, err)

	p.vault, err = openVault(config.Settings{TokenKey: keyring.New()}, st)
	require.NoError(t, err)
	_, err = p.open(t.Context(), rotating)
	require.NoError(t, err)
	require.Len(t, opened, 2)
	require.Nil(t, opened[0].Vault)
	grant, err := opened[1].Vault.Grant(t.Context(), "rotating")
	require.NoError(t, err)
	require.Zero(t, grant.Version, "adopted, and nothing kept yet")
}

// Everybody knows the key of docker-compose.yml: a real account is not opened with it. As an older key, which only
// decrypts, it is allowed, so that it can be replaced.
func TestTheKeyThatEverybodyKnowsIsForSimulatedAccounts(t *testing.T) {
	t.Parallel()
	opened := 0
	registry := channel.Registry{channel.Shopify: func(channel.Account) (channel.Connection, error) {
		opened++
		return nil, nil
	}}
	account := channel.Account{ID: "shop", Kind: channel.Shopify, Credentials: map[string]string{"accessToken": "a"}}
	simulated := account
	simulated.Simulated = true

	for keys, refused := range map[string]bool{keyring.PublicKey: true, keyring.PublicKey + "," + keyring.New(): true, keyring.New() + "," + keyring.PublicKey: false} {
		opened = 0
		v, err := openVault(config.Settings{TokenKey: keys}, nil)
		require.NoError(t, err)
		p := &Platform{registry: registry, vault: v}
		_, err = p.open(t.Context(), simulated)
		require.NoError(t, err)
		_, err = p.open(t.Context(), account)
		if refused {
			require.ErrorIs(t, err, vault.ErrPublic)
			require.ErrorContains(t, err, "account shop")
			require.Equal(t, 1, opened)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, 2, opened)
	}
}

func TestTheKeyThatEverybodyKnowsIsTheOneOfTheComposeFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docker-compose.yml")
	require.NoError(t, err)
	require.Contains(t, string(text), "TOWPATH_TOKEN_KEY:-"+keyring.PublicKey+"}")
}
