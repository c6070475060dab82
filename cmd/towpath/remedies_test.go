package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/starter"
)

// met saves faults of two kinds that no remedy is for, and one that has a remedy.
func met(t *testing.T, b *fixture) {
	t.Helper()
	b.fill()
	fault := func(code, raw string) *channel.Fault {
		f := channel.NewFault(channel.Invalid, "createOffer", raw)
		f.Code, f.Status, f.Hit.SKU = code, 400, "MUG RED"
		return f
	}
	require.NoError(t, b.store.Runs.SaveFaults(t.Context(), "amazon-uk", []*channel.Fault{
		fault("99001", `{"errors":[{"parameters":[{"name":"aspect","value":"Farbe"}]}]}`), fault("99001", ""), fault("8541", ""), fault("99002", ""),
	}))
}

func TestGapsAreCountedByKindOfFault(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	met(t, b)
	code, out, errs := b.run("remedies", "--gaps")
	require.Equal(t, exitDone, code, errs)
	require.Regexp(t, `amazon +invalid 99001 HTTP 400 +createOffer +2 .* amazon-uk\s+towpath errors [0-9a-f-]{36}`, out)
	require.Regexp(t, `amazon +invalid 99002 HTTP 400 +createOffer +1 `, out)
	require.NotContains(t, out, "8541")

	code, out, errs = b.run("remedies", "--gaps", "--account", "shopify-uk", "-o", "json")
	require.Equal(t, exitDone, code, errs)
	var found starter.Gaps
	require.NoError(t, json.Unmarshal([]byte(out), &found))
	require.Empty(t, found.Gaps)
}

// A remedy of the merchant's own comes before Towpath's, also under the code of one of those.
func TestARemedyOfTheMerchantsOwnComesFirst(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	met(t, b)
	b.settings.Remedies = filepath.Join(t.TempDir(), "remedies.yaml")
	require.NoError(t, os.WriteFile(b.settings.Remedies, []byte(`faults:
  - code: colours
    class: invalid
    title: Ask Kim for the colour
    who: you
    match: [{channel: amazon, code: [99001, 8541]}]
    steps: ["Ask Kim about {named|the colour} of {sku|it}."]
`), 0o600))
	code, out, errs := b.run("remedies", "colours")
	require.Equal(t, exitDone, code, errs)
	require.Regexp(t, `from +your file`, out)
	require.Contains(t, out, "1. Ask Kim about the colour of it.")

	code, out, errs = b.run("remedies", "--gaps")
	require.Equal(t, exitDone, code, errs)
	require.NotContains(t, out, "99001")
	require.Contains(t, out, "99002")

	code, out, errs = b.run("errors", "-o", "json")
	require.Equal(t, exitDone, code, errs)
	require.Contains(t, out, "Ask Kim about aspect Farbe of 'MUG RED'.", "what the fault names is in the step")

	code, out, errs = b.run("remedies", "-o", "json")
	require.Equal(t, exitDone, code, errs)
	var list map[string][]remedy.Remedy
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Equal(t, "colours", list["remedies"][0].Code)
	require.Greater(t, len(list["remedies"]), 200)
}

func TestAFileOfRemediesThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.settings.Remedies = filepath.Join(t.TempDir(), "remedies.yaml")
	for text, want := range map[string]string{
		"": "no such file",
		"faults:\n  - {code: a, class: rain, title: T, who: you, match: [{code: A}], steps: [S]}\n": `line 2: a: no class "rain"`,
		"general:\n  - {code: a, class: auth, title: T, who: you, steps: [S]}\n":                    "put the remedy under faults, with a match",
	} {
		if text != "" {
			require.NoError(t, os.WriteFile(b.settings.Remedies, []byte(text), 0o600))
		} else {
			require.NoFileExists(t, b.settings.Remedies)
		}
		code, _, errs := b.run("remedies")
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs, "TOWPATH_REMEDIES: ")
		require.Contains(t, errs, want)
		_ = os.Remove(b.settings.Remedies)
	}
}

func TestRemediesAreAskedForWithSense(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for want, args := range map[string][]string{
		`no remedy "rain": `:      {"remedies", "rain"},
		"--gaps counts all":       {"remedies", "rain", "--gaps"},
		"--account is for --gaps": {"remedies", "--account", "amazon-uk"},
		`"nowhere"`:               {"remedies", "--gaps", "--account", "nowhere"},
	} {
		code, _, errs := b.run(args...)
		require.Equal(t, exitUsage, code, want)
		require.Contains(t, errs, want)
	}
}

// The health of each kind of run has its arithmetic in words, and says when nothing runs.
func TestAnAccountShowsTheHealthOfItsRuns(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	code, out, errs := b.run("accounts", "show", "amazon-uk")
	require.Equal(t, exitDone, code, errs)
	require.Regexp(t, `(?s)Health of its runs.*orders +(ok|isolated) .* in the last`, out)

	_, err := b.store.Accounts.Pause(t.Context(), "amazon-uk", "a test")
	require.NoError(t, err)
	code, out, errs = b.run("accounts", "show", "amazon-uk", "-o", "json")
	require.Equal(t, exitDone, code, errs)
	var shown accountShown
	require.NoError(t, json.Unmarshal([]byte(out), &shown))
	require.NotEmpty(t, shown.Health)
	require.Equal(t, remedy.Paused, shown.Health[0].State)
	require.Regexp(t, `^paused; before, .* in the last`, shown.Health[0].Words)
}
