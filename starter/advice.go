package starter

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// remedies are the built-in ones. They are read once; a mistake in them is one of the build, which a test finds.
func remedies() *remedy.Catalogue {
	c, err := remedy.BuiltIn()
	if err != nil {
		panic(fmt.Errorf("read remedies: %w", err))
	}
	return c
}

// Advice is what to do about a fault of an account on a channel of that kind; nil where there is no fault. The channel's own
// words, by which faults are told apart, come from the store; they are not shown.
func (s *Starter) Advice(ctx context.Context, f *channel.Fault, kind channel.Kind, names remedy.Names) *remedy.Remedy {
	if f == nil {
		return nil
	}
	words := f.Raw
	if row, err := s.Store.Runs.Fault(ctx, f.ID); err == nil {
		words = row.Words
	}
	return AdviceFor(f, words, kind, names)
}

// AdviceFor is Advice where the channel's own words are at hand.
func AdviceFor(f *channel.Fault, words string, kind channel.Kind, names remedy.Names) *remedy.Remedy {
	r := remedies().For(kind, f, words).Named(names)
	return &r
}

// usedUp is what to do about something parked where Towpath would go on by itself, had it an attempt left.
const usedUp = "The automatic attempts are used up, and what waits here does not go on by itself: retry it once the cause has passed."

// ParkedAdvice is what to do about something parked; nil where no fault has parked it.
func (s *Starter) ParkedAdvice(ctx context.Context, p incidents.Parked, kind channel.Kind) *remedy.Remedy {
	r := s.Advice(ctx, p.Fault, kind, remedy.Names{Account: p.Account, Reference: p.Reference})
	if r != nil && r.Who == remedy.Towpath && !HeldUntilLive(p) {
		r.Steps = []string{usedUp}
	}
	return r
}

// mostAdvice is how many remedies an item is shown with: those of its first errors.
const mostAdvice = 3

// ItemAdvice is what to do about the errors of a publication's item, each remedy once; nothing where it is not in error.
func ItemAdvice(i publications.PublicationItem, kind channel.Kind) (list []remedy.Remedy) {
	if i.Status != runs.ItemError {
		return nil
	}
	names := remedy.Names{Account: i.Account, Endpoint: string(i.Endpoint), Reference: i.Reference}
	seen := map[string]bool{}
	for _, issue := range i.Issues {
		if issue.Severity != listing.Error || len(list) == mostAdvice {
			continue
		}
		found := AdviceFor(&channel.Fault{Class: channel.Invalid, Code: issue.Code}, issue.Message, kind, names)
		if !seen[found.Code] {
			seen[found.Code] = true
			list = append(list, *found)
		}
	}
	return list
}

// HeldUntilLive reports whether something is parked only until its account goes live: nobody need do anything about it.
func HeldUntilLive(p incidents.Parked) bool {
	return p.Fault != nil && p.Fault.Code == incident.CodeObserving
}
