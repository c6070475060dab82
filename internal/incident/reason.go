package incident

import "regexp"

// faultAtEnd finds the id of the fault at the end of a reason, as a fault's own text has it.
var faultAtEnd = regexp.MustCompile(` \(fault ([0-9a-f-]{8,})\)$`)

// FaultOf divides the reason of a pause: what it says to people, and the id of the fault that paused it; empty: a person did.
func FaultOf(reason string) (text, faultID string) {
	at := faultAtEnd.FindStringSubmatchIndex(reason)
	if at == nil {
		return reason, ""
	}
	return reason[:at[0]], reason[at[2]:at[3]]
}
