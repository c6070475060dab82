package transport_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

func TestWhatAStatusAloneSays(t *testing.T) {
	t.Parallel()
	for status, class := range map[int]channel.Class{
		0: channel.Unknown, 204: channel.Unknown, 302: channel.Unknown,
		400: channel.Invalid, 401: channel.Auth, 403: channel.Config, 404: channel.Missing, 408: channel.Timeout, 409: channel.Conflict,
		410: channel.Missing, 412: channel.Conflict, 418: channel.Invalid, 429: channel.Throttled, 500: channel.Unavailable, 599: channel.Unavailable,
	} {
		require.Equal(t, class, transport.ClassOf(status, nil), status)
	}
	own := transport.Statuses{403: channel.Auth, 418: channel.Limit}
	require.Equal(t, channel.Auth, transport.ClassOf(403, own))
	require.Equal(t, channel.Limit, transport.ClassOf(418, own))
	require.Equal(t, channel.Missing, transport.ClassOf(404, own), "what a channel does not name stays as it is")
}
