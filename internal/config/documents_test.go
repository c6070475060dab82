package config

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/document"
)

// The README has every setting, as `towpath config` shows it, and none that no longer exists.
func TestTheReadmeListsEverySetting(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	var want []string
	for i, f := range fields(&Settings{}) {
		value := reflect.TypeFor[Settings]().Field(i).Tag.Get("default")
		if value != "" {
			value = "`" + value + "`"
		}
		want = append(want, fmt.Sprintf("| `%s` | %s | %s |", f.name, value, f.meaning))
	}
	rows := regexp.MustCompile("(?m)^\\| `TOWPATH_.*$").FindAllString(string(text), -1)
	require.Equal(t, want, rows, "the table under Configuration in README.md")
}

// People begin with the example: it must load, and it must show every key that exists.
func TestTheExampleOfAnAccountsFileLoads(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/accounts.example.yaml")
	require.NoError(t, err)
	_, mistakes := parseAccounts(text, environment())
	require.Len(t, mistakes, 11, "each credential of the enabled accounts comes from the environment")
	var set []string
	for _, m := range regexp.MustCompile(`(?m): \$\{([A-Z_]+)\}(?: #.*)?$`).FindAllSubmatch(text, -1) {
		set = append(set, string(m[1]), "value of "+string(m[1]))
	}
	accounts, mistakes := parseAccounts(text, environment(set...))
	require.Empty(t, mistakes)
	require.Len(t, accounts, 6)
	require.Equal(t, "value of AMAZON_UK_SELLER_ID", accounts[0].Channel.Credentials["sellerId"])
	for _, key := range document.Keys(accountKeys) {
		require.Regexp(t, `(?m)^  (- |  )`+key+`:`, string(text))
	}
}
