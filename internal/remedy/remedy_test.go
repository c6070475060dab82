package remedy_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
)

var kinds = channel.Kinds()

func builtIn(tb testing.TB) *remedy.Catalogue {
	tb.Helper()
	c, err := remedy.BuiltIn()
	require.NoError(tb, err)
	return c
}

func TestAFaultThatNothingMatchesIsAGapWithItsClassesRemedy(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for _, class := range channel.Classes() {
		got := c.For(channel.EBay, &channel.Fault{Class: class, Code: "never-seen"}, "a message from nowhere")
		require.True(t, got.Gap, class)
		require.Equal(t, class, got.Class)
		require.NotEmpty(t, got.Steps)
	}
	for _, f := range []*channel.Fault{nil, {}, {Class: "rain"}} {
		require.Equal(t, "general-unknown", c.For("", f, "").Code)
	}
	userError := &channel.Fault{Class: channel.Unknown, Code: "USER_ERROR"}
	require.True(t, c.For(channel.Shopify, userError, "words that Shopify never used before").Gap)
}

// A problem of one channel is not taken for another's, and words about the network prove nothing in a refusal.
func TestARemedyIsOnlyForItsChannelAndClass(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	require.True(t, c.For(channel.Shopify, &channel.Fault{Class: channel.Invalid, Code: "25002"}, "").Gap)
	require.True(t, c.For(channel.EBay, &channel.Fault{Class: channel.Invalid, Code: "THROTTLED"}, "").Gap)
	require.True(t, c.For(channel.EBay, &channel.Fault{Class: channel.Invalid}, `title "Connection reset by peer" is too long`).Gap)
}

// An operator types these commands as they are; only documented placeholders are used.
func TestStepsNameCommandsThatThereAre(t *testing.T) {
	t.Parallel()
	commands := []string{
		"towpath accounts list", "towpath accounts test ACCOUNT", "towpath accounts resume ACCOUNT", "towpath accounts resume ACCOUNT --only KIND",
		"towpath levels diff --account ACCOUNT", "towpath accounts live ACCOUNT",
		"towpath retry --account ACCOUNT", "towpath sync stock --account ACCOUNT", "towpath sync orders --account ACCOUNT",
		"towpath links list --account ACCOUNT", "towpath links remove SKU --account ACCOUNT", "towpath links strike SKU --account ACCOUNT --reason REASON", "towpath links import --account ACCOUNT --wait", "towpath links migrate --account ACCOUNT",
		"towpath links migrate --account ACCOUNT --yes", "towpath errors", "towpath limits", "towpath order REF", "towpath retry REF", "towpath cancel REF", "towpath order reopen REF", "towpath process REF --package FILE",
		"towpath publish --account ACCOUNT --errors --endpoint ENDPOINT", "towpath publish needs --account ACCOUNT", "towpath catalog import FILE",
		"towpath orders aside retry REF --account ACCOUNT", "towpath backfill orders --account ACCOUNT --file FILE",
		"towpath publish type --account ACCOUNT --category CATEGORY --type TYPE",
		"towpath publish type --account ACCOUNT --category CATEGORY --set NAME=VALUE",
	}
	quoted := regexp.MustCompile("`[^`]*`?")
	for _, r := range builtIn(t).All() {
		require.Contains(t, []string{remedy.You, remedy.Towpath, remedy.Channel}, r.Who, r.Code)
		for _, step := range r.Steps {
			for _, command := range quoted.FindAllString(step, -1) {
				require.True(t, slices.Contains(commands, command[1:len(command)-1]), "%s: %s", r.Code, command)
			}
		}
		if r.Class == channel.Auth {
			require.Equal(t, remedy.You, r.Who, "%s: only a person can renew a grant", r.Code)
			require.Regexp(t, "`towpath accounts resume ACCOUNT`", r.Steps[len(r.Steps)-1], r.Code)
		}
	}
}

func TestNobodyCanChangeTheCatalogueThroughARemedy(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	f := &channel.Fault{Code: "account-paused"}
	c.For("", f, "").Steps[0] = "changed"
	c.All()[0].Steps[0] = "changed"
	require.NotEqual(t, "changed", c.For("", f, "").Steps[0])
}

func FuzzFor(f *testing.F) {
	c := builtIn(f)
	known := map[string]remedy.Remedy{}
	for _, r := range c.All() {
		known[r.Code] = r
	}
	for _, q := range fromHelpPages {
		f.Add(string(q.kind), string(q.class), 0, "", q.words)
	}
	f.Add("ebay", "invalid", 400, "25002", "\xff{\"errors\":")
	f.Add("", "", -1, "STATUS_", "")
	f.Fuzz(func(t *testing.T, kind, class string, status int, code, raw string) {
		got := c.For(channel.Kind(kind), &channel.Fault{Class: channel.Class(class), Status: status, Code: code}, raw)
		want, ok := known[got.Code]
		require.True(t, ok)
		require.Len(t, got.Steps, len(want.Steps))
		for _, step := range got.Steps {
			require.LessOrEqual(t, len(step), 2000, "what a channel says fits a step")
			require.NotContains(t, step, "\n")
		}
		got.Steps = want.Steps
		require.Equal(t, want, got, "a remedy is the catalogue's own text but for what the fault names")
	})
}
