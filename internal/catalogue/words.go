package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/money"
)

// String is the price with its currency: "12.50 GBP".
func (p Price) String() string { return money.Format(p.Amount, p.Currency) + " " + p.Currency }

func joined(list []string) string { return strings.Join(list, ", ") }

func pairs(options map[string]string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(options)) {
		out = append(out, name+"="+options[name])
	}
	return joined(out)
}

func grams(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d g", n)
}

func skusOf(p Product) []string {
	out := make([]string, len(p.Variants))
	for i, v := range p.Variants {
		out[i] = v.SKU
	}
	return out
}

// sameMembers tells whether two lists hold the same, in whatever order.
func sameMembers(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Mark is a short text that two entries with the same contents share.
func (p Product) Mark() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts and whole numbers only: a mistake in this package
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// PartsText is what a kit is made of: "2 x MUG-BLU + 1 x TOW-S".
func (k Kit) PartsText() string {
	parts := make([]string, len(k.Parts))
	for i, p := range k.Parts {
		parts[i] = fmt.Sprintf("%d x %s", p.Quantity, p.SKU)
	}
	return strings.Join(parts, " + ")
}
