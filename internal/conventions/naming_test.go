// Package conventions tests the rules for the repository that no linter checks.
package conventions

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// Package names such as util or common say nothing about the content, so anything is put there.
func TestNothingIsNamedAfterNothing(t *testing.T) {
	t.Parallel()
	vague := map[string]bool{
		"util": true, "utils": true, "common": true, "helper": true, "helpers": true, "misc": true, "shared": true, "base": true,
	}
	seen := 0
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "bin" || entry.Name() != ".." && strings.HasPrefix(entry.Name(), ".")) {
			return filepath.SkipDir
		}
		if !entry.IsDir() && filepath.Ext(path) != ".go" {
			return nil
		}
		seen++
		name := strings.TrimSuffix(strings.TrimSuffix(entry.Name(), ".go"), "_test")
		require.Falsef(t, vague[name], "%s: name it after what it holds, in the words of the glossary", path)
		return nil
	}))
	require.Greater(t, seen, 10, "the walk did not see the repository")
}
