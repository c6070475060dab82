package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/wording"
)

// One late answer of Temporal needs nobody; silence does.
func TestOnlySilenceOfTemporalNeedsAPerson(t *testing.T) {
	t.Parallel()
	var p pulse
	noon := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		after time.Duration
		ok    bool
		want  string
	}{
		{0, true, ""},
		{2 * time.Second, false, ""},
		{4 * time.Second, true, ""},
		{6 * time.Second, false, ""},
		{8 * time.Second, false, ""},
		{11 * time.Second, false, wording.NoTemporal},
		{13 * time.Second, true, ""},
		{15 * time.Second, false, ""},
		{9 * time.Hour, false, ""}, // the page was closed meanwhile
		{9*time.Hour + 5*time.Second, false, wording.NoTemporal},
	} {
		at := noon.Add(tc.after)
		p.heard(tc.ok, at)
		require.Equal(t, tc.want, p.silence(at), tc.after)
		require.Equal(t, tc.ok, p.ok)
	}
}
