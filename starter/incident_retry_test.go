package starter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// failed publishes two SKUs of a product, each of which ends in error with one of two codes.
func failed(t *testing.T, s *starter.Starter, codes ...string) {
	t.Helper()
	ctx := t.Context()
	mug := catalogue.Product{Key: "MUG", Title: "Mug", Category: "Kitchen", Options: []string{"Size"}}
	var verdicts []publications.ItemVerdict
	for i, code := range codes {
		sku := "MUG-" + string(rune('1'+i))
		mug.Variants = append(mug.Variants, catalogue.Variant{SKU: sku, Options: map[string]string{"Size": sku}})
		verdicts = append(verdicts, publications.ItemVerdict{Product: "MUG", SKU: sku, Issues: []listing.Issue{
			{Stage: listing.Validation, Severity: listing.Error, Code: code, Message: "it is wrong"}}})
	}
	saved, err := s.Store.Products.SaveCatalogue(ctx, []catalogue.Product{mug})
	require.NoError(t, err)
	require.Nil(t, saved[0].Mistake)
	pub, err := s.Publish(ctx, starter.PublishRequest{Account: "amazon-uk", Selection: listing.Selection{Products: []string{"MUG"}}, By: "ann"})
	require.NoError(t, err)
	require.NoError(t, s.Store.Publications.BeginPublication(ctx, pub.ID, "w"))
	for next := ""; ; {
		if next, _, err = s.Store.Publications.SelectGoods(ctx, pub.ID, next, 9); err != nil || next == "" {
			break
		}
	}
	require.NoError(t, err)
	_, err = s.Store.Publications.SaveChecks(ctx, pub.ID, verdicts)
	require.NoError(t, err)
	_, err = s.Store.Publications.EndPublication(ctx, pub.ID, nil)
	require.NoError(t, err)
}

// A second click on "try again" publishes nothing a second time. What the catalogue lacks can't be tried again.
func TestItemsInErrorArePublishedAgainOnce(t *testing.T) {
	t.Parallel()
	s, _ := openPublishing(t)
	failed(t, s, "identifier-missing", "not-in-catalogue")
	const name = "unpublished/amazon-uk/production/identifier-missing"
	first, err := s.RetryIncident(t.Context(), starter.RetryAsk{Name: name, By: "ann"})
	require.NoError(t, err)
	require.Equal(t, 1, first.Asked)
	require.NotEmpty(t, first.Run)
	_, err = s.RetryIncident(t.Context(), starter.RetryAsk{Name: name, By: "ann"})
	require.ErrorContains(t, err, "tries it already: `towpath run "+first.Run+"`")

	_, err = s.RetryIncident(t.Context(), starter.RetryAsk{Name: "unpublished/amazon-uk/production/not-in-catalogue", By: "ann"})
	require.ErrorContains(t, err, "can't be tried again")
	shown, err := s.Incident(t.Context(), "unpublished/amazon-uk/production/not-in-catalogue")
	require.NoError(t, err)
	require.False(t, shown.Retryable)
}

// The listing limit that a publication meets is mended by publishing again, and the one that a level meets by sending it, also on the error's own page.
func TestAFaultOfAPublicationIsMendedByPublishing(t *testing.T) {
	t.Parallel()
	s, _ := openPublishing(t)
	ctx := t.Context()
	for kind, want := range map[runs.RunKind]string{
		runs.RunListings: "towpath publish --account ebay-uk --errors --endpoint production", runs.RunStock: "towpath sync stock --account ebay-uk",
	} {
		id := "run-" + string(kind)
		require.NoError(t, s.Store.Runs.StartRun(ctx, runs.Run{ID: id, Kind: kind, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: time.Now()}))
		f := channel.NewFault(channel.Invalid, "publishOffer", "the limit is reached")
		f.Code, f.Hit.RunID = "25026", id
		require.NoError(t, s.Store.Runs.SaveFaults(ctx, "ebay-uk", []*channel.Fault{f}))
		shown, err := s.Fault(ctx, f.ID)
		require.NoError(t, err)
		require.Equal(t, want, shown.Remedy.Command, kind)
		require.Equal(t, want, s.Advice(ctx, f, channel.EBay, remedy.Names{Account: "ebay-uk"}).Command, kind)
		list, err := s.Faults(ctx, runs.FaultFilter{Account: "ebay-uk", Limit: 9})
		require.NoError(t, err)
		require.Equal(t, want, list[0].Remedy.Command, kind)
	}
}
