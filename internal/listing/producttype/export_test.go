package producttype

// LibraryAlone holds attributes to the schema without the quick look, for benchmarks to compare.
func (d *Definition) LibraryAlone(a Attributes) (right bool) {
	right = d.root.Validate(map[string]any(a)) == nil
	for _, rule := range d.rules {
		right = rule.Validate(map[string]any(a)) == nil && right
	}
	return right
}
