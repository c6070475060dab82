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

// submitting is a batch whose answers are being saved.
type submitting struct {
	*Publication
	in       SubmitInput
	rec      *record
	sent     map[string]publications.SentSKU // by the channel's SKU: items without an answer so far
	verdicts []publications.ItemVerdict
	passing  []*channel.Fault       // faults that another attempt may cure
	again    []publications.SentSKU // the SKUs of those faults
	noted    []publications.SentSKU // SKUs recorded as about to be sent
	unsent   []publications.SentSKU // those of noted that the channel has certainly not received
	pending  string
}

// answered applies the channel's results. In an answer without a handle, a missing SKU counts as unknown.
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
			continue // the parent of a product group, on a channel that has no parents
		}
		f := channel.NewFault(channel.Unknown, string(channel.OpPublish), "the channel's answer does not mention the SKU")
		f.Ambiguous, f.RequestID = true, answer.RequestID
		s.passing, s.again = append(s.passing, f), append(s.again, s.sent[sku])
	}
}

// result applies the channel's result for one SKU or parent.
func (s *submitting) result(sent publications.SentSKU, r channel.VariantResult, answer channel.Publication) {
	if r.Fault != nil && (!r.Fault.Permanent() || parks(r.Fault)) {
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
	if !s.in.Preview { // a preview lists nothing
		v.ChannelSKU, v.Ref = r.SKU, r.Ref
	}
	if r.Fault != nil {
		v.Step = listing.Submitted
	}
	s.verdicts = append(s.verdicts, v)
}

// responded returns the channel's issues. A fault without issues, and warnings that are only codes, become issues.
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
				Stage: listing.Response, Severity: listing.Warning, Code: code, Message: "the channel accepted it with the warning " + code, RequestID: r.RequestID,
			})
		}
	}
	return issues
}

// refusedAs returns the fault as an issue. The channel's own text is stored with the fault.
func refusedAs(f *channel.Fault) listing.Issue {
	return listing.Issue{
		Stage: listing.Response, Severity: listing.Error, Code: cmp.Or(f.Code, string(f.Class)), RequestID: f.RequestID,
		Message: fmt.Sprintf("the channel did not accept it: %s %s", f.Class, f.Code),
	}
}

// save saves the answers and what was sent under a handle. Items that the channel wants again become due again.
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
	case s.in.Pending != "" || s.pending != "" || len(s.verdicts) > 0: // for the next round: the batch has made progress
		out.Again = worst
	default:
		out.Fault = worst
	}
	return out, err
}

// longest returns the fault with the longest wait. A fault of the account comes before all others.
func longest(faults []*channel.Fault) *channel.Fault {
	var worst *channel.Fault
	for _, f := range faults {
		if worst == nil || parks(f) && !parks(worst) || f.RetryAfter > worst.RetryAfter && !parks(worst) {
			worst = f
		}
	}
	return worst
}

// parks reports whether the fault concerns the whole account and not an item.
func parks(f *channel.Fault) bool { return f != nil && f.Class == channel.Auth }
