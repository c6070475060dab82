package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/shipment"
)

const onePackage = `{
  "id": "P1", "label": "L-1", "carrier": "Royal Mail", "trackingNumber": "RM1",
  "shippedAt": "2026-01-02T03:04:05Z",
  "contents": [{"lineId": "1", "quantity": 2}]
}`

func TestAPackageFileHoldsOnePackageOrAList(t *testing.T) {
	t.Parallel()
	want := shipment.Package{ID: "P1", Label: "L-1", Carrier: "Royal Mail", TrackingNumber: "RM1",
		ShippedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Contents: []shipment.Content{{LineID: "1", Quantity: 2}}}
	got, err := parsePackages(strings.NewReader(onePackage))
	require.NoError(t, err)
	require.Equal(t, []shipment.Package{want}, got)

	got, err = parsePackages(strings.NewReader("\xef\xbb\xbf[" + onePackage + "," + strings.Replace(onePackage, "P1", "P2", 1) + "]"))
	require.NoError(t, err)
	require.Len(t, got, 2)
}

func TestEveryMistakeOfAPackageFileIsReportedWithItsLine(t *testing.T) {
	t.Parallel()
	_, err := parsePackages(strings.NewReader(`[
  {
    "id": 7, "label": "L-1", "colour": "blue",
    "shippedAt": "yesterday",
    "contents": [
      {"lineId": "1", "quantity": 0},
      {"quantity": 1.5, "sku": "lamp"}
    ]
  },
  {"id": "P2", "id": "P3"},
  ` + onePackage + `,
  ` + onePackage + `,
  "P4"
]`))
	for _, want := range []string{
		"line 3: id: want a text in quotes",
		`line 3: a package has no field "colour": there are carrier, carrierName, contents, id`,
		"line 4: shippedAt: want a time like",
		"line 6: quantity: want a whole number, 1 or more",
		"line 7: quantity: want a whole number, 1 or more",
		`line 7: contents has no field "sku"`,
		"line 7: contents: lineId is missing",
		"line 10: a package: id is already in line 10",
		`package "P1" is already in line 11`,
		"line 21: a package: want an object { }, not a value",
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestAPackageThatCannotBeSentSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := parsePackages(strings.NewReader(`{"id": "P1", "contents": []}`))
	require.ErrorContains(t, err, "print the label first")
	require.ErrorContains(t, err, "contains no products")
}

func TestBrokenPackageFilesNameTheLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                               "it ends before it is complete",
		"{\n\"id\": \"P1\",\n":           "line 2: it ends before it is complete",
		"{\n\"id\" \"P1\"}":              "line 2",
		onePackage + "\n" + onePackage:   "put several packages in a list",
		"[]":                             "want 1 to 100",
		strings.Repeat("[", 5000):        "nested too deeply",
		strings.Repeat(" ", 1<<20) + "1": "larger than",
	} {
		_, err := parsePackages(strings.NewReader(text))
		require.ErrorContains(t, err, want, "%.40q", text)
	}
}

func FuzzPackages(f *testing.F) {
	f.Add([]byte(onePackage))
	f.Add([]byte("[" + onePackage + "]"))
	f.Add([]byte(`{"contents":[{"quantity":1e9}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		packages, err := parsePackages(bytes.NewReader(text))
		if err != nil {
			return
		}
		require.NotEmpty(t, packages)
		for _, p := range packages {
			require.NoError(t, p.Sendable())
		}
	})
}
