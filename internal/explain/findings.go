package explain

import (
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// Cause is what explains where an order is. Skipped orders have their order.Reason as the cause.
type Cause string

// The causes.
const (
	Deleted        Cause = "deleted"           // by hand
	SetAside       Cause = "set-aside"         // it can't be read
	Contradicted   Cause = "contradicted"      // the channel says what can't be reconciled
	Held           Cause = "held"              // not to be shipped without a person's word
	NotSent        Cause = "not-sent"          // its packages are parked, or its account sends nothing
	Processed      Cause = "processed"         // packed or shipped here
	Cancelled      Cause = "cancelled"         //
	OtherLocation  Cause = "other-location"    //
	Waiting        Cause = "waiting"           // for payment, stock or a link
	OtherView      Cause = "other-view"        // it is here, and a list with a filter does not show it
	OtherAccount   Cause = "other-account"     //
	Unusable       Cause = "unusable"          // runs had it in error
	AccountOff     Cause = "account-off"       //
	AccountPaused  Cause = "account-paused"    //
	NeverScanned   Cause = "never-scanned"     //
	Connection     Cause = "connection-fails"  //
	NotOnChannel   Cause = "not-on-channel"    //
	ShippedBefore  Cause = "already-shipped"   // before it was downloaded
	CancelBefore   Cause = "already-cancelled" // before it was downloaded
	NotScannedYet  Cause = "not-scanned-yet"   //
	OutsideWindow  Cause = "outside-window"    //
	Missed         Cause = "missed"            // the channel has it, and the scans have read past it
	NothingIsKnown Cause = "unknown"           //
)

// Check is one of the places where one looks for an order.
type Check string

// The checks, the first eight in the order of seed 002.
const (
	CheckLocation   Check = "another location"
	CheckView       Check = "a filtered view"
	CheckProcessed  Check = "already processed"
	CheckDeleted    Check = "deleted by hand"
	CheckAccount    Check = "the account is on"
	CheckConnection Check = "the connection works"
	CheckStatus     Check = "its status on the channel"
	CheckRuns       Check = "errors of runs"
	CheckAside      Check = "set aside"
	CheckElsewhere  Check = "another account or site"
	CheckWindow     Check = "what the scans have read"
	CheckDecision   Check = "your decision"
)

// Checks returns all checks in the order in which they are listed.
func Checks() []Check {
	return []Check{CheckLocation, CheckView, CheckProcessed, CheckDeleted, CheckAccount, CheckConnection, CheckStatus, CheckRuns,
		CheckAside, CheckElsewhere, CheckWindow, CheckDecision}
}

// Finding is something that a check found.
type Finding struct {
	Cause    Cause    `json:"cause"`
	Check    Check    `json:"check"`
	Says     string   `json:"says"` // one sentence
	Evidence []string `json:"evidence,omitempty"`
	Do       []string `json:"do,omitempty"` // commands stand between back quotes
	NeedsYou bool     `json:"needsYou"`     // nothing changes unless a person acts
}

// Checked is the result of one check.
type Checked struct {
	Check Check  `json:"check"`
	Found bool   `json:"found"`           // it found something
	Known bool   `json:"known"`           // it could be made
	Says  string `json:"says"`            // what it found, or that it is not this
	Cause Cause  `json:"cause,omitempty"` // of what it found
}

// Explanation is why an order is, or is not, where it is looked for on one account.
type Explanation struct {
	Account  string           `json:"account"`
	Channel  channel.Kind     `json:"channel"`
	Endpoint channel.Endpoint `json:"endpoint"`
	OrderID  string           `json:"orderId,omitempty"` // the channel's; empty: it is not known
	Name     string           `json:"name"`              // what people call it: its number, or what was asked for
	RowID    int64            `json:"rowId,omitempty"`   // in the store; 0: it is not saved
	Findings []Finding        `json:"findings"`          // the one that explains it first; never empty
	Checks   []Checked        `json:"checks"`            // all of Checks, in their order
	Answer   Answer           `json:"channelSays"`
	Others   Others           `json:"others"`
	Support  []Fact           `json:"support"` // for Towpath's or the channel's support; names no buyer
}

// Fact is a line of the support data.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// First returns the finding that explains it.
func (x Explanation) First() Finding { return x.Findings[0] }

// Explain looks at the evidence with every check, and returns what explains it first.
func Explain(e Evidence) Explanation {
	x := Explanation{Account: e.Account.ID, Channel: e.Account.Channel, Endpoint: e.Account.Endpoint, Answer: e.Channel, Others: others(e), Name: e.name()}
	if x.OrderID = e.Channel.OrderID; e.Order != nil {
		x.OrderID = e.Order.OrderID
	}
	results := map[Check]result{}
	for _, c := range Checks() {
		r := looks[c](e)
		results[c] = r
		x.Checks = append(x.Checks, r.checked(c))
	}
	for _, c := range precedence(e) {
		if f := results[c].finding; f != nil {
			f.Check = c
			x.Findings = append(x.Findings, *f)
		}
	}
	if len(x.Findings) == 0 {
		x.Findings = []Finding{nothingKnown(e)}
	}
	x.Support = support(e, x)
	return x
}

// precedence returns the checks by whose finding counts first.
func precedence(e Evidence) []Check {
	if e.Order == nil {
		return []Check{CheckAside, CheckRuns, CheckAccount, CheckConnection, CheckElsewhere, CheckStatus, CheckWindow}
	}
	first := []Check{CheckDeleted, CheckAside, CheckElsewhere, CheckStatus, CheckDecision, CheckProcessed, CheckLocation, CheckView}
	// What is wrong with the account may have made what is saved old: it is said after what is known.
	return append(first, CheckAccount, CheckConnection, CheckRuns, CheckWindow)
}

// result is what a check found: a finding, or what it says when it is not this.
type result struct {
	finding *Finding
	says    string
	unknown bool // it could not be made
}

func notThis(says string) result  { return result{says: says} }
func notKnown(says string) result { return result{says: says, unknown: true} }
func found(f Finding) result      { return result{finding: &f} }
func (r result) checked(c Check) Checked {
	if r.finding != nil {
		return Checked{Check: c, Found: true, Known: true, Says: r.finding.Says, Cause: r.finding.Cause}
	}
	return Checked{Check: c, Known: !r.unknown, Says: r.says}
}

// looks has how each check is made.
var looks = map[Check]func(Evidence) result{
	CheckLocation: lookLocation, CheckView: lookView, CheckProcessed: lookProcessed, CheckDeleted: lookDeleted, CheckAccount: lookAccount,
	CheckConnection: lookConnection, CheckStatus: lookStatus, CheckRuns: lookRuns, CheckAside: lookAside, CheckElsewhere: lookElsewhere,
	CheckWindow: lookWindow, CheckDecision: lookDecision,
}

// NeedsYou reports whether something of what explains an order needs a person.
func NeedsYou(list []Explanation) bool {
	return slices.ContainsFunc(list, func(x Explanation) bool { return x.First().NeedsYou })
}
