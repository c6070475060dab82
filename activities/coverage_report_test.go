package activities_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/polltest"
	simulatedamazon "github.com/towpath/towpath/internal/simulator/amazon"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// documents keeps the packed documents that a marketplace serves, unpacked.
type documents struct {
	mu   sync.Mutex
	text []string
}

func (d *documents) watch(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		if unpacking, err := gzip.NewReader(bytes.NewReader(answer.Body.Bytes())); err == nil {
			if text, err := io.ReadAll(unpacking); err == nil {
				d.mu.Lock()
				d.text = append(d.text, string(text))
				d.mu.Unlock()
			}
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// Amazon's report has the orders of other marketplaces and shops: only those of the account's marketplace are compared.
func TestOrdersOfOtherMarketplacesAreNotCompared(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.Amazon)
	var served documents
	a := s.trade(func(m market.Seller, o wire.Options) http.Handler { return served.watch(simulatedamazon.Handler(m, o)) }, simulatedamazon.MarketOptions(account), channel.Account{
		Kind: channel.Amazon, Marketplace: "A1F83G8C2ARO7P",
		Credentials: map[string]string{"clientId": "amzn1.application.1", "clientSecret": "secret-1", "refreshToken": "Atzr|1", "sellerId": "A2SELLER"},
	})
	a.AuthURL = a.BaseURL + "/auth/o2/token"
	conn, err := amazon.Open(a)
	require.NoError(t, err)
	s.environment.Connections[account] = conn
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "MUG", Title: "A mug", Price: 1000, Quantity: 100}}))
	s.place(4)
	began := time.Now().UTC().Add(-time.Minute)
	window := backfill.Range{From: began.Truncate(time.Hour)}
	polltest.Until(t, "the report has all four", func() bool {
		window.To = time.Now().UTC().Add(-time.Second).Truncate(time.Second)
		return s.listIDs(fmt.Sprint("coverage-", time.Now().UnixNano()), window) == 4
	})
	served.mu.Lock()
	defer served.mu.Unlock()
	report := served.text[len(served.text)-1]
	require.Contains(t, report, "\tAmazon.co.uk\t")
	require.Contains(t, report, "\tAmazon.de\t", "the region's other orders are in it")
	require.Contains(t, report, "\tNon-Amazon\t")
}
