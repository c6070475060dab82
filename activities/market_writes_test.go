package activities_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// seq returns the place of the ledger's last entry.
func (s *shop) seq() (last int64) {
	s.t.Helper()
	entries, err := s.market.Entries(s.t.Context(), 0, 100_000)
	require.NoError(s.t, err)
	for _, e := range entries {
		last = e.Seq
	}
	return last
}

// saved returns the listings that the marketplace has saved after a place of its ledger, as "revise POT 1250".
func (s *shop) saved(after int64) (out []string) {
	s.t.Helper()
	entries, err := s.market.Entries(s.t.Context(), after, 100_000)
	require.NoError(s.t, err)
	for _, e := range entries {
		if e.Kind == market.EntryList || e.Kind == market.EntryRevise {
			out = append(out, fmt.Sprint(e.Kind, " ", e.SKU, " ", e.Amount))
		}
	}
	return out
}

// lost returns how many answers to calls that were carried out did not arrive whole.
func (s *shop) lost() int64 {
	done := s.faults.Counts()
	return done[faults.Lost] + done[faults.Truncated]
}

// writing reports whether a call may change something at its marketplace: on Shopify a mutation, else what is not read, checked or signed in.
func writing(r *http.Request) bool {
	if r.Method == http.MethodGet || strings.Contains(r.URL.Path, "token") || strings.Contains(r.URL.Path, "/bulk_get_") || r.URL.Query().Has("mode") {
		return false
	}
	if !strings.Contains(r.URL.Path, "graphql") {
		return true
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return bytes.Contains(body, []byte("mutation "))
}
