package remedy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/remedy"
)

func TestStepsNameWhatTheySpeakOf(t *testing.T) {
	t.Parallel()
	r := remedy.Remedy{Steps: []string{"Run `towpath order REF --account ACCOUNT`.", "Publish to ENDPOINT, not to MYREF."}}
	got := r.Named(remedy.Names{Account: "shopify-uk", Reference: "#1001"})
	require.Equal(t, []string{"Run `towpath order '#1001' --account shopify-uk`.", "Publish to ENDPOINT, not to MYREF."}, got.Steps)
	require.Contains(t, r.Steps[0], "REF", "what it was made from stays")
}
