package activities

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/publications"
)

// lookAgain checks goods anew that were sent before without anybody knowing what became of it: what the channel has by now is not put up once
// more with the quantity of then, but patched, or found to be as it is wanted. more says that others of the batch are still to be looked at.
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
	rec := *s.rec // the check's calls are its own
	rec.about.Budget = channel.OpCheck
	c := &checking{Publication: s.Publication, in: CheckGoodsInput{RunID: s.in.RunID, Seller: s.in.Seller, Through: s.in.Through},
		rec: &rec, goods: goods, verdicts: verdicts}
	out, err := c.run(ctx)
	if err != nil || out.Fault != nil {
		return out.Fault, false, err
	}
	if err := s.Store.Publications.NotSent(ctx, s.in.RunID, sent); err != nil {
		return nil, false, fmt.Errorf("note what was looked at again: %w", err)
	}
	return nil, more, nil
}

// sentBefore are the SKUs of a product that wait to be sent and were sent before.
func sentBefore(g publications.Goods) (sent []publications.SentSKU) {
	for _, sku := range g.Wanted {
		if g.Sent[sku] {
			sent = append(sent, publications.SentSKU{Product: g.Product.Key, SKU: sku})
		}
	}
	return sent
}

// sending notes what is about to be sent, so that it is looked at again if its answer is lost, also with this process.
func (s *submitting) sending(ctx context.Context, drafts []listing.Draft) error {
	if s.in.Preview { // nothing is written
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
		return fmt.Errorf("note what is sent: %w", err)
	}
	return nil
}

// notSent takes back the note about what the channel has surely not got. What it says under a handle is about something that it got.
func (s *submitting) notSent(ctx context.Context, sent []publications.SentSKU) error {
	if s.in.Preview || s.in.Pending != "" || len(sent) == 0 {
		return nil
	}
	if err := s.Store.Publications.NotSent(ctx, s.in.RunID, sent); err != nil {
		return fmt.Errorf("note what was not sent: %w", err)
	}
	return nil
}

// unknown reports a fault after which nobody knows whether the channel has got what was sent.
func unknown(f *channel.Fault) bool { return f.Ambiguous || f.Class == channel.Timeout }

// cut is the answer of a turn that sent nothing.
func (s *submitting) cut(ctx context.Context, fault *channel.Fault) (SubmitOutput, error) {
	var counts message.PublicationCounts
	counts, err := s.counts(ctx, s.in.RunID)
	return SubmitOutput{Fault: fault, Counts: counts}, err
}
