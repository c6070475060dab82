package remedy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
)

// The steps name the attributes, parameters and fields of the fault at hand, in the form of each channel's errors.
func TestStepsNameWhatTheFaultNames(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for name, tc := range map[string]struct {
		kind       channel.Kind
		code       string
		raw        string
		attributes []string
		want       string
	}{
		"an attribute of Amazon's": {channel.Amazon, "90220", `{"issues":[{"code":"90220","message":"'color' is required but not supplied.","severity":"ERROR","attributeNames":["color"]}]}`, nil,
			"Amazon refuses attribute color of TP1001."},
		"words that were cut off": {channel.Amazon, "90220", `{"issues":[{"code":"90220","attributeNames":["color","size"],"message":"'col`, nil,
			"Amazon refuses attribute color, attribute size of TP1001."},
		"one of many": {channel.Amazon, "90220", `[{"attributeNames":["a","b"]},{"attributeNames":["b","c","d"]}]`, nil,
			"Amazon refuses attribute a, attribute b, attribute c of TP1001."},
		"an item's own attribute": {channel.Amazon, "90220", "some sentence", []string{"item_name"}, "Amazon refuses attribute item_name of TP1001."},
		"nothing":                 {channel.Amazon, "90220", "", nil, "Amazon refuses a value of the listing of TP1001."},
		"a parameter of eBay's": {channel.EBay, "25002", `{"errors":[{"errorId":25002,"longMessage":"A user error has occurred.","parameters":[{"name":"aspect","value":"Farbe"},{"name":"0","value":"Red"}]}]}`, nil,
			"eBay refuses aspect Farbe, Red of TP1001."},
		"a missing specific, with eBay's sentence among its parameters": {channel.EBay, "25002", `{"errors":[{"errorId":25002,"message":"A user error has occurred. The item specific Brand is missing.",
			"parameters":[{"name":"0","value":"The item specific Brand is missing. Add Brand to this listing."},{"name":"2","value":"Brand"}]}]}`, nil,
			"Give TP1001 the item specific Brand, on eBay or where the product is kept."},
		"a field of Shopify's": {channel.Shopify, "INVALID_VARIANT", `Shopify said [{"field":["variants","2","price"],"message":"Price is too high"}]`, nil,
			"Shopify refuses field variants.2.price; variants are counted from 0."},
		"no words of JSON":  {channel.EBay, "25002", "{{{", nil, "eBay refuses a value of TP1001."},
		"an endless value":  {channel.EBay, "25002", `{"parameters":[{"name":"title","value":"` + strings.Repeat("ab ", 400) + `"}]}`, nil, "eBay refuses title " + strings.Repeat("ab ", 19) + "ab… of TP1001."},
		"words of a person": {channel.EBay, "25002", `{"errors":[{"message":"Jane Roe, 1 High Street"}]}`, nil, "eBay refuses a value of TP1001."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &channel.Fault{Class: channel.Invalid, Code: tc.code, Hit: channel.Hit{SKU: "TP1001"}}
			require.Contains(t, c.For(tc.kind, f, tc.raw, tc.attributes...).Steps, tc.want)
		})
	}
}

// What a kind's own pause stopped goes on with that kind alone. A workflow does not have the words that tell whether the whole account is paused.
func TestWhatAPauseStoppedIsResumedByItsKind(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	named := remedy.Names{Account: "ebay-uk"}
	f := &channel.Fault{Class: channel.Config, Code: "account-paused", Operation: string(channel.OpShipment)}
	one := c.For(channel.EBay, f, "shipments paused: stock take").Named(named)
	require.Equal(t, "towpath accounts resume ebay-uk --only shipments", one.Command)
	require.NotContains(t, strings.Join(one.Steps, "\n"), "resume ebay-uk`")
	whole := c.For(channel.EBay, f, "stock take").Named(named)
	require.Equal(t, "towpath accounts resume ebay-uk", whole.Command)
	require.Contains(t, strings.Join(whole.Steps, "\n"), "`towpath accounts resume ebay-uk --only shipments`")
	require.Equal(t, []string{one.Title, one.Steps[0]}, []string{whole.Title, whole.Steps[0]}, "one voice")
}

// "Read the channel's words" is no advice: the steps say what to look for where.
func TestNoStepSendsToTheChannelsWords(t *testing.T) {
	t.Parallel()
	for _, r := range builtIn(t).All() {
		for _, step := range r.Steps {
			require.NotRegexp(t, `(?i)own words|fault's words|raw words`, step, r.Code)
			require.NotContains(t, step, "{", r.Code)
		}
	}
}

func TestADetailNeedsWordsForAFaultThatNamesNone(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"Correct {named}.", "Correct {colour|this}.", "Correct {named|}."} {
		_, err := remedy.Parse([]byte("faults:\n  - {code: a, class: invalid, title: A, who: you, match: [{code: A}], steps: ['" + step + "']}\n"))
		require.ErrorContains(t, err, "a: step 1: in braces there may be {named|...}, {sku|...} or {work|...}", step)
	}
}
