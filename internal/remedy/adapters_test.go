package remedy_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// gaps are codes of our own that must stay gaps.
var gaps = map[string]string{
	"USER_ERROR":     "stands for words that nobody has seen yet",
	"RETURNS_DENIED": "nobody sees it: the orders are asked for again without their returns",
}

// Every fault code in our own source has a remedy: an adapter with a new code without a remedy fails here.
func TestEveryCodeThatTowpathCoinsHasARemedy(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	found := 0
	for folder, of := range map[string][]channel.Kind{
		"../channel/amazon": {channel.Amazon}, "../channel/ebay": {channel.EBay}, "../channel/shopify": {channel.Shopify},
		"../channel/transport": kinds, "../vault": kinds, "../../activities": kinds,
	} {
		for _, code := range coined(t, folder) {
			found++
			for _, k := range of {
				got := c.For(k, &channel.Fault{Class: channel.Unknown, Code: code}, "")
				require.Equal(t, gaps[code] != "", got.Gap, "%s: code %s has no remedy in remedies.yaml", folder, code)
			}
		}
	}
	require.Greater(t, found, 60, "the adapters' sources are where this test looks for them")
}

var (
	codeName = regexp.MustCompile(`^[cC]ode[A-Z]`)
	// oneCode matches codes, but not names and formats.
	oneCode = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// coined returns the fault codes in a folder's source: constants named Code..., values assigned to a .Code, and the
// keys of the table `classes`.
func coined(t *testing.T, folder string) (codes []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok {
			text := lit.Value
			if lit.Kind == token.STRING {
				text, _ = strconv.Unquote(text)
			}
			if oneCode.MatchString(text) {
				codes = append(codes, text)
			}
		}
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, v := range n.Values {
					if table, ok := v.(*ast.CompositeLit); ok && n.Names[i].Name == "classes" {
						for _, e := range table.Elts {
							add(e.(*ast.KeyValueExpr).Key)
						}
					} else if codeName.MatchString(n.Names[i].Name) {
						add(v)
					}
				}
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if s, ok := l.(*ast.SelectorExpr); ok && s.Sel.Name == "Code" && i < len(n.Rhs) {
						add(n.Rhs[i])
					}
				}
			}
			return true
		})
	}
	return codes
}
