package amazon

import (
	"fmt"
	"strings"
)

// Amazon knows whose many barcodes are. This marketplace knows one maker's: all that begin with his company prefix are his, and
// nobody lists other goods under them. No definition says so: a seller learns it from the answer.
const (
	ownedPrefix = "5060999"
	ownedBrand  = "Peak & Thorne"
)

// owned is the issue of an item that has another maker's barcode, nil for all others. Amazon numbers it 8541.
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
