package listing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// Marks are short marks of the fields of a listing: "price:0b3f98aa title:77c01d2e". A field with another mark has changed. Quantities have none,
// because they are pushed as levels. Empty: not known.
type Marks string

// fieldNames are the names of the fields in an operator's words, in the order in which they are shown.
var fieldNames = []string{string(FieldPrice), string(FieldTitle), "description", "brand", "type", "condition", "attributes", "options", "images", "collections", "barcode", "weight"}

// marksOf returns the marks of a variant's listing.
func marksOf(p Product, v Variant) Marks {
	marks := make([]string, len(fieldNames))
	for i, value := range []any{
		Price{Amount: v.Price, Currency: p.Currency}, p.Title, p.Description, p.Brand, p.Type, p.Condition, p.Aspects, [2]any{p.Options, v.Options},
		[2]any{p.Images, v.Images}, p.Collections, v.Barcode, v.WeightGrams,
	} {
		text, err := json.Marshal(value)
		if err != nil {
			panic(err) // texts and numbers only: a mistake in this package
		}
		sum := sha256.Sum256(text)
		marks[i] = fieldNames[i] + ":" + hex.EncodeToString(sum[:4])
	}
	return Marks(strings.Join(marks, " "))
}

// Since returns the names of the fields that differ from earlier ones. Where those are not known, it says nothing.
func (m Marks) Since(earlier Marks) (names []string) {
	if earlier == "" {
		return nil
	}
	now, then := m.byName(), earlier.byName()
	for _, name := range fieldNames {
		if now[name] != then[name] {
			names = append(names, name)
		}
	}
	return names
}

func (m Marks) byName() map[string]string {
	out := map[string]string{}
	for one := range strings.FieldsSeq(string(m)) {
		name, mark, _ := strings.Cut(one, ":")
		out[name] = mark
	}
	return out
}
