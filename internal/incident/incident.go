// Package incident decides what needs a person. The console, `towpath status` with its exit code, and alerts all show its result.
// It is pure: it gets facts and returns needs.
package incident

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Incident is something that may need a person, one per kind, account and code. It is stored together with the change that caused
// it.
type Incident struct {
	Kind      Kind      `json:"kind"`
	Account   string    `json:"account"`
	Code      string    `json:"code,omitempty"`
	Subjects  int       `json:"subjects"`         // how many packages, units or levels it is about
	Sample    []string  `json:"sample,omitempty"` // a few of them: references of orders, SKUs
	Since     time.Time `json:"since"`
	ChangedAt time.Time `json:"changedAt"`
	Open      bool      `json:"open"`
	Cases     []string  `json:"cases,omitempty"` // numbers of the channel's support; read only
}

// MaxSample is how many subjects an incident lists.
const MaxSample = 5

// After returns the incident that is saved when this one was counted anew at a moment, and whether that is news. before is what was
// saved until then; the zero Incident: nothing. An incident is open while it has subjects, and begins when it gets the first.
func (i Incident) After(before Incident, now time.Time) (Incident, bool) {
	i.Sample = slices.Clone(i.Sample[:min(len(i.Sample), MaxSample)])
	i.Open, i.Since, i.ChangedAt = i.Subjects > 0, now, now
	if before.Open {
		i.Since = before.Since
	}
	return i, i.Open != before.Open || i.Subjects != before.Subjects || !slices.Equal(i.Sample, before.Sample)
}

// OfPause returns the incident of an account, or of one kind of its work (the code), that is paused for a reason, or not.
func OfPause(account, work string, paused bool, reason string, since time.Time) Incident {
	i := Incident{Kind: Paused, Account: account, Code: work}
	if paused {
		i.Subjects, i.Sample, i.Since, i.Open = 1, []string{reason}, since, true
	}
	return i
}

// CodeOf returns the code of the incident that something parked belongs to: that of its fault, or its class.
func CodeOf(fault, class string) string { return cmp.Or(fault, class) }

// NeedsPerson reports whether what is parked under a code waits for a person. Packages that are held until their account goes live
// don't.
func NeedsPerson(code string) bool { return code != CodeObserving }

// CountsUnlinked reports whether units that were sold without a link need a person. Those of a test endpoint were never sold.
func CountsUnlinked(test bool) bool { return !test }

// add adds n subjects and lists one of them.
func (i *Incident) add(subject string, n int) {
	i.Subjects += n
	if subject != "" && len(i.Sample) < MaxSample {
		i.Sample = append(i.Sample, subject)
	}
}

// ByAccount collects the incidents of one kind by account. An account without subjects also gets one, which is closed.
type ByAccount struct {
	Kind   Kind
	List   []Incident
	before []Incident // what was saved of each
}

// Add adds a subject n times; those of one account must follow each other. before is what was saved of the account's incident, or
// the zero Incident.
func (b *ByAccount) Add(account, subject string, n int, before Incident) {
	if k := len(b.List); k == 0 || b.List[k-1].Account != account {
		b.List, b.before = append(b.List, Incident{Kind: b.Kind, Account: account}), append(b.before, before)
	}
	b.List[len(b.List)-1].add(subject, n)
}

// News returns the incidents that differ from what was saved of them.
func (b *ByAccount) News(now time.Time) []Incident { return news(b.List, b.before, now) }

func news(list, before []Incident, now time.Time) []Incident {
	var out []Incident
	for k, i := range list {
		if after, is := i.After(before[k], now); is {
			out = append(out, after)
		}
	}
	return out
}

// ByCode collects the incidents of one kind on an account, by code.
type ByCode struct {
	kind    Kind
	account string
	byCode  map[string]*Incident
	before  map[string]Incident // what was saved
}

// NewByCode returns an empty ByCode.
func NewByCode(kind Kind, account string) *ByCode {
	return &ByCode{kind, account, map[string]*Incident{}, map[string]Incident{}}
}

// Add adds a subject with a code.
func (b *ByCode) Add(code, subject string) { b.of(code).add(subject, 1) }

// AddTimes adds a subject that counts n times: 0 for one that was counted with another.
func (b *ByCode) AddTimes(code, subject string, n int) { b.of(code).add(subject, n) }

// Know adds what was saved of an incident: it is closed unless it has subjects.
func (b *ByCode) Know(before Incident) {
	b.before[before.Code] = before
	b.of(before.Code)
}

func (b *ByCode) of(code string) *Incident {
	if b.byCode[code] == nil {
		b.byCode[code] = &Incident{Kind: b.kind, Account: b.account, Code: code}
	}
	return b.byCode[code]
}

// News returns the incidents that differ from what was saved of them, sorted by code.
func (b *ByCode) News(now time.Time) []Incident {
	var list, before []Incident
	for _, code := range slices.Sorted(maps.Keys(b.byCode)) {
		list, before = append(list, *b.byCode[code]), append(before, b.before[code])
	}
	return news(list, before, now)
}
