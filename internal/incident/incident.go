// Package incident decides what needs a person: one judge, whose word the console's header and pages, `towpath status`
// and its exit code, and alerts show. It is pure: facts go in, needs come out.
package incident

import (
	"maps"
	"slices"
	"time"
)

// Kind says what is the matter.
type Kind string

// The kinds of incidents. Paused, Parked, Unlinked, Brake and Backordered are settled in the store with the fact that
// makes them; the others are facts of the moment.
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

// MaxSample is how many subjects an incident names.
const MaxSample = 5

// add counts n subjects more, and names one of them.
func (i *Incident) add(subject string, n int) {
	i.Subjects += n
	if subject != "" && len(i.Sample) < MaxSample {
		i.Sample = append(i.Sample, subject)
	}
}

// ByAccount gathers what is the matter of one kind, account by account. An account with no subjects has an incident, too: it
// is over.
type ByAccount struct {
	Kind Kind
	List []Incident
}

// Add takes in n of a subject of an account; those of one account come one after the other.
func (b *ByAccount) Add(account, subject string, n int) {
	if k := len(b.List); k == 0 || b.List[k-1].Account != account {
		b.List = append(b.List, Incident{Kind: b.Kind, Account: account})
	}
	b.List[len(b.List)-1].add(subject, n)
}

// ByCode gathers what is the matter of one kind on an account, by codes.
type ByCode struct {
	kind    Kind
	account string
	byCode  map[string]*Incident
}

// NewByCode gathers nothing so far.
func NewByCode(kind Kind, account string) *ByCode {
	return &ByCode{kind, account, map[string]*Incident{}}
}

// Add takes in n of a subject with a code; 0: the code is known, and is over if nothing more comes.
func (b *ByCode) Add(code, subject string, n int) {
	if b.byCode[code] == nil {
		b.byCode[code] = &Incident{Kind: b.kind, Account: b.account, Code: code}
	}
	b.byCode[code].add(subject, n)
}

// List is what was gathered, by code.
func (b *ByCode) List() []Incident {
	var out []Incident
	for _, code := range slices.Sorted(maps.Keys(b.byCode)) {
		out = append(out, *b.byCode[code])
	}
	return out
}
