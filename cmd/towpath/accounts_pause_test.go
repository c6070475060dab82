package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/store/accounts"
)

// What was paused by itself stays so when the account is resumed: it is named, with a command that can be copied.
func TestAResumedAccountNamesWhatStaysPaused(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	for _, w := range []account.Work{account.Stock, account.Listings} {
		_, err := b.store.Accounts.PauseWork(t.Context(), "amazon-uk", w, "stock take")
		require.NoError(t, err)
	}
	acc, err := b.store.Accounts.Account(t.Context(), "amazon-uk")
	require.NoError(t, err)

	p, out, _ := b.program()
	require.NoError(t, p.printResumed(acc, nil))
	require.Equal(t, "amazon-uk: resumed.\n"+
		"amazon-uk: stock stays paused (stock take). To resume it:\n  towpath accounts resume amazon-uk --only stock\n"+
		"amazon-uk: listings stays paused (stock take). To resume it:\n  towpath accounts resume amazon-uk --only listings\n", out.String())

	out.Reset()
	p.output = "json"
	require.NoError(t, p.printResumed(acc, []account.Work{account.Orders}))
	var printed struct {
		Only        []string
		StillPaused []struct{ Kind, Reason, Command string }
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &printed))
	require.Equal(t, []string{"orders"}, printed.Only)
	require.Len(t, printed.StillPaused, 2)
	require.Equal(t, struct{ Kind, Reason, Command string }{"listings", "stock take", "towpath accounts resume amazon-uk --only listings"}, printed.StillPaused[1])

	out.Reset()
	acc.PausedWork = nil
	require.NoError(t, p.printResumed(acc, nil))
	require.NotContains(t, out.String(), "stillPaused")
}

// What is paused on purpose is not resumed along with something else: where several kinds are paused by themselves, each has to be named.
func TestAResumeWithoutKindsEndsNoPauseThatIsNotMeant(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	paused := func(whole bool, works ...account.Work) (a accounts.Account) {
		a.ID, a.Paused = "amazon-uk", whole
		for _, w := range works {
			a.PausedWork = append(a.PausedWork, account.PausedWork{Work: w, Reason: "stock take"})
		}
		return a
	}
	for name, tc := range map[string]struct {
		of          accounts.Account
		asked, want []account.Work
	}{
		"one kind":            {of: paused(false, account.Stock), want: []account.Work{account.Stock}},
		"the whole account":   {of: paused(true)},
		"the whole and kinds": {of: paused(true, account.Stock, account.Shipments)},
		"nothing":             {of: paused(false)},
		"one of several":      {of: paused(false, account.Stock, account.Shipments), asked: []account.Work{account.Shipments}, want: []account.Work{account.Shipments}},
	} {
		got, err := toResume(tc.of, tc.asked)
		require.NoError(t, err, name)
		require.Equal(t, tc.want, got, name)
	}
	_, err := toResume(paused(false, account.Stock, account.Shipments), nil)
	require.ErrorContains(t, err, "`towpath accounts resume amazon-uk --only stock` (stock take), `towpath accounts resume amazon-uk --only shipments` (stock take)")
	p, _, _ := b.program()
	p.began = true
	require.Equal(t, exitUsage, p.code(err))
}
