package store_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// manyRuns writes n runs of three accounts, of which one in a hundred failed.
func manyRuns(t testing.TB, s *store.Store, n int) {
	require.NoError(t, storetest.Exec(context.Background(), s.DB, `INSERT INTO runs (id, kind, account, endpoint, workflow_id, started_at, ended_at, seen, saved, same, skipped, unlinked, errors, fault_id, fault_class, fault_code)
		WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		SELECT 'run-' || CAST(i AS TEXT), CASE i % 2 WHEN 0 THEN 'orders' ELSE 'stock' END, CASE i % 3 WHEN 0 THEN 'amazon-uk' WHEN 1 THEN 'ebay-uk' ELSE 'shopify-uk' END,
			'production', 'w', i * 1000000, i * 1000000 + 5000, 1, 1, 0, 0, 0, CASE i % 200 WHEN 0 THEN 1 ELSE 0 END, CASE i % 200 WHEN 1 THEN 'f' ELSE '' END, '', '' FROM n`, n))
	require.NoError(t, s.Analyse(context.Background()))
}

// failedRuns are the lists of failed runs that people ask for.
var failedRuns = map[string]runs.RunFilter{
	"errors":              {Errors: true, Limit: 25},
	"errors+account":      {Errors: true, Account: "ebay-uk", Limit: 25},
	"errors+account+kind": {Errors: true, Account: "ebay-uk", Kind: runs.RunStock, Limit: 25},
	"errors, page 2":      {Errors: true, Before: "run-500000", Limit: 25},
}

// BenchmarkFailedRuns lists failed runs among 1,000,000, and reads what the health of accounts needs: milliseconds of the median and of
// the 99th of a hundred. Run it with -benchtime 100x.
func BenchmarkFailedRuns(b *testing.B) {
	for database, address := range storetest.Openers {
		b.Run(database, func(b *testing.B) {
			s := storetest.Fresh(b, address(b))
			manyRuns(b, s, 1_000_000)
			ask := map[string]func() error{"health": func() error {
				_, err := s.Runs.OftenFailed(context.Background(), []runs.RunKind{runs.RunOrders, runs.RunStock}, 5)
				return err
			}}
			for name, filter := range failedRuns {
				ask[name] = func() error {
					_, err := s.Runs.List(context.Background(), filter)
					return err
				}
			}
			for name, do := range ask {
				b.Run(name, func(b *testing.B) { storetest.Percentiles(b, do) })
			}
		})
	}
}

// Failed runs are found by their index, however many there are: no statement reads a million runs.
func TestFailedRunsAreFoundByTheirIndex(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		manyRuns(t, s, 20_000)
		list, err := s.Runs.List(ctx, runs.RunFilter{Errors: true, Limit: 25})
		require.NoError(t, err)
		require.Len(t, list, 25)
		for _, r := range list {
			require.True(t, r.Failed(), r.ID)
		}
		require.Contains(t, planOf(t, s, `SELECT o.id FROM runs o WHERE (errors > 0 OR fault_id <> '') ORDER BY started_at DESC, id DESC LIMIT 25`), "runs_failed")
	})
}

// planOf returns the database's plan for a query.
func planOf(t *testing.T, s *store.Store, query string, args ...any) string {
	t.Helper()
	explain := `EXPLAIN `
	if strings.HasSuffix(t.Name(), "/sqlite") {
		explain = `EXPLAIN QUERY PLAN `
	}
	var plan []string
	require.NoError(t, s.Read(ctx, explain+query, func(rows *sql.Rows) error {
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			return err
		}
		text, _ := (*values[len(values)-1].(*any)).(string)
		plan = append(plan, text)
		return nil
	}, args...))
	return strings.Join(plan, "\n")
}
