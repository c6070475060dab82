package channeltest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/market"
)

// spoil makes the marketplace spoil the orders of a page, by their ids, as they pass. What a function returns is sent in place of the
// order.
func (s *fixture) spoil(by map[string]func(order map[string]any) any) {
	whole := *s.handler.Load()
	serve := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		whole.ServeHTTP(answer, r)
		body := answer.Body.Bytes()
		var tree any
		if json.Unmarshal(body, &tree) == nil {
			if spoilt, err := json.Marshal(spoilt(tree, by)); err == nil {
				body = spoilt
			}
		}
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	}))
	s.handler.Store(&serve)
}

// spoilt returns an answer with its orders spoilt, wherever the known channels put them.
func spoilt(tree any, by map[string]func(map[string]any) any) any {
	switch v := tree.(type) {
	case []any:
		for i := range v {
			v[i] = spoilt(v[i], by)
		}
	case map[string]any:
		for _, key := range []string{"orderId", "id"} {
			if id, ok := v[key].(string); ok && by[id] != nil {
				return by[id](v)
			}
		}
		for key := range v {
			v[key] = spoilt(v[key], by)
		}
	}
	return tree
}

// each calls do for every object in a tree.
func each(tree any, do func(map[string]any)) {
	switch v := tree.(type) {
	case []any:
		for _, one := range v {
			each(one, do)
		}
	case map[string]any:
		do(v)
		for _, one := range v {
			each(one, do)
		}
	}
}

// setAll sets fields of these names in an order and all that is in it.
func setAll(value any, names ...string) func(map[string]any) any {
	return func(o map[string]any) any {
		each(o, func(object map[string]any) {
			for _, name := range names {
				if _, has := object[name]; has {
					object[name] = value
				}
			}
		})
		return o
	}
}

// setAmounts sets all amounts in an order: eBay's have a value and a currency.
func setAmounts(amount any) func(map[string]any) any {
	return func(o map[string]any) any {
		each(o, func(object map[string]any) {
			if _, has := object["amount"]; has {
				object["amount"] = amount
			}
			if _, has := object["currency"]; has {
				object["value"] = amount
			}
		})
		return o
	}
}

// withoutLines removes the lines of an order.
func withoutLines(o map[string]any) any {
	for _, name := range []string{"orderItems", "lineItems"} {
		switch o[name].(type) {
		case []any:
			o[name] = []any{}
		case map[string]any:
			o[name] = map[string]any{"nodes": []any{}, "pageInfo": map[string]any{"hasNextPage": false, "endCursor": nil}}
		}
	}
	return o
}

// withoutLineIDs removes the ids of an order's lines.
func withoutLineIDs(o map[string]any) any {
	each(map[string]any{"items": o["orderItems"], "lines": o["lineItems"]}, func(line map[string]any) {
		for _, name := range []string{"orderItemId", "lineItemId", "id"} {
			if _, has := line[name]; has {
				line[name] = ""
			}
		}
	})
	return o
}

// oneUnreadable serves pages with orders that can't be read, and requires that all others come, that the watermark moves, and that what
// can't be read is handed on as the channel sent it (case A3).
func oneUnreadable(t *testing.T, b Adapter) {
	for name, tc := range map[string]struct {
		spoil func(map[string]any) any
		noID  bool
	}{
		"without lines":                {spoil: withoutLines},
		"a line without an id":         {spoil: withoutLineIDs},
		"a quantity that is no number": {spoil: setAll("two", "quantity", "quantityOrdered")},
		"not an object":                {spoil: func(o map[string]any) any { return "sold to " + jane.Name }, noID: true},
		"nothing":                      {spoil: func(map[string]any) any { return nil }, noID: true},
		"an id with a name in it":      {spoil: func(o map[string]any) any { setAll("sold to "+jane.Name, "orderId", "id")(o); return withoutLines(o) }, noID: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			s.list(1)
			before, bad, after := s.buy(true, "SKU-1"), s.buy(true, "SKU-1"), s.buy(true, "SKU-1")
			m := s.scanner()
			m.until("the scan shows the last order", m.has(after.ID))
			spoils := map[string]func(map[string]any) any{bad.ID: tc.spoil}
			if id := m.known[bad.ID].ID; id != "" {
				spoils[id] = tc.spoil
			}
			s.spoil(spoils)
			m = s.scanner()
			begin := m.since
			m.scan(func() {})
			require.Contains(t, m.known, before.ID)
			require.Contains(t, m.known, after.ID)
			require.NotContains(t, m.known, bad.ID)
			require.True(t, m.since.After(begin), "the watermark moves")
			require.Len(t, m.aside, 1)
			aside := m.aside[0]
			if tc.noID {
				require.Empty(t, aside.ID)
			} else {
				require.Equal(t, bad.ID, aside.ID)
				require.LessOrEqual(t, bad.UpdatedAt.Sub(aside.UpdatedAt).Abs(), time.Second)
			}
			require.False(t, aside.Unfinished)
			require.Equal(t, channel.CodeOrderUnreadable, aside.Fault.Code)
			require.NotEmpty(t, aside.Fault.RequestID)
			require.Len(t, aside.Body, aside.Size)
			requireWordless(t, aside.Fault)
			_, err := s.conn.Decode(t.Context(), aside.Body)
			require.NotNil(t, channel.AsOrderError(err), "it can't be read from its bytes either")
			if !tc.noID {
				require.Contains(t, string(aside.Body), bad.ID, "as the channel sent it")
				_, err = s.conn.Order(t.Context(), bad.ID)
				direct := channel.AsOrderError(err)
				require.NotNil(t, direct, "%v", err)
				require.Equal(t, bad.ID, direct.ID)
				requireWordless(t, direct.Fault)
			}
		})
	}
}

// unreadableMoney serves orders with amounts and times that can't be read: they come with their lines, and say what is missing (case A3).
func unreadableMoney(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	spoils := map[string]func(map[string]any) any{}
	var bad []market.Order
	for _, amount := range []any{"7.7225", "1,000.00", "", map[string]any{"text": "seven"}} {
		o := s.buy(true, "SKU-1")
		spoils[o.ID], bad = setAmounts(amount), append(bad, o)
	}
	untimed, good := s.buy(true, "SKU-1"), s.buy(true, "SKU-1")
	spoils[untimed.ID] = setAll("", "createdTime", "creationDate", "createdAt")
	m := s.scanner()
	m.until("the scan shows the last order", m.has(good.ID))
	s.spoil(spoils)
	m = s.scanner()
	m.scan(func() {})
	require.Empty(t, m.aside)
	require.Empty(t, m.known[good.ID].Unread)
	for _, truth := range bad {
		o := m.known[truth.ID]
		require.Len(t, o.Lines, 1, "it reserves its stock")
		require.Equal(t, 3, o.Lines[0].Quantity)
		require.True(t, o.Paid)
		require.Equal(t, []order.UnreadPart{order.UnreadAmounts}, o.Unread)
		require.Empty(t, o.Currency)
		require.Zero(t, o.Total)
		require.Zero(t, o.Lines[0].UnitPrice)
	}
	o := m.known[untimed.ID]
	require.Len(t, o.Lines, 1)
	require.Equal(t, []order.UnreadPart{order.UnreadPlaced}, o.Unread)
	require.False(t, o.PlacedAt.IsZero(), "the time of the last change stands in for it")
	require.Equal(t, untimed.Total, o.Total)
}
