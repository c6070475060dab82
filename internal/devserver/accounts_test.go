package devserver

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/book"
)

func TestAccountsAreOnTheMarketplacesInTurn(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	require.Equal(t, []string{"amazon-uk", "ebay-uk", "shopify-uk"}, o.accountIDs())
	require.NoError(t, o.SetAccounts("5"))
	require.Equal(t, []string{"amazon-1", "ebay-1", "shopify-1", "amazon-2", "ebay-2"}, o.accountIDs())
	o.Ports.Markets, o.Sandboxes = 9000, true
	specs := o.accounts()
	require.Len(t, specs, 7)
	for i, s := range specs {
		require.Equal(t, 9000+i, s.Port)
		require.Equal(t, i >= 5, s.Test, s.ID)
	}
	require.Equal(t, channel.EBay, specs[4].Kind)
}

func TestANumberOfAccountsThatCantBe(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"0", "-1", "501", "1.5", "many", ""} {
		o := testOptions(t)
		require.ErrorContains(t, o.SetAccounts(word), "want a whole number from 1 to 500", word)
		require.Zero(t, o.Accounts)
	}
	o := testOptions(t)
	o.Accounts = 501
	requireUsage(t, refused(t, o), "--accounts 501", "from 1 to 500")
	requireUsage(t, RunMarketplaces(t.Context(), o, io.Discard), "--accounts 501")
	o.Accounts, o.Ports.Markets = 10, 65530
	requireUsage(t, refused(t, o), "--accounts 10", "65530 to 65539", "--markets-port")
	require.NoDirExists(t, o.Data)
	o.Ports.Markets = 65526
	require.NoError(t, o.checkAccounts())
}

// A book's orders are spread over all accounts, and none gets much more than its share.
func TestABooksOrdersAreSpreadOverTheAccounts(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	require.NoError(t, o.SetAccounts("30"))
	plan, err := o.plan()
	require.NoError(t, err)
	orders, by := 0, map[string]int{}
	for _, e := range plan.Events {
		if e.Kind == book.Place {
			orders++
			by[e.Order.Account]++
		}
	}
	require.Len(t, by, 30)
	for id, n := range by {
		require.Less(t, n, 5*orders/30, id)
	}
}

// A folder goes on with the accounts it began with, and an audit needs no flag for them.
func TestAFolderKeepsItsAccounts(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	require.NoError(t, o.SetAccounts("4"))
	untouched := earlier(t, o)
	other := *o
	other.Accounts = 5
	requireUsage(t, refused(t, &other), "--accounts 4", "--fresh")
	untouched()
	other.Accounts = 0
	require.NoError(t, other.checkAccounts())
	require.Equal(t, 4, other.Accounts)
	other.Accounts, other.Fresh = 0, true
	require.NoError(t, other.checkAccounts())
	require.Zero(t, other.Accounts, "a folder that begins anew")
	without := Options{Data: o.Data}
	require.NoError(t, without.recall())
	require.Equal(t, 4, without.Accounts)

	three := testOptions(t)
	earlier(t, three)
	require.NoError(t, three.SetAccounts("3"))
	requireUsage(t, refused(t, three), "no --accounts", filepath.Base(three.Data))
}
