package catalogue_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
)

func TestTitlesHaveWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"enamel", "mug", "moss", "green", "350ml"}, catalogue.Words(" Enamel MUG, moss-green (a MUG) 350ml"))
	require.Empty(t, catalogue.Words("a - % '"))
	require.Empty(t, catalogue.Words(strings.Repeat("x", 33)), "no word is so long")
	require.Len(t, catalogue.Words("aa bb cc dd ee ff gg hh ii jj kk ll mm nn oo pp qq rr"), 16)
	require.Equal(t, []string{"tea", "für", "zwei"}, catalogue.Words("Tea für ZWEI"))
}
