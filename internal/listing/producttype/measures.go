package producttype

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// abbreviations are merchants' spellings of Amazon's units.
var abbreviations = map[string]string{
	"g": "grams", "kg": "kilograms", "mg": "milligrams", "oz": "ounces", "lb": "pounds", "lbs": "pounds", "t": "tons",
	"mm": "millimeters", "cm": "centimeters", "dm": "decimeters", "m": "meters", "km": "kilometers",
	"in": "inches", "inch": "inches", `"`: "inches", "ft": "feet", "yd": "yards",
	"ml": "milliliters", "cl": "centiliters", "l": "liters", "w": "watts", "kw": "kilowatts", "v": "volts",
}

// sizes are units by kind, each in the kind's smallest: milligrams, micrometres, microlitres. The pound and the inch are exact by
// definition (1959); gallons and their like are left out, since two countries mean two things by them.
var sizes = []map[string]int64{
	{"milligrams": 1, "grams": 1_000, "kilograms": 1_000_000, "tons": 1_000_000_000},
	{"micrometer": 1, "millimeters": 1_000, "centimeters": 10_000, "decimeters": 100_000, "meters": 1_000_000, "kilometers": 1_000_000_000, "inches": 25_400, "feet": 304_800, "yards": 914_400},
	{"microliters": 1, "milliliters": 1_000, "centiliters": 10_000, "deciliters": 100_000, "liters": 1_000_000},
}

// weights are those that are no whole number of milligrams.
var weights = map[string]*big.Rat{"pounds": big.NewRat(45_359_237, 100), "ounces": big.NewRat(45_359_237, 1_600)}

// unitOf is the definition's unit for a merchant's word; the word itself where it has none.
func unitOf(s *jsonschema.Schema, word string) string {
	word = strings.TrimSpace(word)
	other := abbreviations[strings.ToLower(strings.ReplaceAll(word, " ", ""))]
	for _, one := range []string{word, other, word + "s"} { // gram, inch and the like
		if v, ok := inList(s, one); ok {
			if name, ok := v.(string); ok {
				return name
			}
		}
	}
	if other != "" {
		return other
	}
	return word
}

// measured converts a value in a unit that the definition has not into one that it has: the US take pounds and inches only. It leaves
// all else as it is, for Validate to name.
func measured(object map[string]any, s *jsonschema.Schema) {
	unit := resolved(s.Properties[unitField])
	main := mainField(s)
	word, ok := object[unitField].(string)
	number, isNumber := object[main].(json.Number)
	if unit == nil || unit.Enum == nil || !ok || !isNumber || !plausible(number.String()) {
		return
	}
	name := unitOf(unit, word)
	if slices.Contains(unit.Enum.Values, any(name)) {
		object[unitField] = name
		return
	}
	amount, good := new(big.Rat).SetString(number.String())
	kind, from := size(name)
	if !good || from == nil {
		return
	}
	for _, v := range unit.Enum.Values {
		other, _ := v.(string)
		if k, to := size(other); to != nil && k == kind {
			amount.Mul(amount, from).Quo(amount, to)
			object[main], object[unitField] = json.Number(rounded(amount)), other
			return
		}
	}
}

// size is a unit's kind and how large it is; nil when it is not known.
func size(unit string) (kind int, in *big.Rat) {
	if w := weights[unit]; w != nil {
		return 0, w
	}
	for kind, units := range sizes {
		if n := units[unit]; n > 0 {
			return kind, big.NewRat(n, 1)
		}
	}
	return 0, nil
}

// rounded writes an amount with at most three digits behind the point.
func rounded(r *big.Rat) string {
	text := r.FloatString(3)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
