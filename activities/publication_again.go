package activities

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/publications"
)

// lookAgain checks items again whose earlier submission has no known result. Listings that the channel now has are patched or
// left as they are, instead of being created again with an old quantity. more reports whether other items of the batch still have
// to be checked.
func (s *submitting) lookAgain(ctx context.Context) (fault *channel.Fault, more bool, err error) {
	rows, err := s.Store.Publications.GoodsBetween(ctx, s.in.RunID, s.in.After, s.in.Until)
	if err != nil {
		return nil, false, err
	}
	var before []publications.Goods
	var sent []publications.SentSKU
	for _, g := range rows {
		of := sentBefore(g)
		if len(of) == 0 {
			continue
		}
		if more = len(before) == checkBatch; more {
			break
		}
		before, sent = append(before, g), append(sent, of...)
	}
	if len(before) == 0 {
		return nil, false, nil
	}
	goods, verdicts := compose(before, listing.Seller{Account: s.in.Seller, Channel: string(s.rec.acc.Channel)})
	rec := *s.rec // the check's calls are recorded apart
	rec.about.Budget = channel.OpCheck
	c := &checking{Publication: s.Publication, in: CheckGoodsInput{RunID: s.in.RunID, Seller: s.in.Seller, Through: s.in.Through},
		rec: &rec, goods: goods, verdicts: verdicts}
	out, err := c.run(ctx)
	if err != nil || out.Fault != nil {
		return out.Fault, false, err
	}
	if err := s.Store.Publications.NotSent(ctx, s.in.RunID, sent); err != nil {
		return nil, false, fmt.Errorf("save which items were checked again: %w", err)
	}
	return nil, more, nil
}

// sentBefore returns the SKUs of a product that wait to be sent and were sent before.
func sentBefore(g publications.Goods) (sent []publications.SentSKU) {
	for _, sku := range g.Wanted {
		if g.Sent[sku] {
			sent = append(sent, publications.SentSKU{Product: g.Product.Key, SKU: sku})
		}
	}
	return sent
}

// sending saves which SKUs are about to be sent, so that they are checked again if the answer is lost.
func (s *submitting) sending(ctx context.Context, drafts []listing.Draft) error {
	if s.in.Preview { // a preview changes nothing
		return nil
	}
	planner, planned := s.rec.conn.(channel.Planner)
	for _, d := range drafts {
		for _, v := range d.Product.Variants {
			one, ok := s.sent[v.SKU]
			goes, level := true, true
			if planned {
				goes, level = planner.Sends(d.Plans[v.SKU])
			}
			if ok && goes && one.SKU != "" {
				one.Level = level && !v.ChannelFulfils
				s.noted = append(s.noted, one)
			}
		}
	}
	if err := s.Store.Publications.Sending(ctx, s.in.RunID, s.noted); err != nil {
		return fmt.Errorf("save which items are sent: %w", err)
	}
	return nil
}

// notSent removes that record for SKUs that the channel has certainly not received. SKUs with a submission handle were received.
func (s *submitting) notSent(ctx context.Context, sent []publications.SentSKU) error {
	if s.in.Preview || s.in.Pending != "" || len(sent) == 0 {
		return nil
	}
	if err := s.Store.Publications.NotSent(ctx, s.in.RunID, sent); err != nil {
		return fmt.Errorf("save which items were not sent: %w", err)
	}
	return nil
}

// unknown reports whether the fault leaves open if the channel received what was sent.
func unknown(f *channel.Fault) bool { return f.Ambiguous || f.Class == channel.Timeout }

// cut returns the result of a call that sent nothing.
func (s *submitting) cut(ctx context.Context, fault *channel.Fault) (SubmitOutput, error) {
	var counts message.PublicationCounts
	counts, err := s.counts(ctx, s.in.RunID)
	return SubmitOutput{Fault: fault, Counts: counts}, err
}
