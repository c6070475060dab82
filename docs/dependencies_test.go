package docs

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDependenciesSayWhyTheyAreThere compares the table in dependencies.md with what go.mod requires directly.
func TestDependenciesSayWhyTheyAreThere(t *testing.T) {
	t.Parallel()
	raw, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", "../go.mod").Output()
	require.NoError(t, err)
	var module struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	require.NoError(t, json.Unmarshal(raw, &module))
	var required []string
	for _, r := range module.Require {
		if !r.Indirect {
			required = append(required, r.Path)
		}
	}

	page, err := os.ReadFile("dependencies.md")
	require.NoError(t, err)
	var said []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| \\S.* \\|$").FindAllSubmatch(page, -1) {
		said = append(said, string(row[1]))
	}
	require.NotEmpty(t, required)
	require.Equal(t, required, said, "a row for each, in the order of go.mod, with a reason")
}
