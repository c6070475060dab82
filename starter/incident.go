package starter

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
)

// IncidentShown is an incident with what it affects, what is at stake, and what to do about it.
type IncidentShown struct {
	incident.Need
	Name       string          `json:"name"`
	ResolvedAt time.Time       `json:"resolvedAt,omitzero"`
	Affected   *store.Affected `json:"affected,omitempty"` // nil: its kind affects no single things, or it is resolved
	Trend      string          `json:"trend,omitempty"`    // in words
	Channel    channel.Kind    `json:"channel,omitempty"`
	Fault      *FaultShown     `json:"fault,omitempty"`  // the newest with its code
	Remedy     *remedy.Remedy  `json:"remedy,omitempty"` // nil: Command says what helps
	Retryable  bool            `json:"retryable"`
}

// incidentSample is how many of the affected things an incident shows.
const incidentSample = 25

// Incident returns an incident by its name: one that is open, or the last one of that name that is resolved. A *UsageError means that there is none.
func (s *Starter) Incident(ctx context.Context, name string) (IncidentShown, error) {
	wanted, err := incident.ParseName(name)
	if err != nil {
		return IncidentShown{}, usagef("incident %s", err)
	}
	needs, err := s.NeedsYou(ctx, "", incident.Builds{})
	if err != nil {
		return IncidentShown{}, err
	}
	if i := slices.IndexFunc(needs, func(n incident.Need) bool { return n.Name() == wanted }); i >= 0 {
		return s.shown(ctx, needs[i])
	}
	past, err := s.Store.Incidents.List(ctx, wanted.Account, true)
	if err != nil {
		return IncidentShown{}, err
	}
	if i := slices.IndexFunc(past, func(i incident.Incident) bool { return i.Name() == wanted }); i >= 0 {
		return s.pastIncident(ctx, past[i])
	}
	return IncidentShown{}, noIncident(wanted, needs)
}

// noIncident says that there is no incident of a name, and which there are.
func noIncident(wanted incident.Name, needs []incident.Need) error {
	var names []string
	for _, n := range incident.ForYou(needs) {
		names = append(names, n.Name().String())
	}
	if len(names) == 0 {
		return usagef("no incident %s: nothing needs you, and `towpath incidents --all` lists past ones", wanted)
	}
	return usagef("no incident %s. These need you: %s", wanted, strings.Join(names, ", "))
}

// pastIncident returns an incident that is resolved.
func (s *Starter) pastIncident(ctx context.Context, i incident.Incident) (IncidentShown, error) {
	out := IncidentShown{Name: i.Name().String(), Need: incident.Need{Kind: i.Kind, Account: i.Account, Code: i.Code,
		Title: "it is over: nothing is affected any more", Sample: i.Sample, Since: i.Since, Acts: incident.Towpath, State: incident.Resolved}}
	if !i.Open { // else it is over, and its end not yet kept
		out.ResolvedAt = i.ChangedAt
	}
	err := s.withRemedy(ctx, &out, "")
	return out, err
}

// SampleFirst is how many a sample takes, where one is offered.
const SampleFirst = 3

// Sampled reports whether it affects so many that a sample can be tried first.
func (i IncidentShown) Sampled() bool {
	return i.Retryable && i.Kind != incident.Failing && i.Subjects > SampleFirst
}

// shown completes an incident that is open.
func (s *Starter) shown(ctx context.Context, n incident.Need) (IncidentShown, error) {
	out := IncidentShown{Need: n, Name: n.Name().String(), Retryable: retryable(n.Name()) && n.Subjects > 0}
	affected, known, err := s.Store.Affected(ctx, n.Name(), incidentSample)
	if err != nil {
		return out, err
	}
	faultID := n.FaultID
	if known {
		out.Affected, out.Trend, faultID = &affected, affected.Trend.Words(), affected.FaultID
	}
	err = s.withRemedy(ctx, &out, faultID)
	return out, err
}

// withRemedy adds the account's channel, the newest fault and what to do.
func (s *Starter) withRemedy(ctx context.Context, out *IncidentShown, faultID string) error {
	if out.Account == "" {
		return nil
	}
	list, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(list, func(a accounts.Account) bool { return a.ID == out.Account }); i >= 0 {
		out.Channel = list[i].Channel
	}
	if faultID != "" {
		f, err := s.Fault(ctx, faultID)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		out.Fault, out.Remedy = &f, f.Remedy
	}
	if out.Kind == incident.Unpublished && out.Remedy == nil {
		if err := s.publicationRemedy(ctx, out); err != nil {
			return err
		}
	}
	out.fitRemedy()
	return nil
}

// fitRemedy fits the remedy to the incident: items of a publication are published again, and what waits for a person says so.
func (i *IncidentShown) fitRemedy() {
	if i.Remedy == nil {
		return
	}
	r := *i.Remedy
	if i.Kind == incident.Unpublished {
		endpoint, _ := incident.PublicationCode(i.Code)
		r = r.OfPublication().Named(remedy.Names{Account: i.Account, Endpoint: endpoint})
	}
	switch {
	case !i.Waits():
	case i.Kind == incident.Failing:
		r = r.OnceFailing()
	case i.Kind == incident.Paused:
		r.Who = remedy.You // nothing is asked of the channel while it is paused
	case retryable(i.Need.Name()):
		r = r.OnceParked()
	}
	i.Remedy = &r
}

// publicationRemedy adds what to do about items in error, as the first of them says.
func (s *Starter) publicationRemedy(ctx context.Context, out *IncidentShown) error {
	if len(out.Sample) == 0 {
		return nil
	}
	endpoint, _ := incident.PublicationCode(out.Code)
	items, err := s.Store.Publications.LastOutcomes(ctx, out.Sample[:1])
	for _, i := range items {
		if i.Account == out.Account && string(i.Endpoint) == endpoint && out.Remedy == nil {
			if advice := s.ItemAdvice(i, out.Channel); len(advice) > 0 {
				out.Remedy = &advice[0]
			}
		}
	}
	return err
}

// Actor returns who acts next, in words.
func (i IncidentShown) Actor() string {
	switch {
	case i.State == incident.Resolved:
		return "nobody has to act"
	case i.State == incident.Acknowledged:
		return "nobody acts: it is acknowledged"
	case !i.Waits():
		return "Towpath goes on by itself"
	case i.Remedy != nil:
		return i.Remedy.Actor()
	}
	return "you act"
}

// What returns what the remedy, or the incident itself, is called.
func (i IncidentShown) What() string {
	if i.Remedy != nil {
		return i.Remedy.Title
	}
	return i.Title
}

// marks returns what persons have said and asked of incidents, with what is under way.
func (s *Starter) marks(ctx context.Context) ([]incident.Mark, error) {
	marks, err := s.Store.Incidents.Marks(ctx)
	for i := range marks {
		if err != nil {
			break
		}
		marks[i].Trying, err = s.Store.Trying(ctx, marks[i])
	}
	return marks, err
}

// KeepIncidents keeps the incidents that are judged anew each time, so that past ones can be listed, and forgets what was said and
// asked of those that are resolved, or that were acknowledged and have grown.
func (s *Starter) KeepIncidents(ctx context.Context) error {
	if err := s.Store.Publications.ForgetFailed(ctx); err != nil {
		return err
	}
	marks, err := s.marks(ctx)
	if err != nil {
		return err
	}
	facts, err := s.facts(ctx, marks)
	if err != nil {
		return err
	}
	needs := incident.WithMarks(incident.Triage(facts), marks)
	errs := []error{s.Store.Incidents.KeepJudged(ctx, incident.Judged(needs, time.Now()))}
	for _, m := range marks {
		switch {
		case m.Over(needs, time.Now()):
			errs = append(errs, s.Store.Incidents.ForgetMark(ctx, m.Name))
		case m.Lapsed(needs):
			errs = append(errs, s.Store.Incidents.Lapse(ctx, m.Name, *m.Acknowledged))
		default:
			if n, fewer := m.Fewer(needs); fewer {
				errs = append(errs, s.Store.Incidents.LowerAcknowledged(ctx, m.Name, *m.Acknowledged, n))
			}
		}
	}
	return errors.Join(errs...)
}

// Acknowledge notes that a person knows of an incident, and why nothing is done now: it is not counted any more until something new is affected.
func (s *Starter) Acknowledge(ctx context.Context, name, reason, by string) (IncidentShown, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > incident.MaxReason {
		return IncidentShown{}, usagef("--reason %q: want why nothing is done now, at most %d characters", reason, incident.MaxReason)
	}
	i, err := s.Incident(ctx, name)
	if err != nil {
		return i, err
	}
	if i.State == incident.Resolved {
		return i, usagef("%s is resolved: there is nothing to acknowledge", i.Name)
	}
	if i.Acts != incident.You && i.State != incident.Acknowledged {
		return i, usagef("%s needs nobody: there is nothing to acknowledge", i.Name)
	}
	err = s.Store.Incidents.Acknowledge(ctx, i.Need.Name(), incident.Acknowledgement{By: cmp.Or(by, "somebody"), Reason: reason, Subjects: i.Subjects})
	if err != nil {
		return i, err
	}
	return s.Incident(ctx, name)
}

// Unacknowledge takes an acknowledgement back: the incident is counted again.
func (s *Starter) Unacknowledge(ctx context.Context, name string) (i IncidentShown, changed bool, err error) {
	wanted, err := incident.ParseName(name)
	if err != nil {
		return i, false, usagef("incident %s", err)
	}
	if changed, err = s.Store.Incidents.Unacknowledge(ctx, wanted); err != nil {
		return i, changed, err
	}
	i, err = s.Incident(ctx, name)
	return i, changed, err
}
