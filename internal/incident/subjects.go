package incident

import (
	"maps"
	"slices"
)

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
