package remedy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
)

// The faults of sending packages, each with the cause among the six of the help page (seed 003).
var causes = []struct {
	kind   channel.Kind
	class  channel.Class
	status int
	code   string
	want   shipment.Cause
}{
	// Connection problems
	{channel.Amazon, channel.Network, 0, "CONNECTION", shipment.CauseConnection},
	{channel.EBay, channel.Timeout, 0, "DEADLINE", shipment.CauseConnection},
	{channel.Shopify, channel.Network, 0, "CANCELED", shipment.CauseConnection},
	// Request limits
	{channel.Amazon, channel.Throttled, 429, "QuotaExceeded", shipment.CauseRequestLimit},
	{channel.EBay, channel.Throttled, 429, "2001", shipment.CauseRequestLimit},
	{channel.Shopify, channel.Throttled, 200, "THROTTLED", shipment.CauseRequestLimit},
	{channel.Shopify, channel.Throttled, 429, "", shipment.CauseRequestLimit},
	{channel.EBay, channel.Unknown, 429, "", shipment.CauseRequestLimit},
	// Mistakes in ecommerce configuration
	{channel.Shopify, channel.Config, 200, "ACCESS_DENIED", shipment.CauseConfiguration},
	{channel.Shopify, channel.Config, 200, "ON_HOLD", shipment.CauseConfiguration},
	{channel.Shopify, channel.Config, 200, "SERVICE_SHIPS", shipment.CauseConfiguration},
	{channel.Shopify, channel.Config, 200, "SCHEDULED", shipment.CauseConfiguration},
	{channel.Shopify, channel.Config, 200, "SPLIT_LOCATIONS", shipment.CauseConfiguration},
	{channel.EBay, channel.Config, 400, "32400", shipment.CauseConfiguration},
	{channel.Amazon, channel.Config, 403, "Unauthorized", shipment.CauseConfiguration},
	{channel.Amazon, channel.Config, 0, "account-paused", shipment.CauseConfiguration},
	{channel.Amazon, channel.Config, 0, "account-observing", shipment.CauseConfiguration},
	{channel.Amazon, channel.Config, 0, "account-unknown", shipment.CauseConfiguration},
	// Errors in the submitted data
	{channel.Amazon, channel.Invalid, 400, "InvalidInput", shipment.CauseData},
	{channel.Amazon, channel.Invalid, 0, "PACKAGE_NUMBER", shipment.CauseData},
	{channel.Amazon, channel.Invalid, 0, channel.CodeNoCarrier, shipment.CauseData},
	{channel.Amazon, channel.Conflict, 0, shipment.CodeNotShown, shipment.CauseData},
	{channel.EBay, channel.Missing, 404, "32100", shipment.CauseData},
	{channel.EBay, channel.Conflict, 400, "32200", shipment.CauseData},
	{channel.EBay, channel.Conflict, 400, "32210", shipment.CauseData},
	{channel.EBay, channel.Invalid, 400, "32300", shipment.CauseData},
	{channel.EBay, channel.Invalid, 0, "NO_TRACKING", shipment.CauseData},
	{channel.EBay, channel.Invalid, 400, "32500", shipment.CauseData},
	{channel.EBay, channel.Limit, 400, "34100", shipment.CauseData},
	{channel.EBay, channel.Invalid, 400, "34200", shipment.CauseData},
	{channel.EBay, channel.Conflict, 400, "34500", shipment.CauseData},
	{channel.Shopify, channel.Missing, 200, "NOT_FOUND", shipment.CauseData},
	{channel.Shopify, channel.Missing, 200, "LINE_NOT_FOUND", shipment.CauseData},
	{channel.Shopify, channel.Conflict, 200, "UNITS_NOT_OPEN", shipment.CauseData},
	{channel.Shopify, channel.Conflict, 200, "FULFILLMENT_CHANGED", shipment.CauseData},
	{channel.Shopify, channel.Invalid, 200, "TRACKING_REFUSED", shipment.CauseData},
	{channel.EBay, channel.Unknown, 422, "", shipment.CauseData},
	// API server issues
	{channel.Amazon, channel.Unavailable, 500, "InternalFailure", shipment.CauseServer},
	{channel.Amazon, channel.Unavailable, 503, "", shipment.CauseServer},
	{channel.EBay, channel.Unavailable, 500, "30500", shipment.CauseServer},
	{channel.EBay, channel.Unavailable, 500, "25001", shipment.CauseServer},
	{channel.EBay, channel.Unavailable, 200, "ANSWER_UNREADABLE", shipment.CauseServer},
	{channel.Shopify, channel.Unavailable, 200, "INTERNAL_SERVER_ERROR", shipment.CauseServer},
	{channel.Shopify, channel.Unknown, 200, "USER_ERROR", shipment.CauseServer},
	// Expired token
	{channel.Amazon, channel.Auth, 400, "invalid_grant", shipment.CauseToken},
	{channel.EBay, channel.Auth, 200, "932", shipment.CauseToken},
	{channel.EBay, channel.Auth, 401, "1001", shipment.CauseToken},
	{channel.Shopify, channel.Auth, 401, "", shipment.CauseToken},
	{channel.Shopify, channel.Unknown, 401, "", shipment.CauseToken},
}

func TestEveryFaultOfSendingAPackageHasOneOfTheSixCauses(t *testing.T) {
	t.Parallel()
	c, seen := builtIn(t), map[shipment.Cause]bool{}
	for _, tc := range causes {
		f := &channel.Fault{Class: tc.class, Status: tc.status, Code: tc.code}
		got := c.For(tc.kind, f, "").OfShipment(f)
		require.Equal(t, tc.want, got.Cause, "%+v leads to %s", tc, got.Code)
		require.NotEmpty(t, got.Steps, "%+v", tc)
		seen[got.Cause] = true
	}
	require.Len(t, shipment.Causes(), 6)
	for _, cause := range shipment.Causes() {
		require.True(t, seen[cause], cause)
		require.NotEmpty(t, cause.Text())
	}
	for _, f := range fromTheChannels { // whatever may park a package has a cause
		fault := &channel.Fault{Class: f.class, Status: f.status, Code: f.code}
		require.Contains(t, shipment.Causes(), c.For(f.kind, fault, f.raw).OfShipment(fault).Cause, "%+v", f)
	}
	for _, class := range channel.Classes() {
		require.Contains(t, shipment.Causes(), c.For("", &channel.Fault{Class: class}, "").OfShipment(nil).Cause, class)
	}
}
