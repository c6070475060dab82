#!/usr/bin/env bash
# Go's currency libraries disagree on how many digits stand behind the point, so an amount in minor units means another
# amount of money in each of them.
#
# Versions: golang.org/x/text v0.44.0, github.com/bojanz/currency v1.4.2, github.com/govalues/money v0.2.4,
# github.com/Rhymond/go-money v1.0.15.
# Seen: ISO 4217 gives the Iraqi dinar 3 digits, x/text 0: 1.500 dinars are 2, or 1500. x/text gives 21 currencies with two
# digits none (Pakistan's and Indonesia's rupees, the Colombian peso among them): it has CLDR's digits for display, not ISO's for
# accounts. It does not know MRU, SLE, VES, VED, XCG, UYW and ZWG at all. govalues gives the Icelandic krona 2 digits; ISO 4217 has had 0
# since 2007.
# Follows: amounts are converted by our own table, internal/money, which is ISO 4217's.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module digits

go 1.26.0

require (
	github.com/Rhymond/go-money v1.0.15
	github.com/bojanz/currency v1.4.2
	github.com/govalues/money v0.2.4
	golang.org/x/text v0.44.0
)
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"

	rhymond "github.com/Rhymond/go-money"
	"github.com/bojanz/currency"
	"github.com/govalues/money"
	text "golang.org/x/text/currency"
)

// digits asks each library; -1: it does not know the currency.
func digits(code string) (xtext, bojanz, govalues, gomoney int) {
	xtext, bojanz, govalues, gomoney = -1, -1, -1, -1
	if u, err := text.ParseISO(code); err == nil {
		xtext, _ = text.Standard.Rounding(u)
	}
	if d, ok := currency.GetDigits(code); ok {
		bojanz = int(d)
	}
	if c, err := money.ParseCurr(code); err == nil {
		govalues = c.Scale()
	}
	if c := rhymond.GetCurrency(code); c != nil {
		gomoney = c.Fraction
	}
	return
}

func main() {
	fewer := 0
	for _, code := range currency.GetCurrencyCodes() {
		if x, b, _, _ := digits(code); b == 2 && x == 0 {
			fewer++
		}
	}
	fmt.Println("two digits at bojanz, none at x/text:", fewer)
	for _, code := range []string{"GBP", "JPY", "IQD", "ISK", "PKR", "MRU", "UYW"} {
		x, b, g, m := digits(code)
		fmt.Printf("%s x/text %d, bojanz %d, govalues %d, go-money %d\n", code, x, b, g, m)
	}
}
GO
go mod tidy >/dev/null 2>&1
seen=$(go run .)
want='two digits at bojanz, none at x/text: 21
GBP x/text 2, bojanz 2, govalues 2, go-money 2
JPY x/text 0, bojanz 0, govalues 0, go-money 0
IQD x/text 0, bojanz 3, govalues 3, go-money 3
ISK x/text 0, bojanz 0, govalues 2, go-money 0
PKR x/text 0, bojanz 2, govalues 2, go-money 2
MRU x/text -1, bojanz 2, govalues 2, go-money 2
UYW x/text -1, bojanz 4, govalues -1, go-money -1'
echo "$seen"
diff <(echo "$want") <(echo "$seen") || { echo "changed: read the comment at the top again" >&2; exit 1; }
echo "as found"
