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

// A remedy leads to the last command that can be run as it is, and to the page on which that is done.
func TestARemedyLeadsToItsCommandAndPage(t *testing.T) {
	t.Parallel()
	all := remedy.Names{Account: "ebay uk", Endpoint: "test", Reference: "A&B"}
	for name, c := range map[string]struct {
		steps   []string
		names   remedy.Names
		command string
		page    *remedy.Page
	}{
		"no command":     {[]string{"Wait."}, all, "", nil},
		"the last":       {[]string{"Run `towpath accounts test ACCOUNT`, then `towpath sync stock --account ACCOUNT`."}, all, "towpath sync stock --account 'ebay uk'", &remedy.Page{Path: "/activity?account=ebay+uk", Name: "Run it now"}},
		"a file to name": {[]string{"Run `towpath accounts test ACCOUNT`.", "Run `towpath catalog import FILE`."}, all, "towpath accounts test 'ebay uk'", &remedy.Page{Path: "/products", Name: "The products"}},
		"an order":       {[]string{"Run `towpath cancel REF`."}, all, "towpath cancel 'A&B'", &remedy.Page{Path: "/why?account=ebay+uk&reference=A%26B", Name: "The order"}},
		"no order":       {[]string{"Run `towpath cancel REF`."}, remedy.Names{Account: "e"}, "", nil},
		"no endpoint":    {[]string{"Run `towpath publish --account ACCOUNT --errors --endpoint ENDPOINT`."}, remedy.Names{Account: "e"}, "", nil},
		"items in error": {[]string{"Run `towpath publish --account ACCOUNT --errors --endpoint ENDPOINT`."}, remedy.Names{Account: "e", Endpoint: "test"},
			"towpath publish --account e --errors --endpoint test", &remedy.Page{Path: "/listings?account=e&endpoint=test&status=error", Name: "Its items in error"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := remedy.Remedy{Steps: c.steps}.Named(c.names)
			require.Equal(t, c.command, r.Command)
			require.Equal(t, c.page, r.Page)
		})
	}
}

// Where a person acts, the advice leads to a command or a page.
func TestWhereYouActThereIsACommandOrAPage(t *testing.T) {
	t.Parallel()
	for _, r := range builtIn(t).All() {
		named := r.Named(remedy.Names{Account: "ebay-uk", Endpoint: "production", Reference: "1001"})
		require.True(t, r.Who != remedy.You || named.Command != "" || named.Page != nil, r.Code)
	}
}
