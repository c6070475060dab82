package wording

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACountThatEndedSaysSo(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]int{"0 runs": 0, "1 run": 1, "1,000 runs": 1000, "more than 1,000 runs": 1001} {
		require.Equal(t, want, Counted(n, 1000, "run", "runs"))
	}
}
