package money

import (
	"maps"
	"slices"
	"strings"
)

// active are the currencies of ISO 4217's list one as of November 2026, by the digits of their minor unit. Codes
// without a minor unit are left out, since nothing is sold in them: metals (XAU), units of account between banks
// (XDR), XTS for tests and XXX for none.
var active = map[int]string{
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
	2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF " +
		"CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL " +
		"HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU " +
		"MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR " +
		"SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED " +
		"VES WST XAD XCD XCG YER ZAR ZMW ZWG",
	3: "BHD IQD JOD KWD LYD OMR TND",
	4: "CLF UYW",
}

// historicCode is a code not on list one that is still read because channels use it: in old orders, or because their
// own lists still have it.
type historicCode struct {
	Code   string
	Digits int    // behind the point
	Why    string // what became of it
}

var historic = []historicCode{
	{"ANG", 2, "XCG since 2025"},
	{"BGN", 2, "EUR since 2026"},
	{"BYR", 0, "BYN since 2016"},
	{"CUC", 2, "CUP since 2021"},
	{"HRK", 2, "EUR since 2023"},
	{"JEP", 2, "never in ISO 4217; Jersey's pound, on Shopify's list"},
	{"KID", 2, "never in ISO 4217; Kiribati's dollar, on Shopify's list"},
	{"LTL", 2, "EUR since 2015"},
	{"LVL", 2, "EUR since 2014"},
	{"MRO", 2, "MRU since 2018"},
	{"SLL", 2, "SLE since 2022"},
	{"STD", 2, "STN since 2018"},
	{"VEF", 2, "VES since 2018"},
	{"ZWL", 2, "ZWG since 2024"},
}

var table = func() map[string]int {
	all := map[string]int{}
	for digits, codes := range active {
		for code := range strings.FieldsSeq(codes) {
			all[code] = digits
		}
	}
	for _, h := range historic {
		all[h.Code] = h.Digits
	}
	return all
}()

// Codes returns every code of the table, sorted.
func Codes() []string { return slices.Sorted(maps.Keys(table)) }
