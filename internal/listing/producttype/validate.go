package producttype

import (
	"cmp"
	"errors"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

// Validate returns all issues of one item's attributes, each with where and what is wrong and what would be right;
// none if they follow the definition. Attributes are the complete listing (see Merge for an existing one). listed are
// Amazon's current attributes of the item, since some values can't be changed later; nil for a new listing. Issues
// are sorted by their pointers, which begin with /attributes.
func (d *Definition) Validate(attributes, listed Attributes) []listing.Issue {
	if !fit(map[string]any(attributes), 0) {
		at, what := unfit("/attributes", map[string]any(attributes), 0)
		return []listing.Issue{issue(listing.CodeWrongType, at, nil, "A value can't be sent: it "+what+".", "a text, a number, true or false")}
	}
	j := validator{definition: d, attributes: attributes}
	j.schema()
	j.missing()
	j.values()
	j.price()
	if listed != nil {
		j.changes(listed)
	}
	slices.SortStableFunc(j.issues, func(a, b listing.Issue) int {
		return cmp.Or(cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Code, b.Code))
	})
	return slices.CompactFunc(j.issues, func(a, b listing.Issue) bool {
		return a.Pointer == b.Pointer && a.Code == b.Code && a.Message == b.Message
	})
}

// validator checks the attributes of one item.
type validator struct {
	definition *Definition
	attributes map[string]any
	issues     []listing.Issue
	lacks      []lack // missing attributes and fields, not reported yet
}

// schema checks the attributes against the definition's schema and each of its rules.
func (j *validator) schema() {
	d := j.definition
	if err := d.validateRoot(j.attributes); err != nil {
		j.read(err, nil)
	}
	for _, rule := range d.rules {
		if quickly(rule, j.attributes) == yes {
			continue
		}
		if err := rule.Validate(j.attributes); err != nil {
			j.read(err, rule)
		}
	}
}

// validateRoot checks attributes against the root of the schema. Those that are surely right are left out, where that
// changes nothing for the others.
func (d *Definition) validateRoot(attributes map[string]any) error {
	if d.bare == nil || slices.ContainsFunc(d.root.Required, func(name string) bool { _, there := attributes[name]; return !there }) {
		return d.root.Validate(attributes)
	}
	doubtful := map[string]any{}
	for name, v := range attributes {
		if s := d.root.Properties[name]; s == nil || quickly(s, v) != yes {
			doubtful[name] = v
		}
	}
	if len(doubtful) == 0 {
		return nil
	}
	return d.bare.Validate(doubtful)
}

// oneByOne reports whether a root only lists attributes and which are required.
func oneByOne(s *jsonschema.Schema) bool {
	return familiar(s) && s.Bool == nil && s.Ref == nil && s.Enum == nil && s.Not == nil && s.If == nil && len(s.AllOf)+len(s.AnyOf) == 0 && len(s.Extensions) == 0
}

// read takes what the library says of one schema.
func (j *validator) read(err error, rule *jsonschema.Schema) {
	var v *jsonschema.ValidationError
	if errors.As(err, &v) {
		j.fault(v, rule)
	}
}

func (j *validator) add(code, pointer string, names []string, message, want string) {
	j.issues = append(j.issues, issue(code, pointer, names, message, want))
}

func issue(code, pointer string, names []string, message, want string) listing.Issue {
	return listing.Issue{
		Stage: listing.Validation, Severity: listing.Error, Code: code, Pointer: pointer, Attributes: names, Message: message, Want: want,
	}
}
