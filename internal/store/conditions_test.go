package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestAStatementAdoptsGrantsAsTheRuleDoes(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for name, origin := range map[string]string{"the same token": "one", "another token": "two"} {
			id := "ebay-uk"
			if origin == "two" {
				id = "amazon-uk"
			}
			require.NoError(t, s.Accounts.AdoptGrant(ctx, id, "one"))
			grant, err := s.Accounts.Grant(ctx, id)
			require.NoError(t, err)
			require.Equal(t, account.Grant{Account: id, Origin: "one"}, grant, "a new row is empty")
			saved, err := s.Accounts.SaveGrant(ctx, account.Grant{Account: id, Version: 1, Sealed: "x", ExpiresAt: epoch, RefreshExpiresAt: epoch}, grant)
			require.NoError(t, err)
			require.True(t, saved)
			grant, err = s.Accounts.Grant(ctx, id)
			require.NoError(t, err)
			taken, err := s.Accounts.LeaseGrant(ctx, grant, "me", time.Minute)
			require.NoError(t, err)
			require.True(t, taken)
			grant, err = s.Accounts.Grant(ctx, id)
			require.NoError(t, err)
			taken, err = s.Accounts.LeaseGrant(ctx, grant, "other", time.Minute)
			require.NoError(t, err)
			require.False(t, taken)

			require.NoError(t, s.Accounts.AdoptGrant(ctx, id, origin))
			after, err := s.Accounts.Grant(ctx, id)
			require.NoError(t, err)
			grant.Adopt(origin)
			require.Equal(t, grant, after, name)
		}
		kept, err := s.Accounts.Grants(ctx)
		require.NoError(t, err)
		require.Len(t, kept, 1, "the emptied one is not listed")
	})
}

func TestOrdersOfAnotherSettingArePendingAgainAsTheRuleSays(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const version = 5
		want := map[string]int64{}
		for delivered := int64(2); delivered <= version; delivered++ {
			id := fmt.Sprint(delivered)
			sold := sale("ebay-uk", id, 1, units("A", 1))
			sold.Paid = false
			save(t, s, "ebay-uk", sold)
			require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE orders SET channel_version = $2, delivered_version = $3 WHERE channel_order_id = $1`, id, int64(version), delivered))
			o := order.Order{Version: version, Delivered: delivered}
			o.Redeliver()
			want[id] = o.Delivered
		}
		early := storetest.Accounts()[1]
		early.ProcessAt = order.AtPlaced
		require.NoError(t, s.Settings.SaveAccounts(ctx, []accounts.Account{early}))
		for id, delivered := range want {
			d := detail(t, s, "ebay-uk", id)
			require.Equal(t, delivered, d.DeliveredVersion, id)
			require.Equal(t, order.Open, d.State)
		}
	})
}

func TestANewAccountObservesAndSoDoesOneOfAnotherShop(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		observing := func(a accounts.Account) bool {
			t.Helper()
			require.NoError(t, s.Settings.SaveAccounts(ctx, []accounts.Account{a}))
			saved, err := s.Accounts.Account(ctx, a.ID)
			require.NoError(t, err)
			return saved.Observing
		}
		a := storetest.Accounts()[1]
		require.False(t, observing(a), "it is live, and was saved before")
		a.Endpoint = channel.Test
		require.True(t, observing(a))
		a.ID = "ebay-new"
		require.True(t, observing(a))
	})
}

func TestAnIncidentKeepsWhenItBegan(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		saved := func() incident.Incident {
			t.Helper()
			list, err := s.Incidents.List(ctx, "ebay-uk", true)
			require.NoError(t, err)
			require.Len(t, list, 1)
			return list[0]
		}
		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units("A", 3)))
		first := saved()
		require.Equal(t, incident.Incident{Kind: incident.Unlinked, Account: "ebay-uk", Subjects: 3, Sample: []string{"ebay-uk:A"}, Since: first.Since,
			ChangedAt: first.Since, Open: true}, first)
		save(t, s, "ebay-uk", sale("ebay-uk", "2", 1, units("A", 1)))
		more := saved()
		require.Equal(t, 4, more.Subjects)
		require.Equal(t, first.Since, more.Since)
		require.True(t, more.ChangedAt.After(first.ChangedAt))
		link(t, s, "A")
		over := saved()
		require.False(t, over.Open)
		require.Zero(t, over.Subjects)
		require.Equal(t, first.Since, over.Since)
		save(t, s, "ebay-uk", sale("ebay-uk", "3", 1, units("B", 1)))
		again := saved()
		require.True(t, again.Open)
		require.True(t, again.Since.After(over.ChangedAt), "it is another one")
	})
}
