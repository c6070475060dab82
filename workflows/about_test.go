package workflows_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

// The Web UI says of every workflow what it is for.
func TestEveryWorkflowSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		message.WorkflowOrderSync, message.WorkflowOrderLifecycle, message.WorkflowShipmentSync, message.WorkflowStockPush, message.WorkflowLinksImport,
		message.WorkflowLevelCheck, message.WorkflowListingMigration, message.WorkflowListingPublication, message.WorkflowPublishChanged, message.WorkflowSweep,
		message.WorkflowBackfill, message.WorkflowOrderCancellation, message.WorkflowCoverage,
	} {
		require.NotZero(t, workflows.Current(name).Version, "it is registered")
		require.NotEmpty(t, workflows.About(name), name)
	}
}

// summarised are the options that the Web UI shows with a summary, and those of a start with what the workflow is for.
var summarised = map[string][]string{
	"ActivityOptions": {"Summary"}, "LocalActivityOptions": {"Summary"}, "TimerOptions": {"Summary"},
	"ChildWorkflowOptions": {"StaticSummary", "StaticDetails"}, "StartWorkflowOptions": {"StaticSummary", "StaticDetails"},
	"ScheduleWorkflowAction": {"StaticSummary", "StaticDetails"},
}

// No activity, local activity, timer, child or start is without its summary, and no timer is made without options.
func TestWhatTheWebUIShowsHasASummary(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	for _, folder := range []string{".", "../starter", "../activities"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, bare := range []string{"workflow.NewTimer(", "workflow.Sleep(", "workflow.AwaitWithTimeout("} {
				require.NotContains(t, string(text), bare, "%s: a wait without a summary", file)
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
			require.NoError(t, err)
			ast.Inspect(parsed, func(n ast.Node) bool {
				options, ok := n.(*ast.CompositeLit)
				if !ok {
					return true
				}
				selector, ok := options.Type.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				for _, want := range summarised[selector.Sel.Name] {
					require.True(t, has(options, want), "%s: %s has no %s", file, selector.Sel.Name, want)
				}
				found[selector.Sel.Name]++
				return true
			})
		}
	}
	for name := range summarised {
		require.NotZero(t, found[name], "no %s was found: does the test still look where they are?", name)
	}
}

func has(options *ast.CompositeLit, field string) bool {
	for _, e := range options.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if name, ok := pair.Key.(*ast.Ident); ok && name.Name == field {
				return true
			}
		}
	}
	return false
}
