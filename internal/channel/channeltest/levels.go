package channeltest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// outcome sends a batch and waits while it is pending.
func (s *fixture) outcome(batch []channel.Level) (map[string]*channel.Fault, error) {
	s.t.Helper()
	answer, err := s.conn.SetLevels(s.t.Context(), batch)
	if err != nil {
		return nil, err
	}
	if answer.Pending == "" {
		require.Len(s.t, answer.Results, len(batch))
		for i, r := range answer.Results {
			require.Equal(s.t, batch[i].SKU, r.SKU, "results come in the order of the levels")
		}
	}
	var skus []string
	for _, level := range batch {
		skus = append(skus, level.SKU)
	}
	polltest.Until(s.t, "the batch has its outcome", func() bool {
		if answer.Pending == "" {
			return true
		}
		require.LessOrEqual(s.t, len(answer.Pending), 100, "handles are shown, and stored with every SKU")
		answer, err = s.conn.LevelsOutcome(s.t.Context(), answer.Pending, skus)
		return err != nil
	})
	if err != nil {
		return nil, err
	}
	results := map[string]*channel.Fault{}
	for _, r := range answer.Results {
		results[r.SKU] = r.Fault
	}
	require.Len(s.t, results, len(batch))
	return results, nil
}

func levels(t *testing.T, b Adapter) {
	s := setUp(t, b)
	listings := s.list(2)
	batch := []channel.Level{b.level(listings[0], 7), b.UnknownLevel, b.level(listings[1], 0)}
	results, err := s.outcome(batch)
	require.NoError(t, err)
	require.Nil(t, results["SKU-1"])
	require.Nil(t, results["SKU-2"])
	unknown := results[b.UnknownLevel.SKU]
	require.NotNil(t, unknown, "the unknown listing failed, and only it")
	require.Contains(t, []channel.Class{channel.Missing, channel.Invalid}, unknown.Class)
	require.NotEmpty(t, unknown.RequestID)
	s.quantity("SKU-1", 7)
	s.quantity("SKU-2", 0)
}

func (s *fixture) quantity(sku string, want int) {
	s.t.Helper()
	polltest.Until(s.t, fmt.Sprintf("the marketplace lists %d of %s", want, sku), func() bool {
		l, err := s.market.Listing(s.t.Context(), sku)
		require.NoError(s.t, err)
		return l.Quantity == want
	})
}

// batches sends levels in batches as large as Batch returns.
func batches(t *testing.T, b Adapter) {
	s := setUp(t, b)
	var all []channel.Level
	for i, l := range s.list(40) {
		all = append(all, b.level(l, i))
	}
	for rest := all; len(rest) > 0; {
		size, operation := s.conn.Batch(len(rest))
		require.True(t, size > 0 && size <= len(rest), "a batch of %d of %d", size, len(rest))
		require.NotEmpty(t, operation)
		results, err := s.outcome(rest[:size])
		require.NoError(t, err)
		for sku, f := range results {
			require.Nil(t, f, sku)
		}
		rest = rest[size:]
	}
	for i, level := range all {
		s.quantity(level.SKU, i)
	}
}

func failedPushes(t *testing.T, b Adapter) {
	for kind, want := range classes {
		if kind == faults.Hang {
			continue // tested in failedWrites
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			level := b.level(s.list(1)[0], 5)
			s.faults.Next(kind, b.Operations.Levels, 1)
			answer, err := s.conn.SetLevels(t.Context(), []channel.Level{level})
			if err == nil { // the failure may also be the level's
				require.Len(t, answer.Results, 1)
				require.NotNil(t, answer.Results[0].Fault)
				err = answer.Results[0].Fault
			}
			f := fault(t, err)
			require.Contains(t, want, f.Class)
			switch kind {
			case faults.Throttle:
				require.False(t, f.Ambiguous, "a refused call is not carried out")
			case faults.Lost, faults.Malformed, faults.Truncated, faults.Late, faults.ServerError:
				require.True(t, f.Ambiguous, "the level may have been taken")
			}
			results, err := s.outcome([]channel.Level{level})
			require.NoError(t, err, "the same decision, sent again, is taken")
			require.Nil(t, results[level.SKU])
			s.quantity("SKU-1", 5)
		})
	}
}
