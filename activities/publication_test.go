package activities_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/settings"
)

// lists is a channel whose answers to publications a test sets.
type lists struct {
	channel.Connection
	define   func(productType string) (listing.Definition, error)
	check    func(p listing.Product, d channel.Definitions) listing.Checked
	result   func(sku string) channel.VariantResult
	pending  string
	outcome  func(skus []string) (channel.Publication, error)
	defined  []string
	checked  []string // products
	sent     []string // SKUs
	previews int
	shown    []channel.Listed
}

func (l *lists) Define(_ context.Context, productType string) (listing.Definition, error) {
	l.defined = append(l.defined, productType)
	if l.define != nil {
		return l.define(productType)
	}
	return listing.Definition{Type: productType, Version: "1", Checksum: "c", FetchedAt: time.Now(), Body: []byte("{}")}, nil
}

func (l *lists) Wants(p listing.Product) []string { return []string{p.Type} }

func (l *lists) Check(_ context.Context, products []listing.Product, d channel.Definitions) ([]listing.Checked, error) {
	out := make([]listing.Checked, len(products))
	for i, p := range products {
		l.checked = append(l.checked, p.Key)
		if l.check != nil {
			out[i] = l.check(p, d)
		}
	}
	return out, nil
}

func (l *lists) Load(int, bool) (int, channel.Operation) { return 2, channel.OpPublish }

func (l *lists) Submit(_ context.Context, drafts []listing.Draft, preview bool, _ channel.Definitions) (channel.Publication, error) {
	out := channel.Publication{Pending: l.pending}
	if preview {
		l.previews++
	}
	for _, d := range drafts {
		for _, v := range d.Product.Variants {
			if l.sent = append(l.sent, v.SKU); l.pending == "" {
				out.Results = append(out.Results, l.result(v.SKU))
			}
		}
	}
	return out, nil
}

func (l *lists) SubmitOutcome(_ context.Context, _ string, skus []string) (channel.Publication, error) {
	return l.outcome(skus)
}

func (l *lists) Listings(context.Context, channel.ListingsQuery) (channel.ListingsPage, error) {
	return channel.ListingsPage{Listings: l.shown}, nil
}

func accepted(sku string) channel.VariantResult {
	return channel.VariantResult{SKU: sku, Ref: "ref-" + sku, RequestID: "req-" + sku, ListingID: "L-" + sku}
}

// openLists returns a shop on eBay with three mugs in two sizes each, and a channel whose answers a test sets.
func openLists(t *testing.T, l *lists) *shop {
	t.Helper()
	ctx := t.Context()
	s := openStore(t, channel.EBay)
	s.environment.Connections[account] = l
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	var goods []catalogue.Product
	for _, key := range []string{"A", "B", "C"} {
		p := catalogue.Product{Key: key, Title: "Mug " + key, Category: "Kitchen > Mugs", Options: []string{"Size"}}
		for _, size := range []string{"S", "L"} {
			p.Variants = append(p.Variants, catalogue.Variant{
				SKU: key + "-" + size, Options: map[string]string{"Size": size}, Prices: []catalogue.Price{{Currency: "GBP", Amount: 899}},
			})
		}
		goods = append(goods, p)
	}
	_, err = s.store.Products.SaveCatalogue(ctx, goods)
	require.NoError(t, err)
	_, err = s.store.Products.SetType(ctx, account, listing.TypeSettings{Category: "Kitchen", Type: "20693"})
	require.NoError(t, err)
	return s
}

// ask queues a run, starts it and selects its items.
func (s *shop) ask(id string, change ...func(*publications.Publication)) activities.Taken {
	s.t.Helper()
	p := publications.Publication{ID: id, Account: account, Endpoint: channel.Production, By: "ann"}
	for _, c := range change {
		c(&p)
	}
	require.NoError(s.t, s.store.Publications.AskPublication(s.t.Context(), p))
	a := activities.Publication{Environment: s.environment, Pushes: s.caller}
	taken := do[activities.Taken](s, a.TakeRun, activities.TakeInput{Account: account, Endpoint: p.Endpoint})
	require.Equal(s.t, id, taken.RunID)
	for after := ""; ; {
		out := do[activities.Selected](s, a.SelectGoods, activities.SelectInput{RunID: id, After: after})
		if after = out.Next; after == "" {
			return taken
		}
	}
}

func (s *shop) checkGoods(taken activities.Taken) activities.CheckGoodsOutput {
	a := activities.Publication{Environment: s.environment, Pushes: s.caller}
	return do[activities.CheckGoodsOutput](s, a.CheckGoods, activities.CheckGoodsInput{
		RunID: taken.RunID, Seller: account, Through: taken.Through.ID, DryRun: taken.DryRun, Changed: taken.Changed,
	})
}

// submit plans and sends all batches of a run once.
func (s *shop) submit(taken activities.Taken) (outs []activities.SubmitOutput) {
	a := activities.Publication{Environment: s.environment, Pushes: s.caller}
	plan := do[activities.SubmitPlan](s, a.PlanSubmit, activities.PlanInput{RunID: taken.RunID, Through: taken.Through.ID, Preview: taken.Preview})
	for _, b := range plan.Batches {
		outs = append(outs, do[activities.SubmitOutput](s, a.SubmitGoods, activities.SubmitInput{
			RunID: taken.RunID, Seller: account, Through: taken.Through.ID, Preview: taken.Preview, After: b.After, Until: b.Until, SKUs: b.SKUs, Op: plan.Op,
		}))
	}
	return outs
}

func (s *shop) end(run string) message.PublicationCounts {
	a := activities.Publication{Environment: s.environment, Pushes: s.caller}
	return do[message.PublicationCounts](s, a.EndPublication, activities.PublicationEnd{RunID: run})
}

// outcomes returns the variants of a run as "A-S done accepted".
func (s *shop) outcomes(run string) []string {
	s.t.Helper()
	page, err := s.store.Publications.PublicationItems(s.t.Context(), publications.ItemFilter{Run: run, Type: string(listing.KindVariant), Limit: 100})
	require.NoError(s.t, err)
	var out []string
	for _, i := range page.Items {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", i.Reference, i.Status, i.Step, i.Code)))
	}
	slices.Sort(out)
	return out
}

// Each item has its own outcome: an error of our check, the channel's refusal, or its acceptance with a link; an item
// is sent again if only another attempt may help.
func TestEachItemOfAPublicationHasItsOwnOutcome(t *testing.T) {
	t.Parallel()
	l := &lists{}
	l.check = func(p listing.Product, d channel.Definitions) listing.Checked {
		require.NotNil(t, d.Definition("20693"))
		out := listing.Checked{Issues: map[string][]listing.Issue{}, Plans: map[string]string{}}
		for _, v := range p.Variants {
			out.Plans[v.SKU] = "plan of " + v.SKU
		}
		switch p.Key {
		case "A":
			out.Issues["A-L"] = []listing.Issue{{Severity: listing.Error, Code: "value-too-long", Message: "too long"}}
		case "B":
			out.Issues["B"] = []listing.Issue{{Severity: listing.Error, Code: "attribute-missing", Message: "no brand"}}
		}
		return out
	}
	refused := channel.NewFault(channel.Invalid, "publish", "no")
	refused.Code = "25002"
	busy := true
	l.result = func(sku string) channel.VariantResult {
		r := accepted(sku)
		switch {
		case sku == "C-L":
			r.Fault = refused
		case sku == "C-S" && busy:
			r.Fault = channel.NewFault(channel.Throttled, "publish", "slowly")
		}
		return r
	}
	s := openLists(t, l)
	taken := s.ask("run-1")
	out := s.checkGoods(taken)
	require.Nil(t, out.Fault)
	require.True(t, out.Last)
	require.Equal(t, []string{"20693"}, l.defined)
	require.Equal(t, []string{
		"A-L error  value-too-long", "A-S pending validated", "B-L error  product-failed", "B-S error  product-failed", "C-L pending validated", "C-S pending validated",
	}, s.outcomes("run-1"))
	require.Equal(t, out.Counts, s.checkGoods(taken).Counts, "a check that is repeated changes nothing")

	outs := s.submit(taken)
	require.Len(t, outs, 2)
	require.Nil(t, outs[0].Fault)
	require.Equal(t, channel.Throttled, outs[1].Again.Class, "the batch has come on: its rest is another round's")
	require.NotContains(t, l.sent, "A-L", "an item that fails is never sent")
	busy = false
	l.sent = nil
	require.Len(t, s.submit(taken), 1)
	require.Equal(t, []string{"C-S"}, l.sent)
	counts := s.end("run-1")
	require.Equal(t, []string{
		"A-L error  value-too-long", "A-S done accepted", "B-L error  product-failed", "B-S error  product-failed", "C-L error validated 25002", "C-S done accepted",
	}, s.outcomes("run-1"))
	require.Equal(t, 1, s.caller.woken, "levels are pushed")
	require.Equal(t, counts, s.end("run-1"))
	links, err := s.store.Links.List(t.Context(), account, "", 10)
	require.NoError(t, err)
	require.Len(t, links, 2)

	l.shown = []channel.Listed{{SKU: "A-S", State: channel.ListingLive, Quantity: 3}, {SKU: "C-S", State: channel.ListingLive}}
	levels := activities.Levels{Environment: s.environment, Pushes: s.caller}
	shown := do[activities.CheckListingsOutput](s, levels.CheckListings, activities.CheckListingsInput{Account: account, RunID: "check", Started: time.Now()})
	require.Equal(t, publication.ListedCounts{Live: 1, Listed: 1}, shown.Counts)
	require.Contains(t, s.outcomes("run-1"), "A-S done live")
	require.Contains(t, s.outcomes("run-1"), "C-S done listed")

	taken = s.ask("run-2", func(p *publications.Publication) { p.Selection.Errors = true })
	l.check, l.checked = nil, nil
	s.checkGoods(taken)
	require.Equal(t, []string{"A-L pending validated", "B-L pending validated", "B-S pending validated", "C-L pending validated"}, s.outcomes("run-2"))
	require.Equal(t, []string{"20693"}, l.defined, "the definition is kept")
}

// A pending submission is asked about under its handle; items that the channel drops are sent again, also by a worker
// that knows nothing about the submission.
func TestASubmissionThatIsPendingIsAskedAbout(t *testing.T) {
	t.Parallel()
	l := &lists{pending: "feed-1"}
	s := openLists(t, l)
	taken := s.ask("run-1")
	s.checkGoods(taken)
	outs := s.submit(taken)
	require.Equal(t, "feed-1", outs[0].Pending)
	a := activities.Publication{Environment: s.environment, Pushes: s.caller}
	plan := do[activities.SubmitPlan](s, a.PlanSubmit, activities.PlanInput{RunID: "run-1", Through: account})
	require.Equal(t, []string{"feed-1"}, plan.Handles)
	require.Empty(t, plan.Batches)
	ask := activities.SubmitInput{RunID: "run-1", Seller: account, Through: account, Pending: "feed-1"}
	l.outcome = func([]string) (channel.Publication, error) {
		f := channel.NewFault(channel.Unavailable, "getFeed", "dropped")
		f.Status, f.Code = 200, "FEED_CANCELLED"
		return channel.Publication{}, f
	}
	require.Equal(t, "FEED_CANCELLED", do[activities.SubmitOutput](s, a.SubmissionOutcome, ask).Again.Code)
	require.Contains(t, s.outcomes("run-1"), "A-S pending validated")
	s.submit(taken)
	l.outcome = func(skus []string) (channel.Publication, error) {
		var p channel.Publication
		for _, sku := range skus {
			p.Results = append(p.Results, accepted(sku))
		}
		return p, nil
	}
	out := do[activities.SubmitOutput](s, a.SubmissionOutcome, ask)
	require.Empty(t, out.Pending)
	require.Nil(t, out.Again)
	require.Equal(t, []string{"A-L done accepted", "A-S done accepted", "B-L done accepted", "B-S done accepted", "C-L done accepted", "C-S done accepted"}, s.outcomes("run-1"))
	require.Equal(t, out.Counts, do[activities.SubmitOutput](s, a.SubmissionOutcome, ask).Counts, "an answer that is read again changes nothing")
}

// A definition that is not available now is tried again; for one that can't be fetched at all, the items that need it
// fail.
func TestADefinitionThatCannotBeHad(t *testing.T) {
	t.Parallel()
	l := &lists{}
	fault := channel.NewFault(channel.Unavailable, "define", "down")
	l.define = func(string) (listing.Definition, error) { return listing.Definition{}, fault }
	l.check = func(p listing.Product, d channel.Definitions) listing.Checked {
		require.Nil(t, d.Definition("20693"))
		return listing.Checked{Issues: map[string][]listing.Issue{p.Key: {{Severity: listing.Error, Code: "definition-missing", Message: "it can't be had"}}}}
	}
	s := openLists(t, l)
	taken := s.ask("run-1")
	out := s.checkGoods(taken)
	require.Equal(t, []any{fault.ID, true}, []any{out.Fault.ID, out.Undefined})
	require.Empty(t, l.checked)
	fault.Class, fault.Code = channel.Invalid, "CHECKSUM_WRONG"
	out = s.checkGoods(taken)
	require.Nil(t, out.Fault)
	require.Equal(t, 9, out.Counts.Invalid, "three products with their variants")
	require.NotEmpty(t, l.checked)
}

// A run of changed products sends what differs from what the channel has accepted, and reports the rest as unchanged.
// A preview makes no links.
func TestWhatHasNotChangedIsLeftOut(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	taken := s.ask("run-1")
	s.checkGoods(taken)
	s.submit(taken)
	s.end("run-1")
	_, err := s.store.Products.SetType(t.Context(), account, listing.TypeSettings{Category: "Kitchen > Mugs > Big", Type: "1"})
	require.NoError(t, err)
	results, err := s.store.Products.SaveCatalogue(t.Context(), []catalogue.Product{{Key: "A", Title: "Mug A, large", Category: "Kitchen > Mugs", Options: []string{"Size"}, Variants: []catalogue.Variant{
		{SKU: "A-L", Options: map[string]string{"Size": "L"}, Prices: []catalogue.Price{{Currency: "GBP", Amount: 899}}},
	}}})
	require.NoError(t, err)
	require.Nil(t, results[0].Mistake)
	taken = s.ask("run-2", func(p *publications.Publication) { p.Selection.Changed = true })
	require.True(t, taken.Changed)
	s.checkGoods(taken)
	require.Equal(t, []string{"A-L pending validated", "A-S pending validated"}, s.outcomes("run-2"))
}

// A run was requested by a process that died before it could signal Temporal, and accepted items are due to be read
// back. The sweep starts both, and leaves a paused account alone.
func TestTheSweepWakesQueuesAndReadsListingsBack(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	taken := s.ask("run-1")
	s.checkGoods(taken)
	s.submit(taken)
	sweep := activities.Sweep{Environment: s.environment, Starter: s.caller}
	do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{Speed: 1e12})
	require.Equal(t, []string{"listings/" + account + "/production"}, s.caller.queues)
	require.Equal(t, 1, s.caller.checked)
	_, err := s.store.Accounts.Pause(t.Context(), account, "stock take")
	require.NoError(t, err)
	do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{Speed: 1e12})
	require.Len(t, s.caller.queues, 1)
	require.Equal(t, 1, s.caller.checked)
}

// The policy has given up: the pending items of the batch end in error with the fault, and no others do.
func TestWhatIsGivenUpEndsInErrorWithItsFault(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	taken := s.ask("run-1")
	s.checkGoods(taken)
	fault := channel.NewFault(channel.Timeout, "publish", "no answer")
	a := activities.Publication{Environment: s.environment, Pushes: s.caller}
	counts := do[message.PublicationCounts](s, a.GiveUp, activities.GiveUpInput{RunID: "run-1", After: "A", Until: "B", Checked: true, Fault: fault})
	require.Equal(t, 3, counts.Refused, "B and its two variants")
	require.Equal(t, []string{"A-L pending validated", "A-S pending validated", "B-L error validated timeout", "B-S error validated timeout", "C-L pending validated", "C-S pending validated"}, s.outcomes("run-1"))
	require.Equal(t, counts, do[message.PublicationCounts](s, a.GiveUp, activities.GiveUpInput{RunID: "run-1", After: "A", Until: "B", Checked: true, Fault: fault}))
}
