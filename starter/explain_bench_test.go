package starter_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/starter"
)

// BenchmarkExplainOrder explains orders among many, saved ones and ones that nobody has: milliseconds of the median and of the 99th of a hundred.
func BenchmarkExplainOrder(b *testing.B) {
	const many = 100_000
	for name, address := range storetest.Openers {
		b.Run(name, func(b *testing.B) {
			st := storetest.Fresh(b, address(b))
			ctx := context.Background()
			now := time.Now().UnixMicro()
			require.NoError(b, storetest.Exec(ctx, st.DB, `INSERT INTO orders (account, channel_order_id, reference, state, reason, channel_status, channel_fulfilment, paid, location,
					placed_at, seen_at, saved_at, updated_at, channel_version, delivered_version, content_hash, currency, total, shipping, tax, discount)
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
				SELECT 'ebay-uk', 'id-' || i, '#' || i, 'completed', '', 'FULFILLED', 'shipped', 1, 'main', $2, $2, $2, $2, 1, 1, '', 'GBP', 0, 0, 0, 0 FROM n`, many, now))
			require.NoError(b, storetest.Exec(ctx, st.DB, `INSERT INTO run_items (run_id, account, endpoint, type, reference, folded, status, reason, fault_id, request_id, created_at, at)
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
				SELECT 'run-' || (i / 100), 'ebay-uk', 'production', 'order', '#' || i, '#' || i, CASE WHEN i % 100 = 0 THEN 'error' ELSE 'done' END, '', '', '', $2, $2 FROM n`, many, now))
			require.NoError(b, storetest.Exec(ctx, st.DB, `ANALYZE`))
			s := &starter.Starter{Store: st, Logger: zap.NewNop()}
			n := 0
			for kind, ref := range map[string]string{"saved": "#%d", "unknown": "9%d", "by-id": "id-%d"} {
				b.Run(kind, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						took = took[:0]
						for range 100 {
							n++
							began := time.Now()
							_, err := s.Explain(ctx, fmt.Sprintf(ref, n*7919%many+1), "", nil)
							took = append(took, time.Since(began))
							require.NoError(b, err)
						}
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[50].Microseconds())/1000, "p50-ms")
					b.ReportMetric(float64(took[99].Microseconds())/1000, "p99-ms")
					b.ReportMetric(0, "ns/op")
				})
			}
		})
	}
}
