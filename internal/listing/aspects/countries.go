package aspects

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// country is the name of a country whose ISO 3166-1 code is given in capitals, in the language of one of eBay's sites: merchants keep the
// code, which other channels take, and eBay's closed lists have names. Empty for what is no such code.
func country(code, marketplace string) string {
	const letters = 2
	if len(code) != letters || strings.ToUpper(code) != code {
		return ""
	}
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return namer(marketplace).Name(region)
}

// namer knows countries by name. A site is named for its country, whose language is most of its people's.
func namer(marketplace string) display.Namer {
	_, site, _ := strings.Cut(marketplace, "_")
	if region, err := language.ParseRegion(site); err == nil {
		tongue, _ := language.Compose(region)
		if base, confidence := tongue.Base(); confidence != language.No {
			if n := display.Regions(language.Make(base.String())); n != nil {
				return n
			}
		}
	}
	return display.English.Regions()
}
