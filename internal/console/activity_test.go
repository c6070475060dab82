package console

import (
	"fmt"
	"html"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// A run that sends packages again has no workflow that could answer for it; a push that nobody answers for says so.
func TestARunThatSendsPackagesAgainSaysSo(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for kind, workflowID := range map[runs.RunKind]string{runs.RunShipments: "", runs.RunStock: "stock/ebay-uk"} {
		require.NoError(t, b.store.Runs.StartRun(b.ctx, runs.Run{ID: string(kind), Kind: kind, Account: "ebay-uk", Endpoint: channel.Production, WorkflowID: workflowID, StartedAt: time.Now()}))
	}
	found, err := b.asked.Register(b.ctx, wording.NoTemporal)
	require.NoError(t, err)
	c := &console{starter: b.asked}
	said := map[runs.RunKind]string{}
	for _, a := range found.Activities {
		for _, now := range c.activityRow(starter.Activity{Activity: a.Activity}).Now {
			said[a.Kind] = now.Words.Text
		}
	}
	require.Equal(t, map[runs.RunKind]string{runs.RunShipments: wording.SendingAgain, runs.RunStock: wording.NoAnswer}, said)
	require.Contains(t, b.page("/activity"), wording.SendingAgain)
}

// A shop with many accounts has its register in parts: each row once, counted before, and only what is in progress where that is asked for.
func TestTheRegisterOfManyAccountsComesInParts(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	var list []accounts.Account
	for i := range 40 {
		a := message.Account{ID: fmt.Sprintf("shop-%02d", i), Channel: channel.EBay, Endpoint: channel.Production}
		list = append(list, accounts.Account{Account: a, Name: a.ID, OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, Enabled: true})
	}
	require.NoError(t, b.store.Settings.SaveAccounts(b.ctx, list))
	for _, a := range list {
		for _, kind := range []runs.RunKind{runs.RunOrders, runs.RunStock} {
			require.NoError(t, b.store.Runs.StartRun(b.ctx, runs.Run{ID: a.ID + string(kind), Kind: kind, Account: a.ID, Endpoint: channel.Production, StartedAt: time.Now()}))
		}
	}
	rows := regexp.MustCompile(`data-key="activity (\S+ \S+)`)
	further := regexp.MustCompile(`href="(/activity\?after=[^"]+)"`)
	seen := map[string]int{}
	for page, parts := "/activity", 0; page != ""; parts++ {
		require.Less(t, parts, 5)
		body := b.page(page)
		for _, row := range rows.FindAllStringSubmatch(body, -1) {
			seen[row[1]]++
		}
		page = ""
		if next := further.FindStringSubmatch(body); next != nil {
			page = html.UnescapeString(next[1])
		}
	}
	require.Len(t, seen, 80)
	for row, times := range seen {
		require.Equal(t, 1, times, row)
	}
	require.Contains(t, b.page("/activity"), `in progress <b>80</b>`)
	require.Empty(t, rows.FindString(b.page("/activity?state=queued")))
}

func TestTheRegisterGoesOnAfterAnAccountThatIsGone(t *testing.T) {
	t.Parallel()
	row := func(account string, kind runs.RunKind) starter.Activity {
		return starter.Activity{Activity: store.Activity{Account: account, Kind: kind}}
	}
	all := []starter.Activity{row("a", runs.RunOrders), row("a", runs.RunStock), row("c", runs.RunOrders)}
	for mark, want := range map[string][]starter.Activity{"": all[:2], "a orders": all[1:3], "b stock": all[2:], "d orders": {}, "c orders": {}} {
		require.Equal(t, want, after(all, mark, 2), mark)
	}
}
