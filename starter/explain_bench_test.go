package starter_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/starter"
)

// BenchmarkExplainOrder explains orders among many, saved ones and ones that nobody has, without asking the channel: milliseconds of the
// median and of the 99th of a hundred. Run it with -benchtime 100x.
func BenchmarkExplainOrder(b *testing.B) {
	const many = 1_000_000
	for name, address := range storetest.Openers {
		b.Run(name, func(b *testing.B) {
			st := storetest.Fresh(b, address(b))
			require.NoError(b, bulk.Fill(b.Context(), st, many))
			s := &starter.Starter{Store: st, Logger: zap.NewNop()}
			n := 0
			for kind, ref := range map[string]string{"saved": "#%d", "unknown": "9%d", "by-id": "%d-id"} {
				b.Run(kind, func(b *testing.B) {
					storetest.Percentiles(b, func() error {
						n++
						_, err := s.Explain(context.Background(), fmt.Sprintf(ref, n*7919%many+1), "", nil)
						return err
					})
				})
			}
		})
	}
}
