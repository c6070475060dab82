package listing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// Fields are short marks of the fields of a listing: "price:0b3f98aa title:77c01d2e". A field with another mark has changed. Quantities have none,
// because they are pushed as levels. Empty: not known.
type Fields string

// fieldNames are the names of the fields in an operator's words, in the order in which they are shown.
var fieldNames = []string{"price", "title", "description", "brand", "type", "condition", "attributes", "options", "images", "collections", "barcode", "weight"}

// fieldsOf returns the fields of a variant's listing.
func fieldsOf(p Product, v Variant) Fields {
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
	return Fields(strings.Join(marks, " "))
}

// Since returns the names of the fields that differ from earlier ones. Where those are not known, it says nothing.
func (f Fields) Since(earlier Fields) (names []string) {
	if earlier == "" {
		return nil
	}
	now, then := f.marks(), earlier.marks()
	for _, name := range fieldNames {
		if now[name] != then[name] {
			names = append(names, name)
		}
	}
	return names
}

func (f Fields) marks() map[string]string {
	out := map[string]string{}
	for one := range strings.FieldsSeq(string(f)) {
		name, mark, _ := strings.Cut(one, ":")
		out[name] = mark
	}
	return out
}
