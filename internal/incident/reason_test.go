package incident_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
)

// A fault's own text at the end of a pause's reason names the fault; what people write never does.
func TestThePauseOfAFaultNamesIt(t *testing.T) {
	t.Parallel()
	f := channel.NewFault(channel.Auth, "getToken", "")
	f.Code = "invalid_grant"
	text, id := incident.FaultOf("the channel refuses the account's credentials: " + f.Error())
	require.Equal(t, "the channel refuses the account's credentials: getToken: auth invalid_grant", text)
	require.Equal(t, f.ID, id)
	for _, reason := range []string{"", "counting the shelves", "stock take (fault of ours)", "(fault " + f.ID + ") is the cause"} {
		text, id = incident.FaultOf(reason)
		require.Equal(t, reason, text)
		require.Empty(t, id, reason)
	}
}
