package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADeletedOrderIsListedAndExplained(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	out, err := b.store.Orders.Delete(context.Background(), b.rowOf("amazon-uk", "1001"), "Ann", "our own test order")
	require.NoError(t, err)
	require.Empty(t, out.Refused)
	code, text, errs := b.run("orders", "--deleted")
	require.Zero(t, code, errs)
	require.Contains(t, text, "deleted by Ann")
	require.Contains(t, text, "our own")
	require.NotContains(t, text, "shopify-uk")
	code, text, _ = b.run("explain", "order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, "nothing is to be done")
	require.Contains(t, text, "Ann deleted it by hand")
	require.Contains(t, text, "restore 1001 --account amazon-uk")
	code, text, errs = b.run("order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, text, "Deleted by hand by Ann")
	code, _, errs = b.run("orders", "--deleted", "--state", "open")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "give one of them")
	code, _, errs = b.run("delete", "1001", "--account", "amazon-uk")
	require.Equal(t, exitFailed, code, "Temporal does not answer: "+errs)
}
