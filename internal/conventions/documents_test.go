package conventions

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// quoted matches a text between back quotes, on one line.
var quoted = regexp.MustCompile("`([^`\n]+)`")

// exampleChannel is the invented channel of docs/adding-a-channel.md: its folders do not exist.
const exampleChannel = "woot"

// pathsIn returns the repository paths that a document names between back quotes: a text without spaces that contains
// a slash and begins with one of the repository's folders. A pattern with * stands for all files that it matches; a
// :line after a path is ignored.
func pathsIn(text string, folders []string) []string {
	var out []string
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		path, _, _ := strings.Cut(strings.TrimPrefix(m[1], "./"), ":")
		top, rest, found := strings.Cut(path, "/")
		if !found || rest == "" || !slices.Contains(folders, top) || strings.ContainsAny(path, " ()<>{}") {
			continue
		}
		if !slices.Contains(strings.Split(path, "/"), exampleChannel) {
			out = append(out, strings.TrimSuffix(path, "/..."))
		}
	}
	return out
}

// Every path that a document names exists.
func TestEveryPathThatADocumentNamesIsThere(t *testing.T) {
	t.Parallel()
	var folders []string
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "bin" { // bin is created by make
			folders = append(folders, e.Name())
		}
	}
	documents := []string{filepath.Join(root, "README.md")}
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "docs"), func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			documents = append(documents, path)
		}
		return err
	}))
	named := 0
	for _, document := range documents {
		text, err := os.ReadFile(document)
		require.NoError(t, err)
		for _, path := range pathsIn(string(text), folders) {
			named++
			found, err := filepath.Glob(filepath.Join(root, path))
			require.NoError(t, err)
			if len(found) == 0 {
				t.Errorf("%s names %s, which is not there", document, path)
			}
		}
	}
	require.Greater(t, named, 50, "the documents were not read")
}

func TestWhatCountsAsAPathInADocument(t *testing.T) {
	t.Parallel()
	text := "`internal/a.go`, `./cmd/b`, `internal/c.go:12`, `docs/*.md` and `go test ./internal/d`, `internal/woot/e.go`, `internal`, `other/f`, internal/g"
	require.Equal(t, []string{"internal/a.go", "cmd/b", "internal/c.go", "docs/*.md"}, pathsIn(text, []string{"internal", "cmd", "docs"}))
}
