package config

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Case C4: an account is a grant on a marketplace; two of one would take each order twice.
func TestTheSameGrantOnTheSameMarketplaceTwiceIsRefused(t *testing.T) {
	t.Parallel()
	entry := func(id, channel, marketplace, credentials string) string {
		return "  - id: " + id + "\n    channel: " + channel + "\n    endpoint: production\n    marketplace: " + marketplace + "\n" +
			"    credentials: {" + credentials + "}\n    order_location: main\n"
	}
	ebay := "clientId: c, clientSecret: s, refreshToken: r1"
	amazon := "clientId: c, clientSecret: s, refreshToken: r1, sellerId: A1"
	for name, tc := range map[string]struct {
		file string
		want string
	}{
		"the same site twice":          {entry("a", "ebay", "EBAY_GB", ebay) + entry("b", "ebay", "EBAY_GB", ebay), "account b: the account a in line 2 has the same grant and marketplace"},
		"two sites of one grant":       {entry("a", "ebay", "EBAY_GB", ebay) + entry("b", "ebay", "EBAY_DE", ebay), ""},
		"two grants on one site":       {entry("a", "ebay", "EBAY_GB", ebay) + entry("b", "ebay", "EBAY_GB", strings.Replace(ebay, "r1", "r2", 1)), ""},
		"one seller, two tokens":       {entry("a", "amazon", "A1F83G8C2ARO7P", amazon) + entry("b", "amazon", "A1F83G8C2ARO7P", strings.Replace(amazon, "r1", "r2", 1)), "account b:"},
		"one seller, two marketplaces": {entry("a", "amazon", "A1F83G8C2ARO7P", amazon) + entry("b", "amazon", "A1PA6795UKMFR9", amazon), ""},
		"switched off":                 {entry("a", "ebay", "EBAY_GB", ebay) + entry("b", "ebay", "EBAY_GB", ebay) + "    enabled: false\n", ""},
	} {
		_, err := readAccounts(strings.NewReader("accounts:\n"+tc.file), os.LookupEnv)
		if tc.want == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, tc.want, name)
		}
	}
}
