package amazon

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

// Amazon publishes no list of its issues. 90220 and 13013 are real ones; the other numbers are invented, and a client
// must use the messages and categories.
const (
	codeMissing = "90220"
	codeInvalid = "90000900"
	codeValue   = "90244"
)

var (
	limitReached = issue{
		Code: "5886", Severity: "ERROR", Categories: []string{}, Message: "You have reached your listing limit. We limit the number of listings that you can create in a given week.",
	}
	alike = issue{
		Code: "8801", Severity: "ERROR", Categories: []string{"DUPLICATE"}, Message: "Another child SKU of the parent has the same values for the attributes of the variation theme.",
		AttributeNames: []string{"variation_theme"},
	}
)

// violations returns the definition's issues with attributes in Amazon's words. concerned are the attributes of a
// patch: others get no issues; nil = all.
func (d *definition) violations(after, there submitted, concerned []string) (issues []issue) {
	for _, found := range d.Rules.Validate(decoded(after), decoded(there)) {
		if found.Code == listing.CodePriceMissing { // Amazon takes goods without a price, and nobody can buy them
			continue
		}
		names := found.Attributes
		if len(names) == 0 {
			name, _, _ := strings.Cut(strings.TrimPrefix(found.Pointer, attributesPath), "/")
			names = []string{name}
		}
		if concerned != nil && !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(concerned, name) }) {
			continue
		}
		issues = append(issues, inAmazonsWords(found, names))
	}
	return issues
}

func inAmazonsWords(found listing.Issue, names []string) issue {
	i := issue{Code: codeInvalid, Message: found.Message, Severity: strings.ToUpper(string(found.Severity)), Categories: []string{"INVALID_ATTRIBUTE"}, AttributeNames: names}
	switch found.Code {
	case "attribute-missing", "identifier-missing":
		i.Code, i.Message, i.Categories = codeMissing, "'"+strings.Join(names, "' or '")+"' is required but not supplied.", []string{"MISSING_ATTRIBUTE"}
	case "value-not-allowed":
		i.Code = codeValue
	}
	return i
}

// decoded returns attributes in the form of the rules; nil stays nil.
func decoded(a submitted) producttype.Attributes {
	if a == nil {
		return nil
	}
	all := producttype.Attributes{}
	for name, raw := range a {
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.UseNumber()
		var value any
		if d.Decode(&value) == nil {
			all[name] = value
		}
	}
	return all
}
