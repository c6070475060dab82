package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// numbers is a table x with the numbers 0 to n-1 in the column n, in both databases.
const numbers = `WITH RECURSIVE x (n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT x.n + 1 FROM x WHERE x.n + 1 < CAST($1 AS BIGINT))`

// manyItems makes n items in runs of perRun each, of four accounts, by set-based SQL. References go SKU-0000000 and on; one in seven of variants ends
// in error, and one in a thousand is for the test endpoint.
func manyItems(t testing.TB, s *store.Store, n, perRun int) {
	t.Helper()
	ctx := context.Background()
	const columns = `'run-' || substr(CAST(1000000 + n / CAST($2 AS BIGINT) AS TEXT), 2)`
	const account = `CASE n % 3 WHEN 0 THEN 'amazon-uk' WHEN 1 THEN 'ebay-uk' ELSE 'shopify-uk' END`
	const kind = `CASE WHEN n % 100 = 0 THEN 'category' WHEN n % 10 = 0 THEN 'product' WHEN n % 2 = 0 THEN 'order' ELSE 'variant' END`
	const reference = `'-' || substr(CAST(10000000 + (n * 7919) % 1000003 AS TEXT), 2) || CASE WHEN n % 50000 = 7 THEN '-zqx' WHEN n % 4 = 1 THEN '-red' ELSE '' END`
	require.NoError(t, storetest.Exec(ctx, s.DB, numbers+`
		INSERT INTO run_items (run_id, account, endpoint, type, reference, folded, status, reason, fault_id, request_id, created_at, at)
		SELECT `+columns+`, `+account+`, CASE WHEN n % 1000 = 13 THEN 'test' ELSE 'production' END, `+kind+`, 'SKU' || `+reference+`, 'sku' || `+reference+`,
			CASE WHEN n % 7 = 3 THEN 'error' WHEN n % 11 = 5 THEN 'skipped' WHEN n % 1009 = 17 THEN 'pending' ELSE 'done' END, '', '', '', CAST($3 AS BIGINT) + n * 1000, CAST($3 AS BIGINT) + n * 1000
		FROM x ORDER BY n`, n, perRun, epoch.UnixMicro()))
	require.NoError(t, storetest.Exec(ctx, s.DB, numbers+`
		INSERT INTO publications (id, account, through, endpoint, selection, dry_run, asked_by, asked_at, started_at, ended_at)
		SELECT 'run-' || substr(CAST(1000000 + n AS TEXT), 2), 'ebay-uk', 'ebay-uk', 'production', '{}', 0, 'ann', 1 + n, 1 + n, 1 + n FROM x`, (n+perRun-1)/perRun))
}

// plainItems returns the same list without any index.
func plainItems(t *testing.T, s *store.Store, f publications.ItemFilter) (ids []int64, counts map[runs.ItemStatus]int) {
	t.Helper()
	counts = map[runs.ItemStatus]int{}
	require.NoError(t, s.Read(context.Background(), `SELECT id, run_id, account, endpoint, type, reference, status, created_at FROM run_items ORDER BY id DESC`, func(rows *sql.Rows) error {
		var id, created int64
		var run, account, endpoint, kind, reference, status string
		if err := rows.Scan(&id, &run, &account, &endpoint, &kind, &reference, &status, &created); err != nil {
			return err
		}
		if f.Run != "" && run != f.Run || f.Account != "" && account != f.Account || f.Endpoint != "" && endpoint != string(f.Endpoint) ||
			f.Type != "" && kind != f.Type || !f.Since.IsZero() && created < f.Since.UnixMicro() ||
			!strings.Contains(strings.ToLower(reference), strings.ToLower(f.Reference)) {
			return nil
		}
		counts[runs.ItemStatus(status)]++
		if f.Status == "" || status == string(f.Status) {
			ids = append(ids, id)
		}
		return nil
	}))
	return ids, counts
}

// allPages reads the pages of a list, but no more than most.
func allPages(t *testing.T, s *store.Store, f publications.ItemFilter, most int) (ids []int64, first publications.ItemsPage, complete bool) {
	t.Helper()
	for n := range most {
		page, err := s.Publications.PublicationItems(context.Background(), f)
		require.NoError(t, err)
		if n == 0 {
			first = page
		}
		require.LessOrEqual(t, len(page.Items), max(f.Limit, 25))
		for _, i := range page.Items {
			ids = append(ids, i.ID)
		}
		if f.After = page.Next; f.After == 0 {
			return ids, first, true
		}
	}
	return ids, first, false
}

func TestItemsAreFoundByEveryFilter(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		manyItems(t, s, 30_000, 10_000)
		for name, f := range map[string]publications.ItemFilter{
			"all":                      {},
			"a run":                    {Run: "run-000001"},
			"a run and its errors":     {Run: "run-000001", Status: runs.ItemError},
			"a run that is not":        {Run: "none"},
			"an account":               {Account: "ebay-uk", Type: "category"},
			"an endpoint":              {Endpoint: channel.Test},
			"since":                    {Since: epoch.Add(29 * time.Second)},
			"since never":              {Since: epoch.Add(time.Hour)},
			"a rare part":              {Reference: "zqx"},
			"a rare part in capitals":  {Reference: "ZQX"},
			"a part":                   {Reference: "-RED", Status: runs.ItemSkipped},
			"a part of an account":     {Reference: "0031", Account: "shopify-uk"},
			"a part of a run":          {Reference: "0031", Run: "run-000000"},
			"a part of few":            {Reference: "3", Endpoint: channel.Test},
			"a part of two":            {Reference: "zq"},
			"a part of one":            {Reference: "z", Account: "ebay-uk"},
			"a part with signs":        {Reference: `u-0_`},
			"a part with quotes":       {Reference: `"u-0`},
			"a part with percents":     {Reference: `u%0`},
			"no such part":             {Reference: "nothing"},
			"a run, account and type":  {Run: "run-000002", Account: "amazon-uk", Type: "product"},
			"a run of another account": {Run: "run-000002", Account: "sandbox"},
			"a type that is not":       {Type: "level"},
		} {
			t.Run(name, func(t *testing.T) {
				f.AllRuns, f.Limit = true, 700
				want, counts := plainItems(t, s, f)
				ids, first, complete := allPages(t, s, f, 12)
				if !complete {
					want = want[:min(len(want), len(ids))]
				}
				require.Equal(t, want, ids)
				for status, n := range counts {
					got := first.Overview[status]
					require.LessOrEqual(t, got.N, min(n, publications.MostCounted), "%s", status)
					if !got.AtLeast {
						require.Equal(t, n, got.N, "%s", status)
					}
				}
			})
		}
	})
}

func TestTheLastRunIsShownFirst(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		page, err := s.Publications.PublicationItems(ctx, publications.ItemFilter{})
		require.NoError(t, err)
		require.Empty(t, page.Items)
		saveGoods(t, s, sized("MUG", 2))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		publish(t, s, "run-2", "shopify-uk", listing.Selection{SKUs: []string{"MUG-2"}})
		require.NoError(t, s.Runs.SaveItems(ctx, []runs.Item{{RunID: "scan", Type: "order", Reference: "1", Status: runs.ItemDone}}))

		page, err = s.Publications.PublicationItems(ctx, publications.ItemFilter{})
		require.NoError(t, err)
		require.Equal(t, "run-2", page.Run)
		require.Equal(t, map[runs.ItemStatus]publications.Counted{runs.ItemPending: {N: 3}}, page.Overview)
		require.Equal(t, "MUG-2", page.Items[0].Reference)
		require.Equal(t, "MUG", page.Items[0].Product)
		require.Equal(t, "Kitchen > Mugs", page.Items[2].Reference)

		page, err = s.Publications.PublicationItems(ctx, publications.ItemFilter{Account: "ebay-uk", Reference: "tchen > m"})
		require.NoError(t, err)
		require.Equal(t, "run-1", page.Run)
		require.Len(t, page.Items, 1)
		page, err = s.Publications.PublicationItems(ctx, publications.ItemFilter{AllRuns: true, Type: "order"})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
	})
}

// An item's run can be recorded after the item, and the item still has its run's data.
func TestItemsGetTheAccountOfTheirRun(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		require.NoError(t, s.Runs.SaveItems(ctx, []runs.Item{{RunID: "push", Type: "level", Reference: "A", Status: runs.ItemDone}}))
		require.NoError(t, s.Runs.EndRun(ctx, runs.Run{ID: "push", Kind: runs.RunStock, Account: "ebay-uk", Endpoint: channel.Production}))
		require.NoError(t, s.Runs.SaveItems(ctx, []runs.Item{{RunID: "push", Type: "level", Reference: "B", Status: runs.ItemDone}}))
		page, err := s.Publications.PublicationItems(ctx, publications.ItemFilter{AllRuns: true, Account: "ebay-uk", Endpoint: channel.Production})
		require.NoError(t, err)
		require.Len(t, page.Items, 2, fmt.Sprint(page))
	})
}
