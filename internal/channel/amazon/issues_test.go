package amazon

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// suitcases returns drafts of new items of the type LUGGAGE.
func suitcases(skus ...string) (drafts []listing.Draft) {
	for _, sku := range skus {
		drafts = append(drafts, listing.Draft{
			Product: channel.Product{Key: "K-" + sku, Type: "LUGGAGE", Title: "Suitcase", Currency: "USD", Variants: []channel.Variant{{SKU: sku, Price: 10000}}},
			Plans:   map[string]string{sku: plan{Op: planPut}.String(), "K-" + sku: ""},
		})
	}
	return drafts
}

const refusal1 = `{"sku":"A","status":"INVALID","submissionId":"s-1","issues":[
	{"code":"99","message":"Look at this.","severity":"WARNING","categories":[]},
	{"code":"90220","message":"'size' is required but not supplied.","severity":"ERROR","categories":["MISSING_ATTRIBUTE"],"attributeNames":["size"]},
	{"code":"90244","message":"Not one of the values.","severity":"ERROR","categories":["INVALID_ATTRIBUTE"],"attributeNames":["color","style"]},
	{"code":"7","message":"By the way.","severity":"INFO","categories":[]}]}`

// TestEveryIssueIsReported with its severity, attributes, code, message and request id; the raw words are Amazon's own bytes.
func TestEveryIssueIsReported(t *testing.T) {
	t.Parallel()
	p, err := stub(t, http.StatusOK, refusal1).Submit(t.Context(), suitcases("A"), false, luggage())
	require.NoError(t, err)
	require.Len(t, p.Results, 1)
	r := p.Results[0]
	observed := func(severity listing.Severity, code, message string, attributes ...string) listing.Issue {
		return listing.Issue{Stage: listing.Response, Severity: severity, Code: code, Message: message, Attributes: attributes, RequestID: "request-1"}
	}
	require.Equal(t, []listing.Issue{
		observed(listing.Warning, "99", "Look at this."),
		observed(listing.Error, "90220", "'size' is required but not supplied.", "size"),
		observed(listing.Error, "90244", "Not one of the values.", "color", "style"),
		observed(listing.Info, "7", "By the way."),
	}, r.Issues)
	require.Equal(t, []string{"99", "7"}, r.Warnings)
	require.Equal(t, "90220", r.Fault.Code)
	require.Equal(t, channel.Invalid, r.Fault.Class)
	require.Equal(t, refusal1, r.Fault.Raw)
	require.Equal(t, "request-1", r.RequestID)

	p, err = stub(t, http.StatusOK, strings.Replace(strings.ReplaceAll(refusal1, `"ERROR"`, `"WARNING"`), "INVALID", "ACCEPTED", 1)).Submit(t.Context(), suitcases("A"), false, luggage())
	require.NoError(t, err)
	require.Nil(t, p.Results[0].Fault, "warnings apart from errors")
	require.Len(t, p.Results[0].Issues, 4)
	require.Equal(t, "ACCEPTED", p.Results[0].Step)
}

// TestAFeedThatIsRejectedLeavesEveryItemInDoubt, except those that the report names.
func TestAFeedThatIsRejectedLeavesEveryItemInDoubt(t *testing.T) {
	t.Parallel()
	skus := []string{"A", "B"}
	pending := handle{FeedID: "1", Digest: digest(skus)}.String()
	const report = `{"header":{"sellerId":"A2SELLER","version":"2.0","feedId":"1"},"issues":[
		{"messageId":100002,"sku":"B","code":"90220","severity":"ERROR","message":"'size' is required.","attributeName":"size"},
		{"code":"4000001","severity":"ERROR","message":"The feed broke off."}]}`
	for status, want := range map[string]string{"FATAL": "FEED_FATAL", "CANCELLED": "FEED_CANCELLED", "DONE": "FEED_REJECTED"} {
		c := stubbed(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.Contains(r.URL.Path, "/feeds/2021-06-30/feeds/"):
				_, _ = w.Write([]byte(`{"feedId":"1","processingStatus":"` + status + `","resultFeedDocumentId":"d"}`))
			case strings.Contains(r.URL.Path, "/documents/"):
				_, _ = w.Write([]byte(`{"feedDocumentId":"d","url":"http://` + r.Host + `/report"}`))
			default:
				_, _ = w.Write([]byte(report))
			}
		})
		p, err := c.SubmitOutcome(t.Context(), pending, skus)
		require.NoError(t, err)
		require.Empty(t, p.Pending)
		a, b := p.Results[0], p.Results[1]
		require.Equal(t, want, a.Fault.Code, status)
		require.True(t, a.Fault.Ambiguous, status)
		if status == "CANCELLED" {
			continue
		}
		require.Contains(t, a.Fault.Raw, "The feed broke off.", status)
		require.NotEmpty(t, a.Issues, status)
		if status == "DONE" {
			require.Equal(t, "90220", b.Fault.Code)
			require.False(t, b.Fault.Ambiguous)
			require.Equal(t, []string{"size"}, b.Issues[0].Attributes)
		}
	}
	_, err := stub(t, http.StatusOK, `{}`).SubmitOutcome(t.Context(), "not a handle", skus)
	require.ErrorContains(t, err, "HANDLE_NOT_OURS")
}

// TestATurnThatIsOverSendsNoMore: items that were not sent are to be sent again, and have no error.
func TestATurnThatIsOverSendsNoMore(t *testing.T) {
	t.Parallel()
	c := stub(t, http.StatusOK, `{"sku":"A","status":"ACCEPTED","submissionId":"s-1"}`)
	ctx, cancel := context.WithTimeout(t.Context(), margin/2)
	defer cancel()
	p, err := c.Submit(ctx, suitcases("A", "B"), false, luggage())
	require.NoError(t, err)
	for _, r := range p.Results {
		require.Equal(t, codeNotSent, r.Fault.Code)
		require.False(t, r.Fault.Permanent())
		require.False(t, r.Fault.Ambiguous)
	}
}

// TestPlansStayShort even where every attribute differs.
func TestPlansStayShort(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{}", `{"op":"delete"}`, `{"op":"put"`, strings.Repeat(" ", listing.MaxPlan+1)} {
		_, err := parsePlan(text)
		require.Error(t, err, text)
	}
	p, err := parsePlan(plan{Op: planPatch, Merge: []string{"item_name"}, Delete: []string{"color"}}.String())
	require.NoError(t, err)
	require.Equal(t, []string{"color"}, p.Delete)
}
