package shopify

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Case G8.
func TestEveryOperationThatTheAdapterSendsCanBeNamedForFaults(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "channel", "shopify", "queries", "*.graphql"))
	require.NoError(t, err)
	named := []string{tokenOperation}
	begin := regexp.MustCompile(`(?m)^(?:query|mutation) (\w+)`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, found := range begin.FindAllStringSubmatch(string(text), -1) {
			named = append(named, found[1])
		}
	}
	slices.Sort(named)
	require.Equal(t, named, operations)
}
