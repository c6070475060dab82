package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const printed = `
134 orders in 21s: 6.5 orders/s end to end

PUSH LAG         COUNT  P50      P99
placed to seen   134    1.2s     3s
saved to pushed  7013   9.871s   21.593s

TEMPORAL            COUNT  PER ORDER
actions              1737      12.96
persistence writes   3970      29.63
`

func TestFiguresAreReadFromWhatARunPrints(t *testing.T) {
	t.Parallel()
	m, err := readFigures([]byte(printed))
	require.NoError(t, err)
	require.Equal(t, measured{orders: 134, seconds: 21, perSecond: 6.5, actions: 12.96, writes: 29.63, push: 21593}, m)
	for _, line := range []string{"134 orders in", "saved to pushed", "actions", "persistence writes"} {
		_, err := readFigures([]byte(strings.Replace(printed, line, "other", 1)))
		require.ErrorContains(t, err, "it printed no line", line)
	}
}

func TestRatiosAreOfPairs(t *testing.T) {
	t.Parallel()
	one := func(perSecond float64) measured {
		return measured{orders: 134, perSecond: perSecond, cpu: 1, disk: 1, actions: 1, writes: 1, push: 1}
	}
	var out bytes.Buffer
	require.NoError(t, printRatios(&out, "main~20", []measuredPair{{one(2), one(3)}, {one(4), one(4)}, {one(1), one(3)}}))
	row := strings.Fields(strings.Split(out.String(), "\n")[3])
	require.Equal(t, []string{"orders/s", "end", "to", "end", "2.00", "3.00", "1.50", "1.00", "3.00"}, row)
}

func TestACompareSaysWhatIsWrongWithItsArguments(t *testing.T) {
	t.Parallel()
	c, err := readCompare([]string{"-pairs", "3", "main~20"})
	require.NoError(t, err)
	require.Equal(t, compared{rev: "main~20", pairs: 3, orders: 300, book: realBook}, c)
	for _, args := range [][]string{{}, {"a", "b"}, {"-pairs", "0", "a"}, {"-orders", "-1", "a"}} {
		_, err := readCompare(args)
		require.ErrorContains(t, err, "want one revision", args)
	}
}
