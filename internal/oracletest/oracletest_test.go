package oracletest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCountsAreAppended(t *testing.T) {
	file := filepath.Join(t.TempDir(), "counts")
	t.Setenv(CountsVariable, file)
	t.Run("a test", func(t *testing.T) {
		c := Count(t, "amazon")
		c.Add("requests", 2)
		c.Add("answers", 1)
		c.Add("requests", 1)
	})
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "amazon\tanswers\t1\namazon\trequests\t3\n", string(text))
}
