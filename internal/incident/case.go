package incident

import (
	"fmt"
	"strings"
	"time"
)

// MaxCaseNumber is the greatest length of a case's number, in bytes.
const MaxCaseNumber = 64

// Name identifies an incident: its kind, account and code, of which the last two may be empty.
type Name struct {
	Kind    Kind   `json:"kind"`
	Account string `json:"account,omitempty"`
	Code    string `json:"code,omitempty"`
}

// String returns the name as it is typed: parked/ebay-uk/25001.
func (n Name) String() string {
	return strings.TrimRight(string(n.Kind)+"/"+n.Account+"/"+n.Code, "/")
}

// ParseName reads a name as String spells it. A code may have slashes.
func ParseName(text string) (Name, error) {
	parts := strings.SplitN(text, "/", 3)
	if parts[0] == "" {
		return Name{}, fmt.Errorf("%q: want KIND/ACCOUNT/CODE, or KIND/ACCOUNT where there is no code", text)
	}
	parts = append(parts, "", "")
	return Name{Kind(parts[0]), parts[1], parts[2]}, nil
}

// Case is a case that the support of a channel has opened about an incident.
type Case struct {
	Name
	Number string    `json:"number"`
	Since  time.Time `json:"since,omitzero"` // when the incident began; zero: it is judged anew each time, and has no beginning
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// about reports whether a case is about what has a name and began at a moment.
func (c Case) about(n Name, since time.Time) bool {
	return c.Name == n && (c.Since.IsZero() || c.Since.Equal(since))
}

// WithCases returns needs with the numbers of the cases about them.
func WithCases(needs []Need, cases []Case) []Need {
	for i, n := range needs {
		for _, c := range cases {
			if c.about(n.Name(), n.Since) {
				needs[i].Cases = append(needs[i].Cases, c.Number)
			}
		}
		if len(needs[i].Cases) > 0 {
			needs[i].Title += " (case " + strings.Join(needs[i].Cases, ", ") + ")"
		}
	}
	return needs
}

// WithTheirCases is WithCases for incidents, open and past.
func WithTheirCases(list []Incident, cases []Case) []Incident {
	for i, n := range list {
		for _, c := range cases {
			if c.about(n.Name(), n.Since) {
				list[i].Cases = append(list[i].Cases, c.Number)
			}
		}
	}
	return list
}

// Name identifies the need.
func (n Need) Name() Name { return Name{n.Kind, n.Account, n.Code} }

// Name identifies the incident.
func (i Incident) Name() Name { return Name{i.Kind, i.Account, i.Code} }
