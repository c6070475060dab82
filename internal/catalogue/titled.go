package catalogue

import "fmt"

// Titled is a SKU of which nothing but its title is known. It is a product of its own.
type Titled struct{ SKU, Title string }

// Check returns an error if it has no SKU.
func (t Titled) Check() error {
	if t.SKU == "" {
		return fmt.Errorf("variant %q has no SKU", t.Title)
	}
	return nil
}

// Product returns the product that it is.
func (t Titled) Product() Product { return Product{Key: t.SKU, Title: t.Title} }

// Row returns the variant that it is. No entry of a file has its mark: when it changes what a file said, the file's entry is no longer
// in force.
func (t Titled) Row() VariantRow {
	return VariantRow{Variant: Variant{SKU: t.SKU}, Title: t.Title, Product: t.SKU}
}
