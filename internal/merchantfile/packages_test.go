package merchantfile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
)

func TestPackagesAreReadFromAmazonsConfirmationFile(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	rows, report := packages(t, sample(t, "amazon-shipping-confirmation-uk.txt", merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Equal(t, []merchantfile.PackageRow{
		{Line: 2, Order: "204-0000011-0000011", LineID: "50000000000011", Quantity: 2, Carrier: "Royal Mail", Service: "Tracked 48", Tracking: "AB000000011GB", ShippedAt: day},
		{Line: 3, Order: "204-0000011-0000011", LineID: "50000000000012", Quantity: 1, Carrier: "Royal Mail", Service: "Tracked 48", Tracking: "AB000000011GB", ShippedAt: day},
		{Line: 4, Order: "204-0000012-0000012", Carrier: "Other", CarrierName: "Narrowboat Couriers", Tracking: "NBC-1", ShippedAt: day},
		{Line: 5, Order: "204-0000013-0000013", Carrier: "DPD", Service: "Next day", Tracking: "15500000000013", ShippedAt: day.AddDate(0, 0, 1)},
	}, rows)
	rows, report = packages(t, sample(t, "amazon-shipping-confirmation-jp.txt", merchantfile.Options{}))
	require.Empty(t, report.Mistakes)
	require.Len(t, rows, 2, "the header is in line 3")
	require.Equal(t, "宅急便", rows[0].Service)
	require.Equal(t, "川船便", rows[1].CarrierName)
	require.Equal(t, time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC), rows[0].ShippedAt)
}

func TestPackagesAreReadFromShipStationsExport(t *testing.T) {
	t.Parallel()
	rows, report := packages(t, sample(t, "shipstation-shipments.csv", merchantfile.Options{}))
	require.Len(t, rows, 3)
	require.Equal(t, "#1009", rows[0].Order)
	require.Equal(t, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), rows[0].ShippedAt)
	require.Equal(t, "9400100000000000000011", rows[1].Tracking)
	require.Equal(t, "2 packages travel under one tracking number: they are read as one", rows[2].Note)
	require.Equal(t, []string{`line 5, column Shipment - Tracking Number: tracking number "9.4001E+21" was read as a number and shortened by a spreadsheet: ` +
		`what it was can't be known; want the number from the label, the column made Text before it is typed or pasted in`}, shown(report))
}

func TestThePackagesFormSaysLinesOrTheWholeOrder(t *testing.T) {
	t.Parallel()
	rows, report := packages(t, opened(t, `order,account,SKU,quantity,carrier,service,tracking,shipped
#1009,shopify-uk,,,Royal Mail,Tracked 48,"=""AB000000019GB""",2026-11-23
#1010,,MUG-BLU,2,DPD,,155,
#1011,,,2,DPD,,156,
#1012,,,,,,157,
,,,,DPD,,158,
#1013,,MUG-BLU,0,DPD,,,
1.2E+06,,,,DPD,,159,
`, merchantfile.Options{}))
	require.Equal(t, []merchantfile.PackageRow{
		{Line: 2, Account: "shopify-uk", Order: "#1009", Carrier: "Royal Mail", Service: "Tracked 48", Tracking: "AB000000019GB",
			ShippedAt: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Note: `the tracking number is read as AB000000019GB without ="" around it`},
		{Line: 3, Order: "#1010", SKU: "MUG-BLU", Quantity: 2, Carrier: "DPD", Tracking: "155"},
		{Line: 5, Order: "#1012", Tracking: "157"},
	}, rows)
	require.Equal(t, []string{
		`line 4, column quantity: it counts units of the order, and the row does not say which line; want a line or a SKU too, or no quantity for the whole order`,
		`line 6, column order: it is empty; want an order's reference, or the channel's id of it`,
		`line 7, column quantity: "0" units can't be packed; want 1 or more, or nothing for all of them`,
		`line 8, column order: "1.2E+06" was read as a number and shortened by a spreadsheet: what it was can't be known; want an order's reference, or the channel's id of it`,
	}, shown(report))
}
