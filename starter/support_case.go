package starter

import (
	"context"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/incident"
)

// KeepCase keeps the number that a channel's support gave to a case about an incident that is open, or about something else that
// needs a person. It is shown with it until it closes. by is who keeps it.
func (s *Starter) KeepCase(ctx context.Context, name, number, by string) (incident.Case, error) {
	wanted, err := incident.ParseName(name)
	if err != nil {
		return incident.Case{}, usagef("incident %s", err)
	}
	number = strings.TrimSpace(number)
	if number == "" || len(number) > incident.MaxCaseNumber || strings.ContainsFunc(number, func(r rune) bool { return r < ' ' }) {
		return incident.Case{}, usagef("--number %q: want the number that the channel's support gave to the case, at most %d characters", number, incident.MaxCaseNumber)
	}
	c := incident.Case{Name: wanted, Number: number, By: by}
	open, err := s.Store.Incidents.List(ctx, wanted.Account, false)
	if err != nil {
		return c, err
	}
	if i := slices.IndexFunc(open, func(i incident.Incident) bool { return i.Name() == wanted && !i.Kind.Judged() }); i >= 0 {
		c.Since = open[i].Since
		return c, s.Store.Incidents.KeepCase(ctx, c)
	}
	needs, err := s.NeedsYou(ctx, "", incident.Builds{})
	if err != nil {
		return c, err
	}
	var names []string
	for _, n := range incident.ForYou(needs) {
		names = append(names, n.Name().String())
		if n.Name() == wanted {
			return c, s.Store.Incidents.KeepCase(ctx, c)
		}
	}
	if len(names) == 0 {
		return c, usagef("no incident %s is open: nothing needs you", wanted)
	}
	return c, usagef("no incident %s is open. These are: %s", wanted, strings.Join(names, ", "))
}
