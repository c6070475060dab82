package conventions

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// functionIn matches the way in which docs/architecture.md names a place in the code: a name and its file.
var functionIn = regexp.MustCompile("`(\\w+)` in `([\\w/.]+\\.go)`")

// declaredIn returns every function, method, type, constant, variable and interface method that a file declares.
func declaredIn(t *testing.T, path string) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	names := make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			names[n.Name.Name] = true
			return false
		case *ast.TypeSpec:
			names[n.Name.Name] = true
		case *ast.ValueSpec:
			for _, name := range n.Names {
				names[name.Name] = true
			}
		case *ast.InterfaceType:
			for _, m := range n.Methods.List {
				for _, name := range m.Names {
					names[name.Name] = true
				}
			}
		}
		return true
	})
	return names
}

// Every function that a step in docs/architecture.md names is declared in the file that it names.
func TestEveryFunctionThatTheArchitectureNamesIsInItsFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	require.NoError(t, err)
	named := functionIn.FindAllStringSubmatch(string(text), -1)
	require.Greater(t, len(named), 30, "the document was not read")
	for _, m := range named {
		if !declaredIn(t, filepath.Join(root, m[2]))[m[1]] {
			t.Errorf("docs/architecture.md names %s in %s, which does not declare it", m[1], m[2])
		}
	}
	for i, line := range strings.Split(string(text), "\n") {
		require.LessOrEqual(t, len(line), 160, "line %d of docs/architecture.md is too long to read", i+1)
	}
}
