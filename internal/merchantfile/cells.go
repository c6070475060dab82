package merchantfile

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// list returns the parts of a cell that holds several.
func list(text, mark string) []string {
	var parts []string
	for _, part := range strings.Split(text, mark) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// semicolons returns the values of an attribute, separated by semicolons; two semicolons stand for one in a value.
func semicolons(text string) []string {
	const kept = "\x00"
	values := list(strings.ReplaceAll(text, ";;", kept), ";")
	for i, v := range values {
		values[i] = strings.ReplaceAll(v, kept, ";")
	}
	return values
}

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func put[V any](m map[string]V, key string, value V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = value
	return m
}

// maxGrams is a hundred tonnes: a greater weight means that its unit is wrong.
const maxGrams = 100_000_000

// weight reads a weight; unit is the number of grams in 1 of the column's unit. It returns 0 for an empty cell.
func (p *page) weight(r row, c column, unit float64) int {
	if r.get(c) == "" {
		return 0
	}
	n, ok := p.number(r, c, r.get(c), "a weight, such as 350")
	if !ok {
		return 0
	}
	return p.grams(r, c, n, unit)
}

// grams returns a weight rounded to grams; unit is the number of grams in 1 of the number's unit.
func (p *page) grams(r row, c column, n number, unit float64) int {
	if whole, err := strconv.Atoi(n.whole); err == nil && unit == 1 && !n.negative && whole <= maxGrams && strings.Trim(n.fraction, "0") == "" {
		return whole
	}
	exact, ok := new(big.Rat).SetString(n.plain())
	if ok {
		exact.Mul(exact, new(big.Rat).SetFloat64(unit))
		text := exact.FloatString(0)
		if whole, ok := new(big.Int).SetString(text, 10); ok && whole.Sign() >= 0 && whole.Cmp(big.NewInt(maxGrams)) <= 0 {
			return int(whole.Int64())
		}
	}
	p.wrong(r.line, c, fmt.Sprintf("%s is no weight", quote(strings.TrimSpace(r.get(c)))), "0 or more, and less than 100 tonnes")
	return 0
}
