package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

func TestEveryChannelMaySendCancellations(t *testing.T) {
	t.Parallel()
	list, mistakes := parseAccounts([]byte(`
accounts:
  - id: ebay-uk
    channel: ebay
    endpoint: production
    marketplace: EBAY_GB
    order_location: main
    credentials: {clientId: "${A}", clientSecret: "${A}", refreshToken: "${A}", signingKey: "${KEY}", signingJWE: "${JWE}"}
    cancelling: {send: true, cause: stock}
`), environment("A", "a", "KEY", "key", "JWE", "jwe"))
	require.Empty(t, mistakes)
	require.Equal(t, channel.Cancelling{Send: true, Cause: order.CauseStock}, list[0].Channel.Cancelling)
	require.Equal(t, "key", list[0].Channel.Credentials["signingKey"])
	require.Equal(t, "jwe", list[0].Channel.Credentials["signingJWE"])
}

func TestWhatOnlyShopifyLeavesToTheSellerIsRefusedElsewhere(t *testing.T) {
	t.Parallel()
	_, mistakes := parseAccounts([]byte(`
accounts:
  - id: ebay-uk
    channel: ebay
    endpoint: production
    marketplace: EBAY_GB
    order_location: main
    credentials: {clientId: "${A}", clientSecret: "${A}", refreshToken: "${A}"}
    cancelling: {send: true, refund: none, notify: true}
`), environment("A", "a"))
	require.Len(t, mistakes, 2)
}
