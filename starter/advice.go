package starter

import (
	"context"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// Catalogue returns the remedies: the merchant's own before those that ship with the program. It panics on a mistake in the latter,
// which a test would find.
func (s *Starter) Catalogue() *remedy.Catalogue {
	if s.Remedies != nil {
		return s.Remedies
	}
	c, err := remedy.BuiltIn()
	if err != nil {
		panic(fmt.Errorf("read remedies: %w", err))
	}
	return c
}

// Advice returns the remedy for a fault of an account on a channel of that kind, or nil. It reads from the store what the fault hit, and the
// channel's own text, to recognise the fault; the text is not shown.
func (s *Starter) Advice(ctx context.Context, f *channel.Fault, kind channel.Kind, names remedy.Names) *remedy.Remedy {
	if f == nil {
		return nil
	}
	if row, err := s.Store.Runs.Fault(ctx, f.ID); err == nil {
		return s.adviceOf(row, kind, names)
	}
	return s.AdviceFor(f, f.Raw, kind, names)
}

// adviceOf is Advice for callers that have read the fault. One of a publication is of its items, which are to be published again.
func (s *Starter) adviceOf(row runs.FaultRow, kind channel.Kind, names remedy.Names) *remedy.Remedy {
	r := s.AdviceFor(&row.Fault, row.Words, kind, names)
	if row.RunKind == runs.RunListings {
		*r = r.OfPublication().Named(remedy.Names{Account: row.Account, Endpoint: string(row.RunOn)})
	}
	return r
}

// AdviceFor is Advice for callers that have the channel's own text.
func (s *Starter) AdviceFor(f *channel.Fault, words string, kind channel.Kind, names remedy.Names) *remedy.Remedy {
	r := s.Catalogue().For(kind, f, words).Named(names)
	return &r
}

// ParkedAdvice returns the remedy for something parked, or nil when no fault parked it.
func (s *Starter) ParkedAdvice(ctx context.Context, p incidents.Parked, kind channel.Kind) *remedy.Remedy {
	r := s.Advice(ctx, p.Fault, kind, remedy.Names{Account: p.Account, Reference: p.Reference})
	if r != nil {
		*r = asParked(*r, p)
	}
	return r
}

// asParked returns the remedy of a fault that has parked something.
func asParked(r remedy.Remedy, p incidents.Parked) remedy.Remedy {
	if !HeldUntilLive(p) {
		r = r.OnceParked()
	}
	if r.Retry {
		r.Command = "towpath retry " + invocation.ShellWord(p.WorkflowID)
	}
	if p.Package != "" {
		r = r.OfShipment(p.Fault)
	}
	return r
}

// PackageAdvice returns the remedy for a package's last fault, with its cause, or nil when it has none. parked: it waits for a person.
func (s *Starter) PackageAdvice(ctx context.Context, f *channel.Fault, kind channel.Kind, names remedy.Names, parked bool) *remedy.Remedy {
	r := s.Advice(ctx, f, kind, names)
	if r == nil {
		return nil
	}
	*r = r.OfShipment(f)
	if parked {
		*r = r.OnceParked()
	}
	return r
}

// mostAdvice is how many remedies are shown for an item, those of its first errors.
const mostAdvice = 3

// ItemAdvice returns the remedies for the errors of a publication's item, without repetitions.
func (s *Starter) ItemAdvice(i publications.PublicationItem, kind channel.Kind) (list []remedy.Remedy) {
	if i.Status != runs.ItemError {
		return nil
	}
	names := remedy.Names{Account: i.Account, Endpoint: string(i.Endpoint), Reference: i.Reference}
	seen := map[string]bool{}
	for _, issue := range i.Issues {
		if issue.Severity != listing.Error || len(list) == mostAdvice {
			continue
		}
		found := s.Catalogue().For(kind, faultOf(i, issue), issue.Message, issue.Attributes...).OfPublication().Named(names)
		if !seen[found.Code] {
			seen[found.Code] = true
			list = append(list, found)
		}
	}
	return list
}

// faultOf returns an item's error as a fault.
func faultOf(i publications.PublicationItem, issue listing.Issue) *channel.Fault {
	return &channel.Fault{Class: channel.Invalid, Code: issue.Code, Hit: channel.Hit{SKU: i.Reference}}
}

// WaitsForYou returns what of the parked list waits for a person: not what is held until its account goes live, nor packages that wait for the end of
// a pause, nor what a person has acknowledged.
func WaitsForYou(parked []incidents.Parked, needs []incident.Need) []incidents.Parked {
	var out []incidents.Parked
	for _, p := range parked {
		if !HeldUntilLive(p) && !waitsForPause(p, needs) && !incident.Known(needs, ParkedIncident(p)) {
			out = append(out, p)
		}
	}
	return out
}

// waitsForPause reports whether a package waits for the end of a pause, which is an incident of its own.
func waitsForPause(p incidents.Parked, needs []incident.Need) bool { return EndsPause(p, needs) != "" }

// EndsPause returns the command that ends the pause that a package waits for; empty: it waits for none.
func EndsPause(p incidents.Parked, needs []incident.Need) string {
	name := ParkedIncident(p)
	i := slices.IndexFunc(needs, func(n incident.Need) bool { return n.Name() == name && n.Acts != incident.You })
	if p.Package == "" || name.Code != incident.CodePaused || i < 0 {
		return ""
	}
	return needs[i].Command
}

// ParkedIncident returns the name of the incident that something parked belongs to.
func ParkedIncident(p incidents.Parked) incident.Name {
	n := incident.Name{Kind: incident.Parked, Account: p.Account}
	if p.Fault != nil {
		n.Code = incident.CodeOf(p.Fault.Code, string(p.Fault.Class))
	}
	return n
}

// HeldUntilLive reports whether something is parked only until its account goes live, so that nobody needs to act.
func HeldUntilLive(p incidents.Parked) bool {
	return p.Fault != nil && p.Fault.Code == incident.CodeObserving
}
