package amazon

import (
	"fmt"
	"strings"
)

// Amazon knows the owners of many barcodes. This marketplace knows one maker: all barcodes that begin with its
// company prefix are its own, and nobody may list other goods under them. No definition contains this; a seller sees
// it only in the answer.
const (
	ownedPrefix = "5060999"
	ownedBrand  = "Peak & Thorne"
)

// owned returns the issue of an item with another maker's barcode; nil for others. Amazon's number is 8541.
func owned(after submitted) *issue {
	barcode, brand := after.text("externally_assigned_product_identifier"), after.text("brand")
	if !strings.HasPrefix(barcode, ownedPrefix) || strings.EqualFold(brand, ownedBrand) {
		return nil
	}
	return &issue{
		Code: "8541", Severity: "ERROR", Categories: []string{"INVALID_ATTRIBUTE"}, AttributeNames: []string{"externally_assigned_product_identifier", "brand"},
		Message: fmt.Sprintf("The product identifier '%s' matches an item of the Amazon catalog that has other attributes: brand (merchant: '%s' / Amazon: '%s').",
			barcode, brand, ownedBrand),
	}
}
