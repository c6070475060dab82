package storetest

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Percentiles does something b.N times, and reports the milliseconds of the median and of the 99th of a hundred.
func Percentiles(b *testing.B, do func() error) {
	b.Helper()
	took := make([]time.Duration, 0, b.N)
	for range b.N {
		began := time.Now()
		require.NoError(b, do())
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	for name, share := range map[string]int{"p50-ms": 50, "p99-ms": 99} {
		b.ReportMetric(float64(took[(len(took)-1)*share/100].Microseconds())/1000, name)
	}
	b.ReportMetric(0, "ns/op")
}

// Processor returns the processor time that this process has used: on a busy machine it says more than the clock.
func Processor() time.Duration {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
