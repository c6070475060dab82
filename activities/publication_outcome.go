package activities

import (
	"context"
	"fmt"
	"net/http"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// SubmissionOutcome asks for the result of what was sent under a handle.
func (p *Publication) SubmissionOutcome(ctx context.Context, in SubmitInput) (SubmitOutput, error) {
	rec, fault, err := p.open(ctx, in.Through, channel.OpFeedRead, runs.Run{ID: in.RunID})
	if err != nil || fault != nil {
		return SubmitOutput{Fault: fault, Pending: in.Pending}, err
	}
	list, err := p.Store.Publications.SubmittedSKUs(ctx, in.RunID, in.Pending)
	if err != nil {
		return SubmitOutput{}, fmt.Errorf("read what was sent under %s: %w", in.Pending, err)
	}
	s := &submitting{Publication: p, in: in, rec: rec, sent: make(map[string]publications.SentSKU, len(list))}
	skus := make([]string, len(list))
	for i, one := range list {
		s.sent[one.ChannelSKU], skus[i] = one, one.ChannelSKU
	}
	if len(skus) == 0 { // an earlier attempt has saved the answer
		counts, err := p.counts(ctx, in.RunID)
		return SubmitOutput{Counts: counts}, err
	}
	answer, err := rec.conn.SubmitOutcome(rec.ask(ctx), in.Pending, skus)
	ctx, done := rec.keep(ctx)
	defer done()
	if err != nil {
		f := channel.AsFault(err, string(channel.OpFeedRead))
		if !ofTheSubmission(f) {
			fault, err := rec.failed(ctx, f)
			return SubmitOutput{Fault: fault, Pending: in.Pending}, err
		}
		answer = channel.Publication{RequestID: f.RequestID}
		for _, sku := range skus {
			answer.Results = append(answer.Results, channel.VariantResult{SKU: sku, RequestID: f.RequestID, Fault: f})
		}
	}
	s.answered(answer)
	return s.save(ctx)
}

// ofTheSubmission reports whether a fault concerns the submission and not the question about it: the channel answered, and
// refuses or has dropped the whole submission.
func ofTheSubmission(f *channel.Fault) bool {
	return f.Permanent() || f.Status == http.StatusOK && f.Class != channel.Auth
}

// GiveUpInput is the input of GiveUp.
type GiveUpInput struct {
	RunID   string         `json:"runId"`
	After   string         `json:"after,omitempty"`
	Until   string         `json:"until,omitempty"`   // empty: all after After
	Checked bool           `json:"checked,omitempty"` // items that wait to be sent instead of items that wait to be checked
	Fault   *channel.Fault `json:"fault"`             // already stored, with the channel's own text
}

// GiveUp ends the pending items of a batch in error with the fault of the last attempt.
func (p *Publication) GiveUp(ctx context.Context, in GiveUpInput) (message.PublicationCounts, error) {
	for after := in.After; ; {
		goods, next, err := p.givenUp(ctx, in, after)
		if err != nil {
			return message.PublicationCounts{}, err
		}
		var verdicts []publications.ItemVerdict
		for _, g := range goods {
			for _, sku := range append(g.Wanted, g.Missing...) {
				verdicts = append(verdicts, publications.ItemVerdict{
					Product: g.Product.Key, SKU: sku, Issues: []listing.Issue{refusedAs(in.Fault)}, Fault: in.Fault, RequestID: in.Fault.RequestID,
				})
			}
		}
		if _, err := p.Store.Publications.SaveAnswers(ctx, in.RunID, verdicts); err != nil {
			return message.PublicationCounts{}, fmt.Errorf("give up the items of run %s: %w", in.RunID, err)
		}
		if next == "" || next == in.Until {
			return p.counts(ctx, in.RunID)
		}
		after = next
	}
}

// givenUp reads the next page of items to give up.
func (p *Publication) givenUp(ctx context.Context, in GiveUpInput, after string) (goods []publications.Goods, next string, err error) {
	if !in.Checked {
		goods, next, err = p.Store.Publications.GoodsToCheck(ctx, in.RunID, after, checkBatch)
	} else {
		goods, next, err = p.Store.Publications.GoodsToSubmit(ctx, in.RunID, after, checkBatch)
	}
	for i, g := range goods {
		if in.Until != "" && g.Product.Key > in.Until {
			return goods[:i], "", err
		}
	}
	return goods, next, err
}
