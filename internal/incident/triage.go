package incident

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// CodeObserving is the code of packages that are held because their account observes. They are sent or forgotten when it goes
// live.
const CodeObserving = "account-observing"

// CodePaused is the code of what was not sent because its account, or that kind of its work, is paused, or because the account is switched off.
const CodePaused = "account-paused"

// Actor is who has to act next.
type Actor string

// The actors.
const (
	You     Actor = "you"
	Towpath Actor = "towpath"
)

// Need is a problem, or a current fact, as it is shown to a person.
type Need struct {
	Kind     Kind      `json:"kind"`
	Account  string    `json:"account,omitempty"` // empty: it concerns all
	Code     string    `json:"code,omitempty"`
	Title    string    `json:"title"`             // one sentence without a full stop
	Subjects int       `json:"subjects"`          // number of things concerned
	Sample   []string  `json:"sample,omitempty"`  // a few of them
	Since    time.Time `json:"since,omitzero"`    // zero: it is not known
	Acts     Actor     `json:"acts"`              // You: it needs a person. Towpath: for information
	Command  string    `json:"command,omitempty"` // the command that helps
	Page     string    `json:"page,omitempty"`    // the console's page for it
	Cases    []string  `json:"cases,omitempty"`   // numbers of the cases about it with the channel's support; the title has them too

	Fault        string           `json:"-"` // of failing runs: the code of the last fault, or its class
	FaultID      string           `json:"-"` // of a pause: the fault that caused it; empty: a person did
	State        State            `json:"state"`
	Retrying     int              `json:"retrying,omitempty"`     // of what somebody asked to be tried again, how much is under way
	Attempt      *Attempt         `json:"attempt,omitempty"`      // that is under way
	Acknowledged *Acknowledgement `json:"acknowledged,omitempty"` // that holds
}

// Account has the facts about an account.
type Account struct {
	ID           string
	PausedReason string // of a paused one
	PausedAt     time.Time
	PausedWork   []string // kinds of work that are paused by themselves
	Observing    bool
	Held         int   // packages that wait for it to go live
	Unlinked     int   // listings without a link
	Endings      []End // of its access to the channel, those to be announced
	Stalled      []StalledItems
	InError      []InError
	Refused      []RefusedLevels // by code
	Late         LateOrders
	Failing      []FailingRuns
	Off          SwitchedOff
	Ended        StaysEnded
}

// StalledItems is a group of items of a publication that are pending for longer than normal.
type StalledItems struct {
	Endpoint   string
	RunID      string
	Items      int
	Example    string // one of their SKUs
	Since      time.Time
	WaitingFor string // in an operator's words
	Normal     string // the normal duration, with where it comes from
}

// InError are the SKUs whose last publication to an endpoint ended in error with one code.
type InError struct {
	Endpoint string
	Code     string // of the first error; empty: it has none
	Items    int
	Sample   []string // SKUs
	Test     bool     // of the test endpoint
	Since    time.Time
}

// End is a part of an account's access that ends.
type End struct {
	Text, Do string
	Urgent   bool // 7 days or less, or over
}

// Facts are the input of Triage.
type Facts struct {
	Incidents  []Incident
	Accounts   []Account
	NoTemporal string // why the Temporal server can't be asked; empty: it answers
	Unwritable string // why the store can't be written; empty: it can, or nobody has tried
	Builds     Builds
}

// Triage returns what needs a person, the most important first, followed by what is only good to know.
func Triage(f Facts) []Need {
	var needs []Need
	if f.NoTemporal != "" {
		needs = append(needs, Need{Kind: Temporal, Title: f.NoTemporal, Subjects: 1, Acts: You})
	}
	if f.Unwritable != "" {
		needs = append(needs, Need{Kind: Unwritable, Title: "the store can't be written: " + f.Unwritable, Subjects: 1, Acts: You})
	}
	if n, ok := f.Builds.need(); ok {
		needs = append(needs, n)
	}
	accounts := make(map[string]Account, len(f.Accounts))
	for _, a := range f.Accounts {
		accounts[a.ID] = a
		needs = append(needs, a.needs()...)
	}
	for _, i := range f.Incidents {
		if i.Kind.Judged() { // kept for the list of past ones
			continue
		}
		if n, ok := i.need(accounts[i.Account]); ok {
			needs = append(needs, n)
		}
	}
	for i := range needs {
		needs[i].State = Open
	}
	sortNeeds(needs)
	return needs
}

// sortNeeds puts the most important first.
func sortNeeds(needs []Need) {
	slices.SortStableFunc(needs, func(a, b Need) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), a.Since.Compare(b.Since), cmp.Compare(a.Account, b.Account))
	})
}

// rank returns the position among needs: those for a person come first.
func (n Need) rank() int {
	rank := n.Kind.urgency()
	if !n.Waits() {
		rank += len(kinds)
	}
	return rank
}

// ForYou returns the needs that wait for a person.
func ForYou(needs []Need) []Need {
	return slices.DeleteFunc(slices.Clone(needs), func(n Need) bool { return !n.Waits() })
}

// need returns an incident as a Need; false when nobody has to know it.
func (i Incident) need(a Account) (Need, bool) {
	n := Need{Kind: i.Kind, Account: i.Account, Code: i.Code, Title: string(i.Kind), Subjects: i.Subjects, Sample: i.Sample, Since: i.Since, Acts: You}
	if !i.Open {
		return n, false
	}
	if rule := ruleOf(i.Kind); rule.stored != nil {
		known := rule.stored(i, a, &n)
		return n, known
	}
	return n, true
}

// needs returns the needs that follow from the account itself.
func (a Account) needs() []Need {
	var needs []Need
	for _, e := range a.Endings {
		n := Need{Kind: Ending, Account: a.ID, Title: e.Text, Subjects: 1, Acts: Towpath, Command: "towpath accounts show " + a.ID, Page: "/accounts/" + a.ID}
		if e.Urgent {
			n.Acts = You
		}
		needs = append(needs, n)
	}
	if a.Observing {
		title := "observing: orders are read, nothing is sent"
		if a.Held > 0 {
			title += "; " + counted(a.Held, "package is held", "packages are held")
		}
		needs = append(needs, Need{Kind: Observing, Account: a.ID, Title: title, Subjects: max(a.Held, 1), Acts: Towpath,
			Command: "towpath levels diff --account " + a.ID, Page: "/accounts/" + a.ID + "/levels"})
	}
	for _, f := range a.Failing {
		needs = append(needs, f.need(a))
	}
	for _, r := range a.Refused {
		needs = append(needs, r.need(a))
	}
	if n, ok := a.Late.need(a); ok {
		needs = append(needs, n)
	}
	for _, s := range a.Stalled {
		needs = append(needs, s.need(a))
	}
	if n, ok := a.Ended.need(a); ok {
		needs = append(needs, n)
	}
	if n, ok := a.Off.need(a); ok {
		needs = append(needs, n)
	}
	for _, e := range a.InError {
		needs = append(needs, e.need(a))
	}
	if a.Unlinked > 0 {
		needs = append(needs, Need{Kind: Listings, Account: a.ID, Title: counted(a.Unlinked, "listing has", "listings have") + " no link; none of it was sold",
			Subjects: a.Unlinked, Acts: Towpath, Command: "towpath links list --unlinked --account " + a.ID})
	}
	return needs
}

// need returns stalled items as a Need. While publishing is paused, the pause is the problem.
func (s StalledItems) need(a Account) Need {
	n := Need{Kind: Stalled, Account: a.ID, Code: s.Endpoint, Subjects: s.Items, Sample: []string{s.Example}, Since: s.Since, Acts: You,
		Title: fmt.Sprintf("%s stalled on the %s endpoint, waiting for %s; normal is %s",
			counted(s.Items, "item is", "items are"), s.Endpoint, s.WaitingFor, s.Normal),
		Command: fmt.Sprintf("towpath publish retry --account %s --endpoint %s", a.ID, s.Endpoint), Page: "/activity"}
	return a.whilePaused(n, workListings)
}

// need returns the failed items as a Need.
func (e InError) need(a Account) Need {
	n := Need{Kind: Unpublished, Account: a.ID, Code: e.code(), Subjects: e.Items, Sample: e.Sample, Since: e.Since, Acts: You,
		Title:   fmt.Sprintf("%s in error on the %s endpoint%s", counted(e.Items, "item is", "items are"), e.Endpoint, after(e.Code)),
		Command: fmt.Sprintf("towpath items --account %s --endpoint %s --status error", a.ID, e.Endpoint),
		Page:    fmt.Sprintf("/listings?account=%s&endpoint=%s&status=error", a.ID, e.Endpoint)}
	if e.Test { // nobody could have bought it
		n.Acts = Towpath
	}
	return n
}

// code returns the code of the incident: the endpoint, and the items' code.
func (e InError) code() string { return strings.TrimRight(e.Endpoint+"/"+e.Code, "/") }

// PublicationCode divides the code of an incident of items in error.
func PublicationCode(code string) (endpoint, itemCode string) {
	endpoint, itemCode, _ = strings.Cut(code, "/")
	return endpoint, itemCode
}

// Sentence returns a summary of what waits for a person, for the last line of a command.
func Sentence(needs []Need) string {
	var parts []string
	for _, n := range ForYou(needs) {
		text := n.Title
		if n.Account != "" {
			text = n.Account + " " + text
		}
		parts = append(parts, text)
	}
	const most = 3
	if more := len(parts) - most; more > 0 {
		parts = append(parts[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func after(code string) string {
	if code == "" {
		return ""
	}
	return " after " + code
}

func with(code string) string {
	if code == "" {
		return ""
	}
	return " with " + code
}

func codeFlag(code string) string {
	if code == "" {
		return ""
	}
	return " --code " + code
}
