package transport

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

func FuzzRetryAfter(f *testing.F) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, seed := range []string{"", "7", "0.5", "-3", "NaN", "1e300", "+Inf", "0x10p3", "soon", "Sat, 21 Nov 2026 12:00:30 GMT", "Saturday, 21-Nov-26 12:00:30 GMT"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		wait := RetryAfter(http.Header{"Retry-After": {value}}, now)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, 24*time.Hour)
	})
}

// An answer of any kind is decoded, or is a classified fault that keeps only a bounded part of it.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,null,"x"]}`, `{"a":`, `<html>`, "", "null", `{"a":1e999}`, "\xff\xfe{", `[[[[[[[[`} {
		f.Add(200, []byte(seed), "r-1", "7", true)
		f.Add(503, []byte(seed), "", "", false)
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, id, retryAfter string, write bool) {
		a := &Answer{Status: status, Body: body, RequestID: id, Header: http.Header{"Retry-After": {retryAfter}}, write: write}
		var into struct{ A []any }
		if fault := a.Decode("op", &into); fault != nil {
			require.Equal(t, channel.Unavailable, fault.Class)
			require.Equal(t, CodeUnreadable, fault.Code)
			require.Equal(t, write, fault.Ambiguous)
			require.LessOrEqual(t, len(fault.Raw), channel.MaxRaw)
			require.NotEmpty(t, fault.ID)
		}
	})
}
