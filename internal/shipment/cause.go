package shipment

// Cause is why a package has not reached its channel: one of the six possible causes on the help page of Ecommerce Pro on the
// retry of synchronisation of shipments (seed 003), in its words.
type Cause string

// The causes, in the order of the help page.
const (
	CauseConnection    Cause = "connection"    // the connection broke, or no answer came in time
	CauseRequestLimit  Cause = "request-limit" // the channel blocks requests because there were too many
	CauseConfiguration Cause = "configuration" // the account's, the shop's or a product's settings forbid it
	CauseData          Cause = "data"          // the channel refuses what was sent, or has something else of it
	CauseServer        Cause = "server"        // the channel has a problem of its own
	CauseToken         Cause = "token"         // the grant has expired or was taken back
)

// Causes lists every cause.
func Causes() []Cause {
	return []Cause{CauseConnection, CauseRequestLimit, CauseConfiguration, CauseData, CauseServer, CauseToken}
}

// Text returns the help page's words for it; empty: no cause is known.
func (c Cause) Text() string {
	return map[Cause]string{
		CauseConnection: "Connection problems", CauseRequestLimit: "Request limits", CauseConfiguration: "Mistakes in ecommerce configuration",
		CauseData: "Errors in the submitted data", CauseServer: "API server issues", CauseToken: "Expired token",
	}[c]
}
