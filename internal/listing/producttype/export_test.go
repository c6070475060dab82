package producttype

// LibraryAlone checks attributes against the schema without the quick check, for comparison in benchmarks.
func (d *Definition) LibraryAlone(a Attributes) (right bool) {
	right = d.root.Validate(map[string]any(a)) == nil
	for _, rule := range d.rules {
		right = rule.Validate(map[string]any(a)) == nil && right
	}
	return right
}
