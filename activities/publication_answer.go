package activities

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/publications"
)

// submitting is a batch whose answer is being saved.
type submitting struct {
	*Publication
	in       SubmitInput
	rec      *record
	sent     map[string]publications.SentSKU // by the channel's SKU: what has no answer yet
	verdicts []publications.ItemVerdict
	passing  []*channel.Fault       // that another attempt may cure
	again    []publications.SentSKU // what they are of
	noted    []publications.SentSKU // what was noted as about to be sent
	unsent   []publications.SentSKU // of those, what the channel has surely not got
	pending  string
}

// answered takes the channel's results. What an answer without a handle leaves out is not known to have been done.
func (s *submitting) answered(answer channel.Publication) {
	for _, r := range answer.Results {
		if sent, ok := s.sent[r.SKU]; ok {
			delete(s.sent, r.SKU)
			s.result(sent, r, answer)
		}
	}
	if s.pending = answer.Pending; s.pending != "" {
		return
	}
	for _, sku := range slices.Sorted(maps.Keys(s.sent)) {
		if s.sent[sku].SKU == "" {
			continue // a family's parent, on a channel that has none
		}
		f := channel.NewFault(channel.Unknown, string(channel.OpPublish), "the channel's answer does not mention the SKU")
		f.Ambiguous, f.RequestID = true, answer.RequestID
		s.passing, s.again = append(s.passing, f), append(s.again, s.sent[sku])
	}
}

// result is what the channel says of one SKU, or of a parent.
func (s *submitting) result(sent publications.SentSKU, r channel.VariantResult, answer channel.Publication) {
	if r.Fault != nil && (!r.Fault.Lasting() || parks(r.Fault)) {
		s.passing, s.again = append(s.passing, r.Fault), append(s.again, sent)
		if !unknown(r.Fault) {
			s.unsent = append(s.unsent, sent)
		}
		return
	}
	v := publications.ItemVerdict{
		Product: sent.Product, SKU: sent.SKU, Step: listing.Accepted, Issues: responded(r), Fault: r.Fault,
		RequestID: cmp.Or(r.RequestID, answer.RequestID), ListingID: cmp.Or(r.ListingID, answer.ListingID),
	}
	if !s.in.Preview { // nothing is listed by a preview
		v.ChannelSKU, v.Ref = r.SKU, r.Ref
	}
	if r.Fault != nil {
		v.Step = listing.Submitted
	}
	s.verdicts = append(s.verdicts, v)
}

// responded are the channel's issues. A fault that came without one, and warnings that are only codes, are made into some.
func responded(r channel.VariantResult) []listing.Issue {
	issues := slices.Clone(r.Issues)
	for i := range issues {
		issues[i].Stage = cmp.Or(issues[i].Stage, listing.Response)
		issues[i].RequestID = cmp.Or(issues[i].RequestID, r.RequestID)
	}
	if r.Fault != nil && !listing.Failed(issues) {
		issues = append(issues, refusedAs(r.Fault))
	}
	for _, code := range r.Warnings {
		if !slices.ContainsFunc(issues, func(i listing.Issue) bool { return i.Code == code }) {
			issues = append(issues, listing.Issue{
				Stage: listing.Response, Severity: listing.Warning, Code: code, Message: "the channel took it with the warning " + code, RequestID: r.RequestID,
			})
		}
	}
	return issues
}

// refusedAs is a fault as an issue. The channel's own words stand with the fault.
func refusedAs(f *channel.Fault) listing.Issue {
	return listing.Issue{
		Stage: listing.Response, Severity: listing.Error, Code: cmp.Or(f.Code, string(f.Class)), RequestID: f.RequestID,
		Message: fmt.Sprintf("the channel did not take it: %s %s", f.Class, f.Code),
	}
}

// save keeps the answers, and what a handle is of. What an outcome says is to be sent again goes back to where it was before.
func (s *submitting) save(ctx context.Context) (SubmitOutput, error) {
	if err := s.rec.refused(ctx, s.passing...); err != nil {
		return SubmitOutput{}, err
	}
	if s.pending != "" && s.pending != s.in.Pending {
		if err := s.Store.Publications.Submitted(ctx, s.in.RunID, s.pending, slices.Collect(maps.Values(s.sent))); err != nil {
			return SubmitOutput{}, fmt.Errorf("save what was sent under %s: %w", s.pending, err)
		}
	}
	if s.in.Pending != "" && len(s.again) > 0 {
		if err := s.Store.Publications.SendAgain(ctx, s.in.RunID, s.in.Pending, s.again); err != nil {
			return SubmitOutput{}, fmt.Errorf("have what was sent under %s sent again: %w", s.in.Pending, err)
		}
	}
	if err := s.notSent(ctx, s.unsent); err != nil {
		return SubmitOutput{}, err
	}
	if _, err := s.Store.Publications.SaveAnswers(ctx, s.in.RunID, s.verdicts, s.rec.calls()...); err != nil {
		return SubmitOutput{}, fmt.Errorf("save the channel's answers: %w", err)
	}
	counts, err := s.counts(ctx, s.in.RunID)
	out := SubmitOutput{Pending: s.pending, Counts: counts}
	switch worst := longest(s.passing); {
	case parks(worst):
		out.Fault = worst
	case s.in.Pending != "" || s.pending != "" || len(s.verdicts) > 0: // the next round's to send: the batch has come on
		out.Again = worst
	default:
		out.Fault = worst
	}
	return out, err
}

// longest is the fault that asks for the longest wait; one of the account goes before all others.
func longest(faults []*channel.Fault) *channel.Fault {
	var worst *channel.Fault
	for _, f := range faults {
		if worst == nil || parks(f) && !parks(worst) || f.RetryAfter > worst.RetryAfter && !parks(worst) {
			worst = f
		}
	}
	return worst
}

// parks reports a fault of the account, for which no item is to blame.
func parks(f *channel.Fault) bool { return f != nil && f.Class == channel.Auth }
