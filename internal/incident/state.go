package incident

import (
	"fmt"
	"slices"
	"time"
)

// State is where an incident stands.
type State string

// The states of an incident.
const (
	Open         State = "open"         // it waits for a person, or for what its title says
	Retrying     State = "retrying"     // somebody has asked for another attempt, which is under way
	Resolved     State = "resolved"     // nothing is affected any more
	Acknowledged State = "acknowledged" // a person knows of it, and it is no longer counted
)

// States returns all states.
func States() []State { return []State{Open, Retrying, Resolved, Acknowledged} }

// Acknowledgement is what a person said of an incident: that it is known, and why nothing is done now.
type Acknowledgement struct {
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason"`
	Subjects int       `json:"subjects"` // how many were affected then
}

// Attempt is the last retry of an incident that a person asked for.
type Attempt struct {
	By    string    `json:"by"`
	At    time.Time `json:"at"`
	Items int       `json:"items"`          // how many were to be tried again
	Run   string    `json:"run,omitempty"`  // that tries them, where one run does
	Since time.Time `json:"since,omitzero"` // when the incident had begun
}

// Mark is what persons have said and asked of an incident.
type Mark struct {
	Name
	Acknowledged *Acknowledgement
	Attempt      *Attempt
	Trying       int // items of the attempt that are under way
}

// MaxReason is the greatest length of the reason for an acknowledgement, in bytes.
const MaxReason = 500

// Holds reports whether an acknowledgement still holds for a need: nothing new is affected, and it is not a later one of the same name.
func (a *Acknowledgement) Holds(n Need) bool {
	return a != nil && n.Subjects <= a.Subjects && !n.Since.After(a.At)
}

// Waits reports whether the need waits for a person, and is counted in red.
func (n Need) Waits() bool { return n.Acts == You && n.State != Acknowledged }

// Explains reports whether a fault of an account with a code belongs to the incident: its calls have not been cured. A pause that a person has made
// explains none: what went wrong before was cured or not without it.
func (n Need) Explains(account, code string) bool {
	if n.Account != account || !n.Waits() {
		return false
	}
	_, ofItem := PublicationCode(n.Code)
	return n.Kind == Paused && n.Code == "" && n.FaultID != "" || n.Code == code || n.Kind == Unpublished && ofItem == code || n.Kind == Failing && n.Fault == code
}

// Known reports whether a person has acknowledged the incident of a name, so that what it affects waits for nobody.
func Known(needs []Need, n Name) bool {
	return slices.ContainsFunc(needs, func(one Need) bool { return one.State == Acknowledged && one.Name() == n })
}

// WithMarks returns needs with what persons have said and asked of them. Retries under way of which nothing waits any more are needs as
// well: somebody wants to see what becomes of them.
func WithMarks(needs []Need, marks []Mark) []Need {
	out := slices.Clone(needs)
	for _, m := range marks {
		i := slices.IndexFunc(out, func(n Need) bool { return n.Name() == m.Name })
		switch {
		case i >= 0:
			out[i] = m.on(out[i])
		case m.Trying > 0 && m.Attempt != nil:
			out = append(out, m.trying())
		}
	}
	sortNeeds(out)
	return out
}

// on returns a need with the mark.
func (m Mark) on(n Need) Need {
	if m.Attempt != nil && m.Trying > 0 {
		n.State, n.Retrying, n.Attempt = Retrying, m.Trying, m.Attempt
		if !m.Attempt.Since.IsZero() && m.Attempt.Since.Before(n.Since) {
			n.Since = m.Attempt.Since
		}
		n.Title += "; " + m.words()
	}
	if m.Acknowledged.Holds(n) {
		n.State, n.Acknowledged = Acknowledged, m.Acknowledged
		n.Title += fmt.Sprintf("; acknowledged by %s: %s", m.Acknowledged.By, m.Acknowledged.Reason)
	}
	return n
}

// trying returns a need for a retry that is under way.
func (m Mark) trying() Need {
	title := m.words() + after(m.Code)
	if m.Kind == Failing {
		title = "a run of kind " + m.Code + " is being tried again"
	}
	return Need{Kind: m.Kind, Account: m.Account, Code: m.Code, Title: title, Subjects: m.Trying, Since: m.Attempt.Since,
		Acts: Towpath, State: Retrying, Retrying: m.Trying, Attempt: m.Attempt}
}

func (m Mark) words() string {
	return counted(m.Trying, "is being tried again", "are being tried again")
}

// retryCounts is how long a retry of failing runs counts: runs before it are past.
const retryCounts = 24 * time.Hour

// RetriedAt returns since when runs of a kind on an account are judged: when a person asked for another attempt; zero: nobody has.
func RetriedAt(marks []Mark, account, kind string) time.Time {
	for _, m := range marks {
		if m.Name == (Name{Failing, account, kind}) && m.Attempt != nil {
			return m.Attempt.At
		}
	}
	return time.Time{}
}

// Over reports whether nothing of the mark counts any more: the incident is resolved, and nothing is under way. now is the time.
func (m Mark) Over(needs []Need, now time.Time) bool {
	if m.Kind == Failing && m.Attempt != nil && now.Sub(m.Attempt.At) < retryCounts {
		return false
	}
	return m.Trying == 0 && !slices.ContainsFunc(needs, func(n Need) bool { return n.Name() == m.Name })
}

// Lapsed reports whether the mark's acknowledgement no longer holds for what needs a person, so that it must not hold again.
func (m Mark) Lapsed(needs []Need) bool {
	return m.Acknowledged != nil && slices.ContainsFunc(needs, func(n Need) bool { return n.Name() == m.Name && !m.Acknowledged.Holds(n) })
}

// Fewer returns how many an acknowledged incident affects now, if these are fewer than were acknowledged: from then on it holds for so many. What is
// tried again may come back, and failing runs are counted in a window that moves: of these nothing is known to be gone.
func (m Mark) Fewer(needs []Need) (n int, fewer bool) {
	i := slices.IndexFunc(needs, func(n Need) bool { return n.Name() == m.Name })
	if m.Acknowledged == nil || m.Trying > 0 || m.Kind == Failing || i < 0 || !m.Acknowledged.Holds(needs[i]) {
		return 0, false
	}
	return needs[i].Subjects, needs[i].Subjects < m.Acknowledged.Subjects
}

// Judged returns the needs that no change has saved as incidents, so that they can be kept: those which begin and end. Facts about
// the whole installation, and what is only good to know, are not kept.
func Judged(needs []Need, now time.Time) []Incident {
	var out []Incident
	for _, n := range needs {
		if n.Kind.Judged() && (n.Acts == You || n.State == Retrying) {
			out = append(out, Incident{Kind: n.Kind, Account: n.Account, Code: n.Code, Subjects: n.Subjects, Sample: n.Sample, Since: n.Since, ChangedAt: now, Open: true})
		}
	}
	return out
}

// Judged reports whether incidents of the kind are judged anew each time, and kept for the list of past ones.
func (k Kind) Judged() bool { return ruleOf(k).judged }

// Kept reports whether incidents of the kind are kept, as past ones: those that a change has saved, and those that are judged.
func (k Kind) Kept() bool { return ruleOf(k).judged || ruleOf(k).stored != nil }
