package platform

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/vault"
)

// Without the key an account whose tokens rotate would lose them at the first refresh, so it is not opened at all.
func TestAnAccountWhoseTokensRotateNeedsAKey(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"))
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

	p.vault, err = openVault(config.Settings{TokenKey: vault.NewKey()}, st)
	require.NoError(t, err)
	_, err = p.open(t.Context(), rotating)
	require.NoError(t, err)
	require.Len(t, opened, 2)
	require.Nil(t, opened[0].Vault)
	grant, err := opened[1].Vault.Grant(t.Context(), "rotating")
	require.NoError(t, err)
	require.Zero(t, grant.Version, "adopted, and nothing kept yet")
}
