package remedy_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
)

// Runs begin again by themselves, so that nobody is told that they wait; what is parked does.
func TestFailingRunsAreNotSaidToWait(t *testing.T) {
	t.Parallel()
	r := builtIn(t).For(channel.Shopify, &channel.Fault{Class: channel.Unavailable, Status: http.StatusServiceUnavailable}, "").Named(remedy.Names{Account: "shopify-uk"})
	require.Equal(t, remedy.Towpath, r.Who)
	failing := r.OnceFailing()
	require.Equal(t, "you act", failing.Actor())
	require.Contains(t, failing.Steps[0], "begins by itself")
	require.Nil(t, failing.Page, "it is not about shipments")
	require.Empty(t, failing.Command)
	require.Contains(t, r.OnceParked().Steps[0], "does not go on by itself")
	grant := builtIn(t).For(channel.EBay, &channel.Fault{Class: channel.Auth, Code: "invalid_grant"}, "")
	require.Equal(t, grant.Steps, grant.OnceFailing().Steps, "what a person has to do stays")
}

// What could not be published is published again: levels that are sent would not help.
func TestItemsOfAPublicationArePublishedAgain(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"25026", "21916585", "21916582"} {
		r := builtIn(t).For(channel.EBay, &channel.Fault{Class: channel.Invalid, Code: code}, "")
		levels := r.Named(remedy.Names{Account: "ebay-uk"})
		require.Equal(t, "towpath sync stock --account ebay-uk", levels.Command, code)
		items := r.OfPublication().Named(remedy.Names{Account: "ebay-uk", Endpoint: "production"})
		require.Equal(t, "towpath publish --account ebay-uk --errors --endpoint production", items.Command, code)
		require.Equal(t, "/listings?account=ebay-uk&endpoint=production&status=error", items.Page.Path, code)
		require.NotContains(t, items.Steps[len(items.Steps)-1], "sync stock", code)
	}
}
