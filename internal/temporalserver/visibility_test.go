package temporalserver

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"

	"github.com/towpath/towpath/internal/polltest"
)

func admin(t testing.TB, file *config.SQL) sqlplugin.AdminDB {
	t.Helper()
	db, err := sql.NewSQLAdminDB(sqlplugin.DbKindMain, file, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// A file with all the indexes of the server's schema, as an older build or another server makes it, loses those that serve no search of ours, and is searched.
func TestAFileWithAllIndexesIsSearchedWithFew(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	searches := databaseConfig(visibilityFile(file), SyncNormal)
	require.NoError(t, prepareFile(searches, visibilityFile(file)))
	db := admin(t, searches)
	require.ErrorContains(t, db.Exec("CREATE INDEX by_task_queue ON executions_visibility (status)"), "already exists")

	s := start(t, Options{File: file, UIPort: NoUI})
	for _, kept := range keptIndexes {
		require.ErrorContains(t, db.Exec("CREATE INDEX "+kept+" ON executions_visibility (status)"), "already exists", "the server's schema has it")
	}
	for _, gone := range []string{"by_task_queue", "by_keyword_10", "by_temporal_low_cardinality_keyword_01"} {
		require.ErrorContains(t, db.Exec("DROP INDEX "+gone), "no such index")
	}
	c := dial(t, s)
	w := work(t, c)
	t.Cleanup(w.Stop)
	for i := range 3 {
		run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: fmt.Sprint("greeting/", i), TaskQueue: queue}, greeting, "world")
		require.NoError(t, err)
		require.NoError(t, run.Get(t.Context(), nil))
	}
	for query, want := range map[string]int{
		"": 3, "WorkflowType = 'greeting' AND ExecutionStatus = 'Completed'": 3, "ExecutionStatus = 'Running'": 0,
		"WorkflowId = 'greeting/1'": 1, "WorkflowId STARTS_WITH 'greeting/'": 3, "TaskQueue = 'greetings'": 3,
	} {
		polltest.Until(t, "so many for "+query, func() bool {
			list, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: query})
			require.NoError(t, err)
			return len(list.Executions) == want
		})
	}
}

// BenchmarkSearches writes what a workflow that starts and ends writes for searches, with all indexes and with those that are kept.
func BenchmarkSearches(b *testing.B) {
	for name, do := range map[string][]func(sqlplugin.AdminDB, string) error{"all indexes": nil, "kept indexes": {dropIndexes}} {
		b.Run(name, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "temporal.db")
			cfg := databaseConfig(file, SyncNormal)
			require.NoError(b, prepareFile(cfg, file, do...))
			db, err := sql.NewSQLDB(sqlplugin.DbKindVisibility, cfg, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
			require.NoError(b, err)
			b.Cleanup(func() { _ = db.Close() })
			attributes := sqlplugin.VisibilitySearchAttributes{"Keyword01": "amazon-uk", "Keyword02": "production", "Keyword03": "saved"}
			for n := 0; b.Loop(); n++ {
				now := time.Now()
				row := sqlplugin.VisibilityRow{
					NamespaceID: "towpath", RunID: fmt.Sprint("run-", n), WorkflowID: fmt.Sprint("order/amazon-uk/", n), WorkflowTypeName: "OrderLifecycle",
					StartTime: now, ExecutionTime: now, Status: 1, Encoding: "proto3", TaskQueue: "towpath", SearchAttributes: &attributes, Version: 1,
				}
				_, err := db.InsertIntoVisibility(b.Context(), &row)
				require.NoError(b, err)
				row.Status, row.CloseTime, row.Version = 2, &now, 2
				_, err = db.ReplaceIntoVisibility(b.Context(), &row)
				require.NoError(b, err)
			}
		})
	}
}
