package faults_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// Only reads of orders are spoilt, and only their first order; it stays JSON.
func TestAnUnreadableOrderIsTheFirstOfItsAnswer(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{UnreadableOrder: 1})
	h := i.Wrap(bookshop{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"orders":[{"id":"1","lines":[{"quantity":3}]},{"id":"2","lines":[{"quantity": 4}]}]}`)
	}))
	for operation, want := range map[string]string{
		"getOrders": `{"orders":[{"id":"1","lines":[{"quantity":"some"}]},{"id":"2","lines":[{"quantity": 4}]}]}`,
		"setLevels": `{"orders":[{"id":"1","lines":[{"quantity":3}]},{"id":"2","lines":[{"quantity": 4}]}]}`,
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+operation, http.NoBody))
		require.Equal(t, want, strings.TrimSpace(w.Body.String()))
	}
	require.Equal(t, map[faults.Kind]int64{faults.UnreadableOrder: 1}, i.Counts())
}
