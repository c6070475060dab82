// Package incident decides what needs a person. The console, `towpath status` with its exit code, and alerts all show its result.
// It is pure: it gets facts and returns needs.
package incident

import (
	"maps"
	"slices"
	"time"
)

// Kind is the kind of a problem.
type Kind string

// The kinds of incidents. Paused, Parked, Unlinked, Brake and Backordered are stored together with the change that causes them;
// the others are computed from the current state.
const (
	Paused      Kind = "paused"      // an account: nothing is read from its channel or sent there
	Parked      Kind = "parked"      // packages that wait for a retry; code: that of their fault
	Unlinked    Kind = "unlinked"    // units sold of listings that no link ties to a SKU
	Brake       Kind = "brake"       // levels that an import, a count, a setting or a link made risky
	Backordered Kind = "backordered" // units of open orders that a count took away
	Ending      Kind = "ending"      // access to a channel that ends soon; code: what ends
	Temporal    Kind = "temporal"    // the Temporal server does not answer
	Idle        Kind = "idle"        // workers run, and none is of the build that gets new work
	Observing   Kind = "observing"   // an account that writes nothing to its channel yet
	Listings    Kind = "listings"    // listings without a link of which nothing was sold
	Stalled     Kind = "stalled"     // items of a publication that are pending for longer than its runs take; code: the endpoint
	Unpublished Kind = "unpublished" // items in error in the last run of an account that published; code: the endpoint
)

// Incident is something that may need a person, one per kind, account and code.
type Incident struct {
	Kind      Kind      `json:"kind"`
	Account   string    `json:"account"`
	Code      string    `json:"code,omitempty"`
	Subjects  int       `json:"subjects"`         // how many packages, units or levels it is about
	Sample    []string  `json:"sample,omitempty"` // a few of them: references of orders, SKUs
	Since     time.Time `json:"since"`
	ChangedAt time.Time `json:"changedAt"`
	Open      bool      `json:"open"`
}

// MaxSample is how many subjects an incident lists.
const MaxSample = 5

// add adds n subjects and lists one of them.
func (i *Incident) add(subject string, n int) {
	i.Subjects += n
	if subject != "" && len(i.Sample) < MaxSample {
		i.Sample = append(i.Sample, subject)
	}
}

// ByAccount collects the incidents of one kind by account. An account without subjects also gets one, which is closed.
type ByAccount struct {
	Kind Kind
	List []Incident
}

// Add adds a subject n times; those of one account must follow each other.
func (b *ByAccount) Add(account, subject string, n int) {
	if k := len(b.List); k == 0 || b.List[k-1].Account != account {
		b.List = append(b.List, Incident{Kind: b.Kind, Account: account})
	}
	b.List[len(b.List)-1].add(subject, n)
}

// ByCode collects the incidents of one kind on an account, by code.
type ByCode struct {
	kind    Kind
	account string
	byCode  map[string]*Incident
}

// NewByCode returns an empty ByCode.
func NewByCode(kind Kind, account string) *ByCode {
	return &ByCode{kind, account, map[string]*Incident{}}
}

// Add adds a subject with a code n times; with 0 the code is known, and its incident is closed unless more follow.
func (b *ByCode) Add(code, subject string, n int) {
	if b.byCode[code] == nil {
		b.byCode[code] = &Incident{Kind: b.kind, Account: b.account, Code: code}
	}
	b.byCode[code].add(subject, n)
}

// List returns the incidents, sorted by code.
func (b *ByCode) List() []Incident {
	var out []Incident
	for _, code := range slices.Sorted(maps.Keys(b.byCode)) {
		out = append(out, *b.byCode[code])
	}
	return out
}
