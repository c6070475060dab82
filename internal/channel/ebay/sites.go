package ebay

import "strings"

// languages are the languages of eBay's sites, in the form of Content-Language; sites not in the map use American
// English. Only this header selects Canada's French and Belgium's Dutch site; the account uses the site's first
// language.
var languages = map[string]string{
	"EBAY_US": "en-US", "EBAY_MOTORS_US": "en-US", "EBAY_GB": "en-GB", "EBAY_IE": "en-IE", "EBAY_AU": "en-AU", "EBAY_CA": "en-CA",
	"EBAY_SG": "en-SG", "EBAY_MY": "en-MY", "EBAY_PH": "en-PH", "EBAY_HK": "zh-HK", "EBAY_TW": "zh-TW",
	"EBAY_DE": "de-DE", "EBAY_AT": "de-AT", "EBAY_CH": "de-CH", "EBAY_FR": "fr-FR", "EBAY_BE": "fr-BE", "EBAY_NL": "nl-NL",
	"EBAY_IT": "it-IT", "EBAY_ES": "es-ES", "EBAY_PL": "pl-PL",
}

// languageOf returns the language of a site's listings.
func languageOf(marketplace string) string {
	if l, ok := languages[marketplace]; ok {
		return l
	}
	return "en-US"
}

// localeOf returns it in the form that eBay uses in a body: en_GB.
func localeOf(marketplace string) string {
	return strings.ReplaceAll(languageOf(marketplace), "-", "_")
}

// currencies are the currencies of the sites. Source: eBay's list of marketplaces and their currencies (GlobalID
// reference).
var currencies = map[string]string{
	"EBAY_US": "USD", "EBAY_MOTORS_US": "USD", "EBAY_GB": "GBP", "EBAY_IE": "EUR", "EBAY_AU": "AUD", "EBAY_CA": "CAD",
	"EBAY_SG": "SGD", "EBAY_MY": "MYR", "EBAY_PH": "PHP", "EBAY_HK": "HKD", "EBAY_TW": "TWD",
	"EBAY_DE": "EUR", "EBAY_AT": "EUR", "EBAY_CH": "CHF", "EBAY_FR": "EUR", "EBAY_BE": "EUR", "EBAY_NL": "EUR",
	"EBAY_IT": "EUR", "EBAY_ES": "EUR", "EBAY_PL": "PLN",
}

// siteOf returns the site of a listing: eBay Motors is a part of the American one.
func siteOf(marketplace string) string {
	if marketplace == "EBAY_MOTORS_US" {
		return "EBAY_US"
	}
	return marketplace
}
