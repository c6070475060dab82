package remedy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/remedy"
)

// general is a complete list of general remedies.
func general() string {
	var b strings.Builder
	b.WriteString("general:\n")
	for _, c := range channel.Classes() {
		b.WriteString("  - {code: general-" + string(c) + ", class: " + string(c) + ", title: T, who: you, steps: [S]}\n")
	}
	return b.String()
}

func TestEveryMistakeIsReportedAtOnceWithItsLine(t *testing.T) {
	t.Parallel()
	_, err := remedy.Parse([]byte(`faults:
  - {code: Not Kebab, class: rain, title: "", who: me, match: [{}], steps: []}
  - {code: twice, class: auth, title: T, who: you, match: [{code: "*"}], steps: [S]}
  - {code: twice, class: auth, title: T, who: you, match: [{message: "(", status: many}], steps: [S]}
  - {code: odd, class: auth, title: T, who: you, match: [{chanel: ebay, code: {a: b}}], steps: [S], extra: 1}
  - {code: loose, class: auth, title: T, who: you, match: [{class: auth}, {message: "x*"}, {channel: etsy, code: 1}], steps: [S]}
  - {code: lost, class: auth, title: T, who: you, steps: [S]}
`))
	var wrong document.Mistakes
	require.ErrorAs(t, err, &wrong)
	text := err.Error()
	for _, want := range []string{
		`line 2: code "Not Kebab"`, `line 2: Not Kebab: no class "rain"; there are [network`, "line 2: Not Kebab: who is \"me\": want you, towpath or channel",
		"line 2: Not Kebab: title", "line 2: Not Kebab: 0 steps", "line 2: Not Kebab: match: names nothing",
		"line 3: twice: match: code \"*\" stands for any code", "line 4: code twice is already that of line 3",
		"line 4: twice: message: not a regular expression", "line 4: twice: match: status \"many\"",
		`line 5: match: no key "chanel"; there are channel, class,`, `line 5: an entry: no key "extra"; there are`, "line 5: code: want a value, or a list",
		"line 6: loose: match: names nothing", "line 6: loose: message: \"x*\" matches anything", `line 6: loose: no channel "etsy"`,
		"line 7: lost: match is missing", "general: no remedy for class conflict",
	} {
		require.Contains(t, text, want)
	}
}

func TestCataloguesThatAreNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                              "empty",
		"\t":                            "cannot start any token",
		"faults: 3":                     "line 1",
		general() + "---\n" + general(): "more than one document",
		strings.Repeat("#", 1<<20+1):    "larger than",
		strings.Replace(general(), "[S]}", "[S], match: [{code: 1}]}", 1): "line 2: general-network: a general remedy has no match",
	} {
		_, err := remedy.Parse([]byte(text))
		require.ErrorContains(t, err, want, "%.60q", text)
	}
	_, err := remedy.Parse([]byte(general()))
	require.NoError(t, err)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(general()))
	f.Add([]byte("faults: [{code: a, match: [{code: [1, 2], message: '('}]}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := remedy.Parse(text); err == nil {
			require.NotEmpty(t, c.For(channel.EBay, nil, "").Code)
		}
	})
}
