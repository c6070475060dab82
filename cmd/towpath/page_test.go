package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/runs"
)

func TestColumnsLineUpWithAndWithoutColours(t *testing.T) {
	t.Parallel()
	draw := func(colours bool) []string {
		pg := &page{colours: colours}
		pg.table([]string{"WHAT", "N", "END"}, [][]cell{
			{tinted("café", red), number(5), word("a")},
			{word("a much longer one"), number(12345), tinted("b", green)},
		})
		return strings.Split(strings.TrimSuffix(pg.b.String(), "\n"), "\n")
	}
	bare := draw(false)
	require.Equal(t, []string{
		"WHAT                   N  END",
		"café                   5  a",
		"a much longer one  12345  b",
	}, bare)
	escapes := strings.NewReplacer("\x1b[31m", "", "\x1b[32m", "", "\x1b[2m", "", "\x1b[0m", "")
	for i, line := range draw(true) {
		require.Equal(t, bare[i], escapes.Replace(line), "colours take no room")
	}
}

func TestMoneyIsReadInItsOwnMinorUnits(t *testing.T) {
	t.Parallel()
	require.Equal(t, "0.05 GBP", amountOf(5, "GBP"))
	require.Equal(t, "-12.50 EUR", amountOf(-1250, "EUR"))
	require.Equal(t, "1,250 JPY", amountOf(1250, "JPY"))
	require.Equal(t, "1.250 KWD", amountOf(1250, "KWD"))
	require.Equal(t, "5,000 UGX", amountOf(5000, "UGX"))
	require.Equal(t, "-", amountOf(0, ""))
	require.Equal(t, "1,250 XYZ minor units", amountOf(1250, "XYZ"))
	require.Equal(t, "-92,233,720,368,547,758.08 GBP", amountOf(-1<<63, "GBP"))
}

func TestTimesAreShownAsAPersonWouldSayThem(t *testing.T) {
	t.Parallel()
	require.Equal(t, "3 min 5 s ago", away(epoch, epoch.Add(185*time.Second)))
	require.Equal(t, "in 2 h", away(epoch.Add(2*time.Hour), epoch))
	require.Equal(t, "-", away(time.Time{}, epoch))
}

func TestPrintedWordsCanBePastedIntoAShell(t *testing.T) {
	t.Parallel()
	require.Equal(t, "202-5538961-7743559", shellWord("202-5538961-7743559"))
	require.Equal(t, "'#1001'", shellWord("#1001"))
	require.Equal(t, `'a'\''; rm -rf ~'`, shellWord("a'; rm -rf ~"))
}

func TestASyncThatEndedInAFaultNeedsAPerson(t *testing.T) {
	t.Parallel()
	require.NoError(t, synced([]syncResult{{Account: "a"}, {Account: "b", Run: &runs.Run{Counts: message.Counts{Saved: 3}}}, {Account: "c", Skipped: "off"}}))
	for want, r := range map[string]syncResult{
		"ended with a fault (auth)":     {Run: &runs.Run{FaultClass: channel.Auth}},
		"1 error and 2 unlinked orders": {Run: &runs.Run{Counts: message.Counts{Errors: 1, Unlinked: 2}}},
		"not up to date":                {Left: 4},
		"is paused":                     {Skipped: "paused: no grant"},
	} {
		err := synced([]syncResult{r})
		var needs *attention
		require.ErrorAs(t, err, &needs)
		require.ErrorContains(t, err, want)
	}
}

func TestRetryChoosesByIdReferenceOrCode(t *testing.T) {
	t.Parallel()
	parked := []incidents.Parked{
		{WorkflowID: "shipment/a/1", Reference: "R1", Fault: &channel.Fault{Code: "25001"}},
		{WorkflowID: "shipment/a/2", Reference: "R2"},
	}
	pick := func(code string, ids ...string) []incidents.Parked {
		chosen, err := choose(parked, ids, code)
		require.NoError(t, err)
		return chosen
	}
	require.Equal(t, parked, pick(""))
	require.Equal(t, parked[:1], pick("25001"))
	require.Equal(t, parked[1:], pick("", "R2", "shipment/a/2"), "each is named once")
	_, err := choose(parked, []string{"shipment/a/1", "nothing"}, "")
	require.ErrorContains(t, err, `"nothing" is not parked`)
}
