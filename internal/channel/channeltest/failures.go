package channeltest

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// hurry is the deadline of a call that the marketplace never answers.
const hurry = time.Second

// classes are the accepted classes of each fault of the marketplace.
var classes = map[faults.Kind][]channel.Class{
	faults.Throttle:    {channel.Throttled},
	faults.Unavailable: {channel.Unavailable},
	faults.Reset:       {channel.Network},
	faults.Lost:        {channel.Network},
	faults.Truncated:   {channel.Network},
	faults.Malformed:   {channel.Unavailable, channel.Unknown},
	faults.Huge:        {channel.Unknown, channel.Invalid},
	faults.Hang:        {channel.Timeout},
	faults.ServerError: {channel.Unavailable},
	faults.Late:        {channel.Network},
}

func failedReads(t *testing.T, b Adapter) {
	for kind, want := range classes {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			s.list(1)
			o := s.buy(true, "SKU-1")
			for operation, read := range map[string]func(context.Context) error{
				b.Operations.Order: func(ctx context.Context) error { _, err := s.conn.Order(ctx, o.ID); return err },
				b.Operations.Orders: func(ctx context.Context) error {
					_, err := s.conn.Orders(ctx, channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
					return err
				},
			} {
				require.NoError(t, read(t.Context()))
				s.faults.Next(kind, operation, 1)
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if kind == faults.Hang {
					ctx, cancel = context.WithTimeout(ctx, hurry)
				}
				err := read(ctx)
				cancel()
				if err == nil && (kind == faults.Reset || kind == faults.Lost || kind == faults.Late) {
					continue // net/http itself repeats a read whose connection had been idle
				}
				f := fault(t, err)
				require.Contains(t, want, f.Class)
				require.False(t, f.Ambiguous, "a read changes nothing")
				require.NoError(t, read(t.Context()), "the failure is over")
			}
		})
	}
}

func failedWrites(t *testing.T, b Adapter) {
	for kind, want := range classes {
		if kind == faults.Malformed || kind == faults.Truncated || kind == faults.Huge {
			continue // an answer without a body can't be garbled
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			s.list(1)
			o := s.buy(true, "SKU-1")
			p := remainingPackage(o, 1)
			s.faults.Next(kind, b.Operations.Ship, 1)
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if kind == faults.Hang {
				ctx, cancel = context.WithTimeout(ctx, hurry)
			}
			_, err := s.conn.ConfirmShipment(ctx, p)
			cancel()
			f := fault(t, err)
			require.Contains(t, want, f.Class)
			if kind == faults.Throttle {
				require.False(t, f.Ambiguous, "a refused call is not carried out")
				require.NotEmpty(t, f.RequestID)
			}
			if kind == faults.Lost || kind == faults.Hang || kind == faults.Late || kind == faults.ServerError {
				require.True(t, f.Ambiguous)
			}
			p.Attempted = true
			_, err = s.conn.ConfirmShipment(t.Context(), p)
			require.NoError(t, err)
			s.shipments(o.ID, 1, 3)
		})
	}
}

func expiredToken(t *testing.T, b Adapter) {
	if b.KeepsTokens {
		t.Skip("the channel's access token does not run out")
	}
	s := setUp(t, b)
	s.list(1)
	o := s.buy(true, "SKU-1")
	_, err := s.conn.Order(t.Context(), o.ID)
	require.NoError(t, err)
	s.restart() // the marketplace no longer accepts the token
	var wg sync.WaitGroup
	failures := make([]error, 8)
	for i := range failures {
		wg.Go(func() { _, failures[i] = s.conn.Order(t.Context(), o.ID) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(failures...))
	s.restart()
	_, err = s.conn.ConfirmShipment(t.Context(), remainingPackage(o, 1))
	require.NoError(t, err)
	s.shipments(o.ID, 1, 3)
}

func revokedGrant(t *testing.T, b Adapter) {
	s := setUp(t, b)
	conn := s.reopen(b.Dead)
	_, err := conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	f := fault(t, err)
	require.Equal(t, channel.Auth, f.Class)
	require.Equal(t, channel.Auth, fault(t, conn.Test(t.Context())).Class)
	for _, secret := range s.account.Credentials {
		require.NotContains(t, f.Error(), secret)
	}
}

func testAccount(t *testing.T, b Adapter) {
	require.NoError(t, setUp(t, b).conn.Test(t.Context()))
}

// safeFaults refuses every call with words that repeat a buyer's data, and requires that none of it is in anything
// shown, logged or put into a workflow's history, and of the reads of orders in nothing at all.
func safeFaults(t *testing.T, b Adapter) {
	s := setUp(t, b)
	listing := s.list(1)[0]
	o := s.buy(true, "SKU-1")
	_, err := s.conn.Order(t.Context(), o.ID) // now there is a token
	require.NoError(t, err)
	words := "cannot deliver to " + jane.Name + ", " + jane.Line1 + ", " + jane.Email + ": " + jane.Note + "; " + jane.Gift
	refusal := any(map[string]any{"errors": []any{map[string]any{
		"code": "InvalidInput", "errorId": 25002, "message": words, "longMessage": words, "details": words,
	}}})
	if b.Refusal != nil {
		refusal = b.Refusal(words)
	}
	body, err := json.Marshal(refusal)
	require.NoError(t, err)
	for _, status := range []int{http.StatusBadRequest, http.StatusForbidden, http.StatusConflict, http.StatusInternalServerError} {
		refuse := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = w.Write(body)
		}))
		s.handler.Store(&refuse)
		_, orderErr := s.conn.Order(t.Context(), o.ID)
		_, ordersErr := s.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
		_, shipErr := s.conn.ConfirmShipment(t.Context(), remainingPackage(o, 1))
		answer, levelErr := s.conn.SetLevels(t.Context(), []channel.Level{b.level(listing, 1)})
		if levelErr == nil {
			require.NotNil(t, answer.Results[0].Fault)
			levelErr = answer.Results[0].Fault
		}
		for _, err := range []error{orderErr, ordersErr, shipErr, levelErr} {
			requireSafe(t, fault(t, err))
		}
		for _, err := range []error{orderErr, ordersErr} {
			requireWordless(t, fault(t, err))
		}
	}
}

// personalWords are words of the buyer of every order.
func personalWords() []string {
	return []string{jane.Name, jane.Line1, jane.Email, jane.Note, jane.Gift}
}

// requireSafe fails if what is shown of a fault names the buyer.
func requireSafe(t *testing.T, f *channel.Fault) {
	t.Helper()
	shown, err := json.Marshal(f)
	require.NoError(t, err)
	for _, private := range personalWords() {
		require.NotContains(t, f.Error(), private)
		require.NotContains(t, string(shown), private)
	}
}

// requireWordless fails if anything of a fault names the buyer, or if it does not say why it has no words.
func requireWordless(t *testing.T, f *channel.Fault) {
	t.Helper()
	requireSafe(t, f)
	for _, private := range personalWords() {
		require.NotContains(t, f.Raw, private)
	}
	require.Contains(t, f.Raw, "because it may name buyers")
}

// numbers are the numbers in a JSON text.
var numbers = regexp.MustCompile(`:\s*-?[0-9.]+`)

// unreadableOrders serves orders that can't be decoded, and requires that nothing of them becomes part of a fault.
func unreadableOrders(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	o := s.buy(true, "SKU-1")
	_, err := s.conn.Order(t.Context(), o.ID) // now there is a token
	require.NoError(t, err)
	whole := *s.handler.Load()
	for _, spoil := range []func(body []byte) []byte{
		func(body []byte) []byte { return body[:len(body)/2] },
		func(body []byte) []byte { return numbers.ReplaceAll(body, []byte(`:"`+jane.Name+`"`)) },
		func(body []byte) []byte { return []byte(`[` + string(body) + `]`) },
		func(body []byte) []byte { return append([]byte("<html>"), body...) },
	} {
		serve := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			whole.ServeHTTP(answer, r)
			maps.Copy(w.Header(), answer.Header())
			w.Header().Del("Content-Length")
			w.WriteHeader(answer.Code)
			_, _ = w.Write(spoil(answer.Body.Bytes()))
		}))
		s.handler.Store(&serve)
		_, orderErr := s.conn.Order(t.Context(), o.ID)
		requireWordless(t, fault(t, orderErr))
		page, err := s.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
		if err != nil {
			requireWordless(t, fault(t, err))
			continue
		}
		require.Empty(t, page.Orders)
		for _, aside := range page.Aside {
			requireWordless(t, aside.Fault)
		}
	}
}
