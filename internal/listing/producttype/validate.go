package producttype

import (
	"cmp"
	"errors"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

// Validate says all that is wrong with the attributes of one item, each with where, what and what would be right; none when they are as the
// definition wants them. Attributes are the whole of what the listing is to be (see Merge for a listing that is there). Listed is what
// Amazon lists of the item now, since some values can't be changed any more; nil for a new listing. Issues stand in the order of their
// pointers, which begin with /attributes.
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

// judge judges the attributes of one item.
type validator struct {
	definition *Definition
	attributes map[string]any
	issues     []listing.Issue
	lacks      []lack // attributes and fields that are missing, not told yet
}

// schema holds the attributes to the definition's schema and to each of its rules.
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

// judgeRoot holds attributes to the root of the schema. Those that are surely right are left out, where that changes nothing for the others.
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

// oneByOne reports that a root says nothing but which attributes there are and which are required.
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
