package shopify

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const throttled = `{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":400,
	"throttleStatus":{"maximumAvailable":1000.0,"currentlyAvailable":150,"restoreRate":100.0}}}}`

func TestFaultsOfACall(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status    int
		body      string
		class     channel.Class
		code      string
		wait      time.Duration
		ambiguous bool // of a write
	}{
		"throttled with 200":    {200, throttled, channel.Throttled, "THROTTLED", 2500 * time.Millisecond, false},
		"throttled with 429":    {429, throttled, channel.Throttled, "THROTTLED", 2500 * time.Millisecond, false},
		"429 without a word":    {429, ``, channel.Throttled, "", 0, false},
		"token refused":         {401, `{"errors":"[API] Invalid API key or access token"}`, channel.Auth, "", 0, false},
		"bill unpaid":           {402, `{"errors":"Unavailable Shop"}`, channel.Config, "", 0, false},
		"no such shop":          {404, `Not Found`, channel.Config, "", 0, false},
		"down":                  {503, `<html>`, channel.Unavailable, "", 0, true},
		"scope missing":         {200, `{"errors":[{"message":"Access denied","extensions":{"code":"ACCESS_DENIED"}}]}`, channel.Config, "ACCESS_DENIED", 0, false},
		"our mistake":           {200, `{"errors":[{"message":"x","extensions":{"code":"undefinedField"}}]}`, channel.Invalid, "undefinedField", 0, false},
		"their mistake":         {200, `{"errors":[{"message":"x","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`, channel.Unavailable, "INTERNAL_SERVER_ERROR", 0, true},
		"errors as text":        {200, `{"errors":"something"}`, channel.Unknown, "", 0, false},
		"no data":               {200, `{"data":null}`, channel.Unavailable, transport.CodeUnreadable, 0, true},
		"garbage":               {200, `<!doctype html>`, channel.Unavailable, transport.CodeUnreadable, 0, true},
		"data of another shape": {200, `{"data":[7]}`, channel.Unavailable, transport.CodeUnreadable, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, write := both(t.Context(), canned(t, tc.status, tc.body))
			for i, err := range []error{read, write} {
				f := requireFault(t, err, tc.class, tc.code)
				require.Equal(t, "req-1", f.RequestID)
				require.Equal(t, tc.wait, f.RetryAfter)
				require.Equal(t, tc.ambiguous && i == 1, f.Ambiguous)
				require.NotContains(t, f.Error(), "something")
			}
		})
	}
}

func TestPagesShrinkWhenTheyAreTooDear(t *testing.T) {
	t.Parallel()
	conn := canned(t, 200, `{"errors":[{"message":"x","extensions":{"code":"MAX_COST_EXCEEDED"}}]}`)
	for range 9 {
		_, err := conn.Orders(t.Context(), channel.OrdersQuery{})
		requireFault(t, err, channel.Throttled, "MAX_COST_EXCEEDED")
	}
	v := conn.page(channel.OrdersQuery{}, cursor{})
	require.Equal(t, 1, v["first"])
	require.Equal(t, 5, v["lines"])
}

func TestWhatAStatusAloneSays(t *testing.T) {
	t.Parallel()
	for status, class := range map[int]channel.Class{
		401: channel.Auth, 402: channel.Config, 403: channel.Config, 404: channel.Config, 409: channel.Invalid, 423: channel.Config, 430: channel.Throttled,
	} {
		_, err := canned(t, status, ``).Orders(t.Context(), channel.OrdersQuery{})
		requireFault(t, err, class, "")
	}
}

func TestTheAccountIsTested(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	require.NoError(t, f.conn.Test(t.Context()))
	change := func(edit func(*channel.Account)) error {
		a := f.account
		edit(&a)
		return open(t, a).Test(t.Context())
	}
	requireFault(t, change(func(a *channel.Account) { a.Location = "" }), channel.Config, CodeNoLocation)
	requireFault(t, change(func(a *channel.Account) { a.Location = "gid://shopify/Location/1" }), channel.Config, CodeLocationMissing)
	requireFault(t, change(func(a *channel.Account) { a.Credentials = map[string]string{"accessToken": "stolen"} }), channel.Auth, "")

	for _, bad := range []channel.Account{
		{}, {Credentials: map[string]string{"accessToken": "x"}}, {BaseURL: "shop", Credentials: map[string]string{"accessToken": "x"}},
	} {
		_, err := Open(bad)
		require.ErrorContains(t, err, "shopify: ")
	}
}

// D4: codes of recorded answers. The same document with the same variables is refused again.
func TestStaticRefusalsAreOfTheRequest(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"MAX_INPUT_SIZE_EXCEEDED", "undefinedDirective", "missingRequiredInputObjectAttribute", "INVALID_PRODUCT_TAXONOMY_NODE_ID", "PARSE_ERROR",
	} {
		_, err := canned(t, 200, `{"errors":[{"message":"m","extensions":{"code":"`+code+`"}}]}`).Orders(t.Context(), channel.OrdersQuery{})
		f := requireFault(t, err, channel.Invalid, code)
		require.True(t, f.Permanent(), code)
	}
	for code, class := range classes {
		require.True(t, class.Known() && class != channel.Unknown, code)
		require.Equal(t, code, word(code), "it is shown as it is")
	}
}
