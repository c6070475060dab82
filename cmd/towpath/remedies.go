package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// remedies finds what to do about a fault.
type remedies struct {
	catalogue *remedy.Catalogue
	store     *store.Store
}

func newRemedies(s *store.Store) (remedies, error) {
	c, err := remedy.BuiltIn()
	if err != nil {
		return remedies{}, fmt.Errorf("read remedies: %w", err)
	}
	return remedies{c, s}, nil
}

// met is a fault and what its remedy's steps speak of.
type met struct {
	fault     *channel.Fault
	kind      channel.Kind
	account   string
	reference string // of the order; empty: none
}

var placeholder = regexp.MustCompile(`\b(?:ACCOUNT|ENDPOINT|REF)\b`)

// of answers what to do about a fault, nil when there is none. The channel's own words, by which the
// catalogue tells faults apart, come from the store; they are not shown.
func (r remedies) of(ctx context.Context, i met) *remedy.Remedy {
	if i.fault == nil {
		return nil
	}
	words := i.fault.Raw
	if row, err := r.store.Runs.Fault(ctx, i.fault.ID); err == nil {
		words = row.Words
	}
	found := named(r.catalogue.For(i.kind, i.fault, words), map[string]string{"ACCOUNT": i.account, "REF": i.reference})
	return &found
}

// named is a remedy with the real names in its steps.
func named(found remedy.Remedy, names map[string]string) remedy.Remedy {
	for n, step := range found.Steps {
		found.Steps[n] = placeholder.ReplaceAllStringFunc(step, func(word string) string {
			if name := names[word]; name != "" {
				return shellWord(name)
			}
			return word
		})
	}
	return found
}

// parked answers what to do about something parked.
func (r remedies) parked(ctx context.Context, k incidents.Parked, kind channel.Kind) *remedy.Remedy {
	return r.of(ctx, met{fault: k.Fault, kind: kind, account: k.Account, reference: k.Reference})
}

// whatToDo is a remedy in lines: the title, then the steps.
func whatToDo(r *remedy.Remedy) []string {
	if r == nil {
		return nil
	}
	lines := []string{r.Title + "."}
	for i, step := range r.Steps {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, step))
	}
	return lines
}

// faultText is a fault in an operator's words; the channel's own words are not in it.
func faultText(f *channel.Fault) string {
	if f == nil {
		return ""
	}
	parts := []string{string(f.Class)}
	if f.Code != "" {
		parts = append(parts, f.Code)
	}
	if f.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", f.Status))
	}
	text := strings.Join(parts, " ")
	if f.Operation != "" {
		text += " in " + f.Operation
	}
	if f.RequestID != "" {
		text += ", request id " + f.RequestID
	}
	return text
}

// mostRemedies is how many remedies an item is shown with: those of its first errors.
const mostRemedies = 3

// item answers what to do about the errors of a publication's item, each remedy once.
func (r remedies) item(i publications.PublicationItem, kind channel.Kind) (list []remedy.Remedy) {
	if i.Status != runs.ItemError {
		return nil
	}
	seen := map[string]bool{}
	for _, issue := range i.Issues {
		if issue.Severity != listing.Error || len(list) == mostRemedies {
			continue
		}
		found := r.catalogue.For(kind, &channel.Fault{Class: channel.Invalid, Code: issue.Code}, issue.Message)
		if seen[found.Code] {
			continue
		}
		seen[found.Code] = true
		list = append(list, named(found, map[string]string{"ACCOUNT": i.Account, "ENDPOINT": string(i.Endpoint), "REF": i.Reference}))
	}
	return list
}
