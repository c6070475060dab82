package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// publicationModel is the expected state of a run's variants, as simple as possible.
type publicationModel struct {
	t        *rapid.T
	s        *store.Store
	run      string
	dry      bool
	sizes    map[string]int // of the products
	status   map[string]runs.ItemStatus
	step     map[string]listing.Step
	invalid  map[string]bool // refused by Towpath's own check
	whole    map[string]bool // products that failed as a whole
	linked   map[string]bool
	sum      message.PublicationCounts // of all that was answered
	products []string
}

func (m *publicationModel) skus(product string) []string {
	var out []string
	for i := range m.sizes[product] {
		out = append(out, fmt.Sprintf("%s-%d", product, i+1))
	}
	return out
}

// twice makes a step, and sometimes repeats it, as if its answer was lost. The repetition must say that it changed
// nothing.
func (m *publicationModel) twice(do func() (message.PublicationCounts, error)) {
	counts, err := do()
	require.NoError(m.t, err)
	m.sum = m.sum.Add(counts)
	if rapid.Bool().Draw(m.t, "again") {
		counts, err = do()
		require.NoError(m.t, err)
		require.Zero(m.t, counts)
	}
}

// check checks the next products.
func (m *publicationModel) check(after string, limit int) (next string) {
	goods, next, err := m.s.Publications.GoodsToCheck(context.Background(), m.run, after, limit)
	require.NoError(m.t, err)
	var verdicts []publications.ItemVerdict
	for _, g := range goods {
		key := g.Product.Key
		require.Len(m.t, g.Product.Variants, m.sizes[key])
		var wanted []string
		for _, sku := range m.skus(key) {
			if m.status[sku] == runs.ItemPending && m.step[sku] == listing.Selected {
				wanted = append(wanted, sku)
			}
		}
		require.Equal(m.t, wanted, g.Wanted)
		if rapid.IntRange(0, 5).Draw(m.t, "product fails") == 0 {
			verdicts = append(verdicts, publications.ItemVerdict{Product: key, Issues: fails("type-missing", listing.Validation)})
			m.whole[key] = true
			for _, sku := range m.skus(key) { // also variants that passed their check: nothing of the product is sent
				if m.status[sku] == runs.ItemPending {
					m.end(sku, runs.ItemError, true)
				}
			}
			continue
		}
		for _, sku := range g.Wanted {
			switch rapid.IntRange(0, 4).Draw(m.t, "verdict of "+sku) {
			case 0:
				verdicts = append(verdicts, publications.ItemVerdict{Product: key, SKU: sku, Issues: fails("price-missing", listing.Validation)})
				m.end(sku, runs.ItemError, true)
			case 1:
				verdicts = append(verdicts, publications.ItemVerdict{Product: key, SKU: sku, Skipped: "nothing has changed"})
				m.end(sku, runs.ItemSkipped, false)
			case 2: // the check ended before this item
			default:
				verdicts = append(verdicts, publications.ItemVerdict{Product: key, SKU: sku, Step: listing.Validated, Plan: "plan of " + sku})
				if m.step[sku] = listing.Validated; m.dry {
					m.end(sku, runs.ItemDone, false)
				}
			}
		}
	}
	m.twice(func() (message.PublicationCounts, error) {
		return m.s.Publications.SaveChecks(context.Background(), m.run, verdicts)
	})
	return next
}

// submit sends the next products; some are answered at once, some later or never.
func (m *publicationModel) submit(after string, skus int) (next string) {
	ctx := context.Background()
	goods, until, err := m.s.Publications.GoodsToSubmit(ctx, m.run, after, skus)
	require.NoError(m.t, err)
	var sent []publications.SentSKU
	var verdicts []publications.ItemVerdict
	handle := "feed after " + after
	for _, g := range goods {
		for _, sku := range g.Wanted {
			require.Equal(m.t, listing.Validated, m.step[sku])
			require.Equal(m.t, runs.ItemPending, m.status[sku])
			require.Equal(m.t, "plan of "+sku, g.Plans[sku])
			if rapid.Bool().Draw(m.t, "pending "+sku) {
				sent = append(sent, publications.SentSKU{ChannelSKU: "C-" + sku, Product: g.Product.Key, SKU: sku})
				m.step[sku] = listing.Submitted
				continue
			}
			verdicts = append(verdicts, m.answer(g.Product.Key, sku))
		}
	}
	m.twice(func() (message.PublicationCounts, error) {
		return message.PublicationCounts{}, m.s.Publications.Submitted(ctx, m.run, handle, sent)
	})
	m.twice(func() (message.PublicationCounts, error) { return m.s.Publications.SaveAnswers(ctx, m.run, verdicts) })
	if len(sent) > 0 && rapid.Bool().Draw(m.t, "answered") {
		kept, err := m.s.Publications.SubmittedSKUs(ctx, m.run, handle)
		require.NoError(m.t, err)
		require.ElementsMatch(m.t, sent, kept)
		verdicts = nil
		for _, one := range kept {
			verdicts = append(verdicts, m.answer(one.Product, one.SKU))
		}
		m.twice(func() (message.PublicationCounts, error) { return m.s.Publications.SaveAnswers(ctx, m.run, verdicts) })
	}
	return until
}

func (m *publicationModel) answer(product, sku string) publications.ItemVerdict {
	if rapid.IntRange(0, 2).Draw(m.t, "refused "+sku) == 0 {
		m.end(sku, runs.ItemError, false)
		f := channel.NewFault(channel.Invalid, "publish", "no")
		return publications.ItemVerdict{Product: product, SKU: sku, Fault: f}
	}
	m.end(sku, runs.ItemDone, false)
	m.step[sku], m.linked[sku] = listing.Accepted, true
	return publications.ItemVerdict{Product: product, SKU: sku, Step: listing.Accepted, ChannelSKU: "C-" + sku, Ref: "R-" + sku}
}

func (m *publicationModel) end(sku string, status runs.ItemStatus, invalid bool) {
	m.status[sku] = status
	if invalid {
		m.invalid[sku] = true
	}
}

// compare compares the items with the model: each variant, and each product by its variants.
func (m *publicationModel) compare() {
	ctx := context.Background()
	page, err := m.s.Publications.PublicationItems(ctx, publications.ItemFilter{Run: m.run, Limit: 1000})
	require.NoError(m.t, err)
	products := map[string]runs.ItemStatus{}
	overview := map[runs.ItemStatus]int{}
	for _, i := range page.Items {
		overview[i.Status]++
		switch i.Type {
		case listing.KindVariant:
			require.Equal(m.t, m.status[i.Reference], i.Status, i.Reference)
			require.Equal(m.t, m.step[i.Reference], i.Step, i.Reference)
			if i.Status == runs.ItemError {
				require.Equal(m.t, m.invalid[i.Reference], i.Stage == listing.Validation, i.Reference)
				require.NotEmpty(m.t, i.Issues)
				require.NotEmpty(m.t, i.Code)
			}
		case listing.KindProduct:
			products[i.Reference] = i.Status
		}
	}
	for _, key := range m.products {
		has := map[runs.ItemStatus]bool{}
		for _, sku := range m.skus(key) {
			has[m.status[sku]] = true
		}
		want := runs.ItemSkipped
		for _, status := range []runs.ItemStatus{runs.ItemError, runs.ItemDone, runs.ItemPending} {
			if has[status] {
				want = status
			}
		}
		if !m.whole[key] || products[key] != runs.ItemError { // a product that has already ended keeps its status
			require.Equal(m.t, want, products[key], key)
		}
	}
	for status, n := range overview {
		require.Equal(m.t, n, page.Overview[status].N)
	}
	p, err := m.s.Publications.Publication(ctx, m.run)
	require.NoError(m.t, err)
	require.Equal(m.t, overview[runs.ItemDone], p.Counts.Done)
	require.Equal(m.t, overview[runs.ItemSkipped], p.Counts.Skipped)
	require.Equal(m.t, overview[runs.ItemError], p.Counts.Invalid+p.Counts.Refused)
	require.Equal(m.t, len(page.Items), p.Counts.Items)
	if p.EndedAt.IsZero() {
		sum := m.sum
		sum.Items = p.Counts.Items
		require.Equal(m.t, sum, p.Counts, "the counts that were answered add up")
	}
}

// TestPublicationsAgreeWithAModel plays runs, with every call repeated or broken off, and compares after each.
func TestPublicationsAgreeWithAModel(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sizes, keys := map[string]int{}, []string{}
		for i := range 7 {
			key := string(rune('A' + i))
			keys = append(keys, key)
			sizes[key] = 1 + i%4
			saveGoods(t, s, sized(key, sizes[key]))
		}
		list := 0
		rapid.Check(t, func(rt *rapid.T) {
			list++
			m := &publicationModel{t: rt, s: s, run: fmt.Sprintf("run-%06d", list), dry: rapid.IntRange(0, 4).Draw(rt, "dry") == 0, sizes: sizes, products: keys,
				status: map[string]runs.ItemStatus{}, step: map[string]listing.Step{}, invalid: map[string]bool{}, whole: map[string]bool{}, linked: map[string]bool{}}
			m.play()
		})
	})
}

func (m *publicationModel) play() {
	ctx := context.Background()
	for _, key := range m.products {
		for _, sku := range m.skus(key) {
			m.status[sku] = runs.ItemPending
		}
	}
	p := publications.Publication{ID: m.run, Account: "ebay-uk", Endpoint: channel.Production, DryRun: m.dry, By: "ann", AskedAt: epoch.Add(time.Minute)}
	for range 2 {
		require.NoError(m.t, m.s.Publications.AskPublication(ctx, p))
		require.NoError(m.t, m.s.Publications.BeginPublication(ctx, m.run, "w"))
	}
	for after, more := "", true; more; more = after != "" {
		limit := rapid.IntRange(1, 9).Draw(m.t, "chunk")
		next, n, err := m.s.Publications.SelectGoods(ctx, m.run, after, limit)
		require.NoError(m.t, err)
		require.True(m.t, n > 0 || next == "", "only what comes after all may be empty")
		again, n, err := m.s.Publications.SelectGoods(ctx, m.run, after, limit)
		require.NoError(m.t, err)
		require.Zero(m.t, n)
		require.Equal(m.t, next, again)
		after = next
	}
	m.compare()
	// A check that did not finish is made again, as after a crash.
	for range 2 {
		for after, more := "", true; more; more = after != "" {
			after = m.check(after, rapid.IntRange(1, 9).Draw(m.t, "batch"))
		}
		m.compare()
	}
	if !m.dry {
		for after, more := "", true; more; more = after != "" {
			after = m.submit(after, rapid.IntRange(1, 9).Draw(m.t, "load"))
		}
		m.compare()
	}
	if rapid.Bool().Draw(m.t, "stopped") {
		m.twice(func() (message.PublicationCounts, error) {
			return m.s.Publications.SkipRest(ctx, m.run, "stopped by ann")
		})
		m.skip()
		m.compare()
	}
	counts, err := m.s.Publications.EndPublication(ctx, m.run, nil)
	require.NoError(m.t, err)
	again, err := m.s.Publications.EndPublication(ctx, m.run, nil)
	require.NoError(m.t, err)
	require.Equal(m.t, counts, again)
	m.skip()
	m.compare()
	m.compareLinks()
}

func (m *publicationModel) skip() {
	for sku, status := range m.status {
		if status == runs.ItemPending {
			m.status[sku] = runs.ItemSkipped
		}
	}
}

// compareLinks checks that everything accepted has a link.
func (m *publicationModel) compareLinks() {
	list, err := m.s.Links.List(context.Background(), "ebay-uk", "", 1000)
	require.NoError(m.t, err)
	for sku := range m.linked {
		require.True(m.t, slices.Contains(list, links.Link{Account: "ebay-uk", ChannelSKU: "C-" + sku, SKU: sku, ListingRef: "R-" + sku}), sku)
	}
	found, err := m.s.Runs.List(context.Background(), runs.RunFilter{ID: m.run})
	require.NoError(m.t, err)
	require.Len(m.t, found, 1)
	require.False(m.t, found[0].EndedAt.IsZero())
}
