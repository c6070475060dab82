package merchantfile_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
)

func packages(t *testing.T, f *merchantfile.File) ([]merchantfile.PackageRow, merchantfile.Report) {
	t.Helper()
	var all []merchantfile.PackageRow
	report, err := f.Packages(t.Context(), func(p merchantfile.PackageRow) error {
		if !p.Wrong {
			all = append(all, p)
		}
		return nil
	})
	require.NoError(t, err)
	return all, report
}

// shipped reads a column of dates, and returns each in UTC, or its error.
func shipped(t *testing.T, o merchantfile.Options, dates ...string) []string {
	t.Helper()
	text := "order\tcarrier\ttracking\tshipped\n"
	for i, date := range dates {
		text += fmt.Sprintf("#%d\tDPD\tT%d\t%s\n", i, i, date)
	}
	all, report := packages(t, opened(t, text, o))
	var read []string
	for _, p := range all {
		read = append(read, p.ShippedAt.Format(time.RFC3339))
	}
	return append(read, shown(report)...)
}

func TestDatesAreReadInEveryFormThatExportsHave(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-11-23":                "2026-11-23T00:00:00Z",
		"20261123":                  "2026-11-23T00:00:00Z",
		"2026-11-23T15:30:00+09:00": "2026-11-23T06:30:00Z",
		"2026-11-23T15:30:00.123Z":  "2026-11-23T15:30:00Z",
		"2026-11-20 09:14:07 +0000": "2026-11-20T09:14:07Z",
		"2026-11-20 09:14":          "2026-11-20T09:14:00Z",
		"2025/03/10 10:10:40 JST":   "2025-03-10T01:10:40Z",
		"16/07/2025 10:16:40 BST":   "2025-07-16T09:16:40Z",
		"11/21/2026 8:34:47 AM":     "2026-11-21T08:34:47Z",
		"11/19/2026 6:02:55 PM":     "2026-11-19T18:02:55Z",
		"11/19/2026 12:30 AM":       "2026-11-19T00:30:00Z",
		"11/23/2026":                "2026-11-23T00:00:00Z",
		"20/11/2026 09:14":          "2026-11-20T09:14:00Z",
		"11/23/26":                  "2026-11-23T00:00:00Z",
		"23.11.2026":                "2026-11-23T00:00:00Z",
		"1.2.2026":                  "2026-02-01T00:00:00Z",
		"23-11-2026":                "2026-11-23T00:00:00Z",
		"11/11/2026":                "2026-11-11T00:00:00Z",
		"Nov-19-26":                 "2026-11-19T00:00:00Z",
		"Nov-01-26 16:00:01 PDT":    "2026-11-01T23:00:01Z",
		"26-May-26":                 "2026-05-26T00:00:00Z",
		"Nov 19, 2026":              "2026-11-19T00:00:00Z",
		"19 November 2026":          "2026-11-19T00:00:00Z",
		"Sept 1, 2026 9:05am":       "2026-09-01T09:05:00Z",
		"":                          "0001-01-01T00:00:00Z",
	} {
		require.Equal(t, []string{want}, shipped(t, merchantfile.Options{}, text), text)
	}
}

func TestWhatIsNoDateIsSaid(t *testing.T) {
	t.Parallel()
	want := "; want a date such as 2026-11-23 or 2026-11-23T15:30:00+00:00"
	for _, text := range []string{"yesterday", "2026-02-30", "31/04/2026", "13/13/2026", "2026-11-23T25:00:00", "0000-00-00", "2026-11", "23 Foo 2026", "11/23/1802"} {
		require.Equal(t, []string{fmt.Sprintf("line 2, column shipped: %q is no date%s", text, want)}, shipped(t, merchantfile.Options{}, text))
	}
	require.Equal(t, []string{`line 2, column shipped: "46349" is a spreadsheet's count of days, not a date` + want + ": format the column as a date and save again"},
		shipped(t, merchantfile.Options{}, "46349"))
}

func TestDayAndMonthFollowFromTheOtherDatesOrAreRefused(t *testing.T) {
	t.Parallel()
	none := merchantfile.Options{}
	require.Equal(t, []string{"2026-12-11T00:00:00Z", "2026-11-23T00:00:00Z"}, shipped(t, none, "11/12/2026", "23/11/2026"), "the day is first")
	require.Equal(t, []string{"2026-11-12T00:00:00Z", "2026-11-23T00:00:00Z"}, shipped(t, none, "11/12/2026", "11/23/2026"), "the month is first")
	require.Equal(t, []string{`line 2, column shipped: "11/12/2026" can be 11 December 2026 or 12 November 2026, and nothing else in the file shows which; ` +
		`want a date such as 2026-12-11 or 2026-11-12`}, shipped(t, none, "11/12/2026"), "unless every date is its own mirror image")
	require.Equal(t, []string{
		`line 2, column shipped: "23/11/2026": line 2 has the day first, line 3 the month; want one of the two in the whole file, or dates such as 2026-11-23`,
		`line 3, column shipped: "11/23/2026": line 2 has the day first, line 3 the month; want one of the two in the whole file, or dates such as 2026-11-23`,
		`line 4, column shipped: "11/12/2026": line 2 has the day first, line 3 the month; want one of the two in the whole file, or dates such as 2026-11-23`,
	}, shipped(t, none, "23/11/2026", "11/23/2026", "11/12/2026"))
	all, report := packages(t, opened(t, "Order - Number,Date - Order Date,Date - Shipped Date,Shipment - Carrier,Shipment - Tracking Number\n"+
		"#1,11/30/2026 9:00:00 AM,12/1/2026,UPS,1Z1\n", none))
	require.Empty(t, report.Mistakes)
	require.Equal(t, time.December, all[0].ShippedAt.Month(), "another column shows it")
}

func TestATimeWithoutAZoneIsInTheMerchants(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("shop", 2*3600)
	require.Equal(t, []string{"2026-11-22T22:00:00Z", "2026-11-23T06:30:00Z"},
		shipped(t, merchantfile.Options{Zone: zone}, "2026-11-23", "2026-11-23T15:30:00+09:00"))
}
