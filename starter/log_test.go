package starter_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// The line of a call that failed says that it was tried again only if it was for the same package, and how much later.
func TestALineOfTheLogSaysThatACallWasTriedAgain(t *testing.T) {
	t.Parallel()
	d, ctx := newFixture(t), t.Context()
	row, _ := d.parks(t, "amazon-uk", "1", "25001", epoch)
	run := register.ShipmentsRunID("amazon-uk", time.Now())
	for _, id := range []string{"tried", "waits"} {
		f := channel.NewFault(channel.Unavailable, "confirmShipment", "")
		f.Code, f.Hit = "503", channel.Hit{RunID: run, OrderID: row, PackageID: id}
		require.NoError(t, d.store.Runs.SaveFaults(ctx, "amazon-uk", []*channel.Fault{f}))
	}
	require.NoError(t, d.store.Runs.SaveCalls(ctx, []runs.Call{{Account: "amazon-uk", Endpoint: channel.Production, RunID: run, OrderID: row, PackageID: "tried",
		Call: channel.Call{Operation: "confirmShipment", Status: 200, At: time.Now().Add(time.Minute)}}}))
	log, err := d.Log(ctx, runs.LogFilter{Account: "amazon-uk", Errors: true, Limit: 9})
	require.NoError(t, err)
	said := map[string]bool{}
	for _, l := range log.Lines {
		if l.RunID != run {
			continue
		}
		said[l.Package] = l.Repeated
		if l.Repeated {
			require.Contains(t, l.Text, "failed: unavailable 503, tried again ")
		} else {
			require.NotContains(t, l.Text, "again")
		}
	}
	require.Equal(t, map[string]bool{"tried": true, "waits": false}, said)
}

// The log of all accounts is their logs together, paged to and fro, of moments that several have, too.
func TestTheLogOfAllAccountsHasEachLineOnce(t *testing.T) {
	t.Parallel()
	d, ctx := newFixture(t), t.Context()
	for i := range 30 {
		account, at := []string{"amazon-uk", "ebay-uk"}[i%2], epoch.Add(time.Duration(i/16)*time.Second)
		run := runs.Run{ID: fmt.Sprintf("run-%02d", i), Kind: runs.RunOrders, Account: account, Endpoint: channel.Production, StartedAt: at}
		require.NoError(t, d.store.Runs.StartRun(ctx, run))
	}
	var whole []string
	require.NoError(t, d.WholeLog(ctx, runs.LogFilter{}, func(lines []starter.LogLine) error {
		for _, l := range lines {
			whole = append(whole, l.RunID)
		}
		return nil
	}))
	require.Len(t, whole, 30)
	for _, upwards := range []bool{false, true} {
		var paged []string
		for f, more := (runs.LogFilter{Limit: 4, Upwards: upwards}), true; more; more = f.Mark != "" {
			p, err := d.Log(ctx, f)
			require.NoError(t, err)
			var page []string
			for _, l := range p.Lines {
				page = append(page, l.RunID)
			}
			if f.Mark = p.Later; upwards {
				paged = append(paged, page...)
			} else {
				paged, f.Mark = append(page, paged...), p.Earlier
			}
		}
		require.Equal(t, whole, paged, upwards)
	}
}
