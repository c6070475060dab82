package platform

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
)

// capability finds what an adapter's check is called.
var capability = regexp.MustCompile(`(?:Capability: |capability\(|what\{|\{|, )"((?:read|set|confirm|list|publish) [^"]+)"`)

// Each adapter has a check for each kind of work, so that none is resumed untested because a check was given another name.
func TestEachAdapterNamesACheckForEachKindOfWork(t *testing.T) {
	t.Parallel()
	for _, adapter := range []string{"amazon", "ebay", "shopify"} {
		files, err := filepath.Glob(filepath.Join("..", "channel", adapter, "checks*.go"))
		require.NoError(t, err)
		found := map[account.Work][]string{}
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, match := range capability.FindAllStringSubmatch(string(text), -1) {
				for _, w := range account.Works() {
					if concerns(match[1], w) {
						found[w] = append(found[w], match[1])
					}
				}
			}
		}
		for _, w := range account.Works() {
			require.NotEmpty(t, found[w], "%s: no check is named after %s", adapter, w)
		}
	}
}
